"""Who may see numbers of use."""

from __future__ import annotations
