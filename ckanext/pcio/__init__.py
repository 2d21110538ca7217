"""ckanext-pcio: a Thai province's open-data catalog and its readiness survey."""
