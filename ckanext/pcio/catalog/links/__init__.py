"""Whether the addresses of resources answer."""
