"""The sample province, generated from the data files in this folder."""
