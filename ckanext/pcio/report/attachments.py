"""What every piece of evidence is called in every report: the question and a number, "P1.5-2".

The document, the sheets and the bundle say the same number, so that whoever reads the signed form
finds the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ckanext.pcio.survey.filled import Attachment, FilledForm


@dataclass(frozen=True, slots=True)
class Numbered:
    """A piece of evidence under its number."""

    number: str
    question: str
    attachment: Attachment


def numbered(form: FilledForm) -> tuple[Numbered, ...]:
    """Return every piece of evidence in the form's order, numbered from 1 in each question."""
    return tuple(_numbered(form))


def _numbered(form: FilledForm) -> Iterator[Numbered]:
    for answer in form.answers:
        for position, attachment in enumerate(answer.attachments, 1):
            yield Numbered(f"{answer.question}-{position}", answer.question, attachment)
