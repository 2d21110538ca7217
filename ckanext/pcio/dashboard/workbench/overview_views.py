"""A survey as a whole: how far it is, who was asked, what is missing, locking it."""

from __future__ import annotations
