"""What is missing until a survey is ready, by question or by office. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.pcio.survey.form import Instrument

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """Which list it is."""

    whose: Literal["form", "offices"] = "form"
    organization: str = ""
    """Name of an office."""

    @classmethod
    def from_args(cls, args: Mapping[str, str], told: Row) -> Listed:
        """Read an address; an office meets what it owes itself, everybody else the form."""
        organization = args.get("organization", "")
        known = any(office["name"] == organization for office in told["offices"])
        usual = "offices" if told["role"] == "office" else "form"
        whose = args.get("whose") or usual
        if known:
            return cls("offices", organization)
        return cls("offices" if whose == "offices" else "form")

    @property
    def offices(self) -> bool:
        """Whether it is what offices owe."""
        return self.whose == "offices"


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """What one question lacks."""

    id: str
    text: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class OfOffice:
    """What one office owes."""

    name: str
    title: str
    questions: tuple[OfQuestion, ...]

    @property
    def count(self) -> int:
        """Number of things."""
        return sum(len(question.rows) for question in self.questions)


def by_question(
    instrument: Instrument, rows: Iterable[Row], language: str
) -> tuple[OfQuestion, ...]:
    """Return rows of `pcio_survey_missing` by question, in their order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["question"], []).append(row)
    return tuple(
        OfQuestion(key, words(instrument, key, language), tuple(each))
        for key, each in found.items()
    )


def by_office(instrument: Instrument, rows: Iterable[Row], language: str) -> tuple[OfOffice, ...]:
    """Return rows of `pcio_survey_missing` by office and question, in their order."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["organization"], row["office"]), []).append(row)
    return tuple(
        OfOffice(name, title, by_question(instrument, each, language))
        for (name, title), each in found.items()
    )


def words(instrument: Instrument, question: str, language: str) -> str:
    """Return a question without the number its text begins with."""
    text = instrument.question(question).text.text(language)
    return text.removeprefix(question).lstrip(". ").strip()
