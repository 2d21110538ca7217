"""Template helpers of the register of demands for data that is missing."""

from __future__ import annotations
