"""Tables: personal data in files that are about to become public."""

from __future__ import annotations
