"""What is asked about an exchange: the fields of its form, with their help and an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ckanext.pcio.standard.messages import N_

Kind = Literal["choice", "text", "long", "date", "number", "dataset", "organization", "account"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field; its texts are message ids."""

    name: str
    kind: Kind
    label: str
    help: str
    required: bool = False
    limit: int | None = None
    """Largest number of characters of a text."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    label: str
    help: str
    fields: tuple[Field, ...]


_WITH_WHOM = Group(
    N_("What is exchanged, and with whom"),
    "",
    (
        Field(
            "dataset",
            "dataset",
            N_("Dataset"),
            N_(
                "Only datasets of your office whose level is below confidential are listed. The "
                "dataset of an exchange cannot be changed later."
            ),
            required=True,
        ),
        Field(
            "partner_organization",
            "organization",
            N_("Partner agency on this portal"),
            N_("Choose it where the partner is an office on this portal; else leave this blank."),
        ),
        Field(
            "partner",
            "text",
            N_("Partner agency"),
            N_(
                "The full name of the agency that receives or links to the data, for example: "
                "Provincial Public Health Office. Not needed where an office was chosen above."
            ),
            limit=200,
        ),
        Field(
            "tier",
            "choice",
            N_("Tier of the partner"),
            N_(
                "As question P2.2.3.1 has it: an agency in the province, the parent department of "
                "your office, or any other agency."
            ),
            required=True,
        ),
    ),
)
_HOW = Group(
    N_("How, and how far it has come"),
    "",
    (
        Field(
            "method",
            "choice",
            N_("Linkage method"),
            N_("How the data reach the partner, for example: API."),
            required=True,
        ),
        Field(
            "status",
            "choice",
            N_("Status"),
            N_(
                "Only an exchange that is linked makes its dataset count as sharable. It needs the "
                "day it began."
            ),
            required=True,
        ),
        Field(
            "account",
            "account",
            N_("Account the partner uses"),
            N_(
                "The user name whose login or API token the partner uses, for example: "
                "health-office-api. From the day it is entered the portal counts this account's "
                "calls of this dataset by itself; of other users no calls are kept."
            ),
            limit=100,
        ),
    ),
)
_BASIS = Group(
    N_("Legal basis or agreement"),
    "",
    (
        Field(
            "legal_basis",
            "long",
            N_("Legal basis or memorandum"),
            N_(
                "The law, order or memorandum of understanding, with its number and date, for "
                "example: MOU no. 5/2568 on linking health data."
            ),
            limit=500,
        ),
        Field(
            "approved_on",
            "date",
            N_("Approved on"),
            N_("The day the exchange or the memorandum was approved, for example 2568-03-15."),
        ),
        Field(
            "signed_on",
            "date",
            N_("Signed on"),
            N_("The day the memorandum was signed, for example 2568-04-01."),
        ),
    ),
)
_TIME = Group(
    N_("Time and purpose"),
    "",
    (
        Field(
            "starts_on",
            "date",
            N_("Start"),
            N_("The first day of the exchange, for example 2568-05-01."),
        ),
        Field(
            "ends_on",
            "date",
            N_("End"),
            N_(
                "The last day of the exchange, for example 2571-04-30. Leave it blank where no end "
                "is agreed."
            ),
        ),
        Field(
            "purpose",
            "long",
            N_("Purpose"),
            N_("What the partner needs the data for, for example: planning of vaccination."),
            limit=2000,
        ),
    ),
)
_FIGURES = Group(
    N_("Figures you state"),
    N_(
        "Running totals since the start, as your office or the partner knows them; enter the new "
        "total each time. Leave out the calls the portal counts by itself."
    ),
    (
        Field(
            "told_calls",
            "number",
            N_("Calls outside this portal"),
            N_("For example requests over GDX, or files sent: 120."),
        ),
        Field(
            "told_records",
            "number",
            N_("Records moved"),
            N_("All records handed over so far, for example 15,000."),
        ),
        Field(
            "told_last_use",
            "date",
            N_("Last use"),
            N_("The day the partner last received or used the data, for example 2568-09-30."),
        ),
        Field(
            "told_on",
            "date",
            N_("Figures as of"),
            N_("The day these figures were taken, for example 2568-09-30; needed with any figure."),
        ),
    ),
)

GROUPS: tuple[Group, ...] = (_WITH_WHOM, _HOW, _BASIS, _TIME, _FIGURES)
FIELDS: Mapping[str, Field] = {field.name: field for group in GROUPS for field in group.fields}
