"""Data dictionaries: what each column of a resource means."""
