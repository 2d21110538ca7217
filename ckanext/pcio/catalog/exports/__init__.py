"""Giving out the metadata of the catalog or of one office."""
