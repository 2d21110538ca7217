"""Tables: whether the addresses of resources answer."""

from __future__ import annotations
