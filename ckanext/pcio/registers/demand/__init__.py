"""The register of demands for data that is missing."""
