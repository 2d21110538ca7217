"""The filled questionnaire as a DOCX that prints like the paper form a committee signs."""

from __future__ import annotations

from .document import Digits, render

__all__ = ["Digits", "render"]
