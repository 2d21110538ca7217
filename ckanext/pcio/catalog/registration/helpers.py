"""Template helpers: what GD Catalog knows of each dataset."""

from __future__ import annotations
