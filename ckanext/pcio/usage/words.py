"""Words of the numbers of use: what each is called, and what it means. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ckanext.pcio.standard.messages import N_, Message

from .coverage import Day


@dataclass(frozen=True, slots=True)
class Term:
    """A number's name and its meaning."""

    key: str
    label: str
    meaning: str = ""


NUMBERS = (
    Term("view", N_("Page views"), N_("Pages of datasets and files that were opened")),
    Term("download", N_("Downloads"), N_("Files fetched, those kept elsewhere too")),
    Term("api", N_("API calls"), N_("Programs that read data or descriptions")),
    Term("dump", N_("Table exports"), N_("Whole tables saved as a file")),
    Term(
        "unique_visitors",
        N_("Daily visitors"),
        N_("Different visitors of each day, added up over the days"),
    ),
)
AUDIENCES = (
    Term("public", N_("The public"), N_("People without a login of an office")),
    Term("own_office", N_("The office itself"), N_("Logins of the office the dataset belongs to")),
    Term("other_agency", N_("Other agencies"), N_("Logins and tokens of other offices")),
    Term(
        "machine", N_("Programs without a login"), N_("Scripts and systems that read by themselves")
    ),
)
ACCESSES = (
    Term("regular", N_("People"), N_("Read in a browser")),
    Term("machine", N_("Programs"), N_("Read by scripts and systems")),
    Term("robot", N_("Robots"), N_("Search engines and other crawlers; in no other number")),
)
CLASSES = (
    Term("open", N_("Open"), N_("Published and classed as open to the public")),
    Term("sharable", N_("Sharable"), N_("Below secret, with a linkage or an exchange on record")),
    Term("other", N_("Other"), N_("Neither open nor sharable")),
)
COUNTER = (
    Term("total_investigations", N_("Total investigations"), N_("Every use of a dataset")),
    Term(
        "unique_investigations",
        N_("Unique investigations"),
        N_("A visitor counts once for each dataset and clock hour"),
    ),
    Term("total_requests", N_("Total requests"), N_("Uses that fetched data, not its description")),
    Term(
        "unique_requests",
        N_("Unique requests"),
        N_("A visitor who fetched data counts once for each dataset and clock hour"),
    ),
)
TABLES: Mapping[str, str] = {
    "datasets": N_("Datasets"),
    "resources": N_("Data files"),
    "organizations": N_("Offices"),
    "data_types": N_("Types of data"),
    "classes": N_("Open and sharable data"),
}
FIRST_COLUMN: Mapping[str, str] = {
    "datasets": N_("Dataset"),
    "resources": N_("File"),
    "organizations": N_("Office"),
    "data_types": N_("Dataset type"),
    "classes": N_("Class"),
}
PERIODS: Mapping[str, str] = {
    "day": N_("Day"),
    "month": N_("Month"),
    "quarter": N_("Quarter"),
    "year": N_("Calendar year"),
    "fiscal_year": N_("Fiscal year"),
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "number": {term.key: term.label for term in NUMBERS},
    "audience": {term.key: term.label for term in AUDIENCES},
    "access": {term.key: term.label for term in ACCESSES},
    "class": {term.key: term.label for term in CLASSES},
    "period": PERIODS,
}


def label(kind: str, key: str, language: str) -> str:
    """Return what a code of `LABELS` is called."""
    return Message(LABELS[kind][key]).text(language)


def not_stated(language: str) -> str:
    """Return what stands where a dataset does not say its type."""
    return Message(N_("Not stated")).text(language)


def notes(*, exact: bool, own_rows: bool, missing: tuple[tuple[date, date], ...]) -> list[Message]:
    """Return what a reader of an answer has to know about it.

    Args:
        exact: each visitor is counted once a day, and not once for each dataset.
        own_rows: the answer is about datasets that the caller may see, not about every one.
        missing: days the answer lacks, because they are kept by month only.

    """
    found = []
    if not exact:
        found.append(
            Message(
                N_(
                    "Here a visitor counts once a day for each dataset, not once for all of them:"
                    " visitors of these datasets as a whole are not counted."
                )
            )
        )
    if own_rows:
        found.append(Message(N_("Only the datasets that you can see are added up.")))
    found.extend(
        Message(
            N_("From {start} to {end} only whole months are kept, so these days are left out."),
            {"start": Day(first), "end": Day(last)},
        )
        for first, last in missing
    )
    return found
