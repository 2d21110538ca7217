"""The blank form of an edition, for everybody."""

from __future__ import annotations
