"""Pages over the catalog's facts and the survey's proposals."""
