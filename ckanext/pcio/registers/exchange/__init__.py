"""The register of exchanges of sharable data with other agencies."""
