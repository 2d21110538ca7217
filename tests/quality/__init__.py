"""Tests of the quality of datasets."""
