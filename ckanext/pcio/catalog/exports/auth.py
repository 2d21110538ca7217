"""Who may do what: giving out the metadata of the catalog or of one office."""

from __future__ import annotations
