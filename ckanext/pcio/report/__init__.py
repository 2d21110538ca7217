"""Answer sheets in every format."""
