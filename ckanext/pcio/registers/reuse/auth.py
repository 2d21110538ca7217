"""Who may do what with the register of reuses of open data."""

from __future__ import annotations
