"""Who may read and enter official results."""
