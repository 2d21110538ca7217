"""Who may do what: whether the addresses of resources answer."""

from __future__ import annotations
