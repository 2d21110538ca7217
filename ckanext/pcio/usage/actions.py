"""API actions over the numbers of use."""

from __future__ import annotations
