"""Who may read the inventory and what would raise the answers."""
