"""Template helpers of numbers of use."""

from __future__ import annotations
