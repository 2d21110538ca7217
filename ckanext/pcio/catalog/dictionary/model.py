"""Tables: data dictionaries: what each column of a resource means."""

from __future__ import annotations
