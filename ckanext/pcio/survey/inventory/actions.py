"""API actions of the inventory and of what would raise the answers."""
