"""What a page of use shows, as its address says it. Pure.

Values that make no sense fall back to the usual ones; dates that cannot be are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ckanext.pcio.standard.messages import Message

from . import periods

OWN = "own"
CLASSES = ("open", "sharable", "other")
_DAYS, _MONTHS = 62, 37


@dataclass(frozen=True, slots=True)
class Choice:
    """Range, period and filters of a page."""

    start: date
    end: date
    by: periods.By
    by_chosen: bool
    preset: str
    """Key of a preset, or "own" for two dates."""
    organization: str = ""
    klass: str = ""
    data_type: str = ""
    error: Message | None = None
    """Why the dates of the address could not be taken."""

    @property
    def is_filtered(self) -> bool:
        """Whether only some datasets are asked for."""
        return bool(self.organization or self.klass or self.data_type)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of the actions."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat(), **self.filters()}

    def filters(self) -> dict[str, str]:
        """Return the filters as the actions take them."""
        found = {
            "organization_id": self.organization,
            "class": self.klass,
            "data_type": self.data_type,
        }
        return {name: value for name, value in found.items() if value}

    def address(self, **changes: Any) -> dict[str, str]:
        """Return the parameters of a page's address, with `changes` made."""
        changed = replace(self, **changes)
        parameters = {} if changed.preset == "12m" else {"period": changed.preset}
        if changed.preset == OWN:
            parameters.update(start=changed.start.isoformat(), end=changed.end.isoformat())
        if changed.by_chosen:
            parameters["by"] = changed.by
        named = {
            "organization": changed.organization,
            "class": changed.klass,
            "data_type": changed.data_type,
        }
        return {**parameters, **{name: value for name, value in named.items() if value}}

    def machine(self) -> dict[str, str]:
        """Return the parameters of a file's address: dates, so that it stays what it is."""
        return {**{k: str(v) for k, v in self.arguments().items()}, "by": self.by}


def choice(
    args: Mapping[str, str], today: date, since: date | None, *, types: tuple[str, ...] = ()
) -> Choice:
    """Read the address of a page."""
    start, end, preset, error = _range(args, today, since)
    by = args.get("by", "")
    chosen: periods.By | None = next((one for one in periods.BYS if one == by), None)
    if chosen == "day" and (end - start).days >= periods.MOST_PERIODS:
        chosen = None
    klass, data_type = args.get("class", ""), args.get("data_type", "")
    return Choice(
        start=start,
        end=end,
        by=chosen or usual_period(start, end),
        by_chosen=chosen is not None,
        preset=preset,
        organization=args.get("organization", ""),
        klass=klass if klass in CLASSES else "",
        data_type=data_type if data_type in types else "",
        error=error,
    )


def usual_period(start: date, end: date) -> periods.By:
    """Return the period that gives a range a readable number of points."""
    days = (end - start).days + 1
    if days <= _DAYS:
        return "day"
    return "month" if days <= _MONTHS * 31 else "fiscal_year"


def _range(
    args: Mapping[str, str], today: date, since: date | None
) -> tuple[date, date, str, Message | None]:
    key = args.get("period", "")
    error = None
    if key == OWN or (not key and (args.get("start") or args.get("end"))):
        try:
            start, end = periods.last_twelve_months(today)
            end = periods.read_day("end", args["end"]) if args.get("end") else end
            start = periods.read_day("start", args["start"]) if args.get("start") else start
            periods.check(start, end, "month")
        except periods.PeriodError as refused:
            error = refused.message
        else:
            return start, end, OWN, None
    offered = {preset.key: preset for preset in periods.presets(today, since)}
    preset = offered.get(key) or _preset(key) or offered["12m"]
    return preset.start, preset.end, preset.key, error


def _preset(key: str) -> periods.Preset | None:
    """Return a year by its key, though it is none of those offered."""
    digits = key.lstrip("fy")
    if not (digits.isdecimal() and digits.isascii() and len(digits) == 4):  # noqa: PLR2004
        return None
    return periods.year_preset(key, int(digits))
