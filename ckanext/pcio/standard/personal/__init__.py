"""Personal data in tables: what is looked for, and how a file is read for it.

Pure: no value that is found leaves this package, only kinds, columns and counts (`Finding`).
"""
