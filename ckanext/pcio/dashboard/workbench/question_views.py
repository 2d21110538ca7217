"""One question of a survey: its proposal, what offices gave, the answer."""

from __future__ import annotations
