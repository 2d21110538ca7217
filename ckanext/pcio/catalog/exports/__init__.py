"""Giving out the metadata of the catalog, or of one office, as files that can be read back."""
