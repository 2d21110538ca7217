"""The workbook of metadata: reading, writing, and files that are none."""
