"""The register of reuses of open data."""
