"""Template helpers: how good the description of each dataset is, explained."""

from __future__ import annotations
