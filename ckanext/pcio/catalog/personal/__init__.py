"""Personal data in files that are about to become public."""
