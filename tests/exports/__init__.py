"""Giving out metadata as files."""
