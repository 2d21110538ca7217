"""The filled questionnaire as a DOCX that prints like the paper form a committee signs."""

from __future__ import annotations

from ckanext.pcio.survey.filled import FilledForm
from ckanext.pcio.survey.form import Instrument

from .words import Digits, Words

__all__ = ["Digits", "render"]


def render(
    form: FilledForm, instrument: Instrument, *, language: str = "th", digits: Digits = "thai"
) -> bytes:
    """Return the filled form as a DOCX; the same input gives the same bytes.

    `language` is "th" or "en". `digits` are those of our own numbers, dates and page numbers in
    Thai; what people wrote, addresses and file names keep theirs, and English is always Arabic.
    """
    from .document import document  # noqa: PLC0415 - python-docx is slow to import, seldom needed

    return document(form, instrument, Words(language, digits))
