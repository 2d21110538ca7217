"""Taking in workbooks of metadata."""
