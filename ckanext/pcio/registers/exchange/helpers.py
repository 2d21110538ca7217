"""Template helpers of the register of exchanges of sharable data with other agencies."""

from __future__ import annotations
