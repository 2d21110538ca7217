"""One record type for a dataset's facts, its readers, its table, and counts over it."""
