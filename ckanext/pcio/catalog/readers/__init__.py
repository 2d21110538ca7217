"""Where datasets come from: this portal, a remote portal, a file."""
