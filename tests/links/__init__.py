"""Tests of the check of links."""
