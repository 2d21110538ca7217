"""The whole document: title page, pillars, questions, evidence, signatures."""

from __future__ import annotations

from typing import Literal

from ckanext.pcio.survey.filled import FilledForm
from ckanext.pcio.survey.form import Instrument

Digits = Literal["thai", "arabic"]


def render(
    form: FilledForm, instrument: Instrument, *, language: str = "th", digits: Digits = "thai"
) -> bytes:
    """Return the filled form as a DOCX; the same input gives the same bytes.

    `language` is "th" or "en". `digits` are those of our own numbers, dates and page numbers in
    Thai; what people wrote, addresses and file names keep theirs, and English is always Arabic.
    """
    raise NotImplementedError(form, instrument, language, digits)
