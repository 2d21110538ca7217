"""Template helpers: taking in workbooks of metadata."""

from __future__ import annotations
