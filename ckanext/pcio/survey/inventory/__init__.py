"""The inventory of databases and datasets, as the committee of 2560 counted it."""
