"""The standard's Excel workbook of metadata: read, written, and given out empty."""
