"""DCAT-AP 3: the profile `th_gdc` of ckanext-dcat, both ways (docs/dcat.md)."""
