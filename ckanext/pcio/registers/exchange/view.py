"""An exchange as an action returns it: plain values, and no account for who may not know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ckanext.pcio.catalog.facts import SHARABLE_LEVELS
from ckanext.pcio.standard.messages import N_, Message

from .entry import LINKED, warnings
from .people import Viewer
from .queries import ENDING_DAYS, latest, together

_PLAIN = (
    *("id", "version", "dataset", "dataset_id", "dataset_title", "dataset_url", "level"),
    *("organization", "organization_title", "source_database", "partner_organization"),
    *("tier", "method", "status", "legal_basis", "purpose"),
    *("told_calls", "told_records", "counted_calls"),
)
_DAYS = (
    *("approved_on", "signed_on", "starts_on", "ends_on", "told_last_use", "told_on"),
    "counted_last_use",
)


def as_dict(row: Mapping[str, Any], viewer: Viewer, today: date, language: str) -> dict[str, Any]:
    """Return the row of `queries.page` as plain data, dates ISO and Gregorian."""
    shown = {name: row[name] for name in _PLAIN}
    shown.update({name: _iso(row[name]) for name in _DAYS})
    end = row["ends_on"]
    linked = row["status"] == LINKED
    return {
        **shown,
        "partner": row["partner_name"],
        "has_account": row["account_id"] is not None,
        "account": row["account"] if viewer.sees_account(row["organization_id"]) else None,
        "counted_since": _iso(_since(row)),
        "calls": together(row["counted_calls"], row["told_calls"]),
        "records": row["told_records"],
        "last_use": _iso(latest(row["counted_last_use"], row["told_last_use"])),
        "ended": end is not None and end < today,
        "ending": linked and end is not None and today <= end <= today + timedelta(ENDING_DAYS),
        "updated_at": row["updated_at"].isoformat(),
        "warnings": [warning.text(language) for warning in _warnings(row, today)],
    }


def _since(row: Mapping[str, Any]) -> date | None:
    """Return from which day on the portal has counted the calls of the exchange."""
    return latest(row["account_since"], row["starts_on"]) if row["account_since"] else None


def _warnings(row: Mapping[str, Any], today: date) -> Iterator[Message]:
    if row["level"] not in SHARABLE_LEVELS:
        yield Message(
            N_(
                "The level of the dataset does not allow sharing with other agencies, so this "
                "exchange counts nowhere."
            )
        )
    yield from warnings(row, today)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
