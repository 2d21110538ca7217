"""Believable tables, from a dataset's column list; the same input gives the same rows."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from ckanext.pcio.portal.demo.source import District, Province, Values

_YEARS_SHOWN = 3
_SAMPLE_DAYS = 300  # dates in a register lie within this many days before its last update

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: what the dictionary says of it, and how its cells are made."""

    id: str
    label: str
    notes: str
    type: str
    """"text", "int", "numeric" or "date", as the DataStore names them."""
    over: str | tuple[str, ...] | None = None
    row: str | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    low: float = 0
    high: float = 0
    decimals: int = 0

    @property
    def measured(self) -> bool:
        """Whether the column holds a figure of its own."""
        return self.type in ("int", "numeric") and not self.over and not self.row


@dataclass(frozen=True)
class Table:
    """Columns and rows; `places` are the district and position of each row of a register."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    districts: tuple[District, ...]
    positions: tuple[tuple[float, float], ...]


def seeded(*parts: object) -> random.Random:
    """Return a generator of numbers that depends on `parts` only, in any Python version.

    Only `.random()` of it may be used: the sequence of the other methods is not promised.
    """
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - figures of a sample, no secret


def pick(rng: random.Random, values: Sequence[Any]) -> Any:
    """Return one of `values`."""
    return values[int(rng.random() * len(values))]


def columns_of(entry: Values, province: Province) -> tuple[Column, ...]:
    """Return the columns of a dataset entry."""
    columns = []
    for item in entry.get("columns", ()):
        if isinstance(item, str):
            columns.append(_shared_column(item, province.columns[item]))
        else:
            ((name, written),) = item.items()
            columns.append(_own_column(name, written, province.phrases))
    return tuple(columns)


def _shared_column(name: str, written: Values) -> Column:
    over = written.get("over")
    return Column(
        id=name,
        label=written["label"],
        notes=written["notes"],
        type=written["type"],
        over=tuple(over) if isinstance(over, list) else over,
        row=written.get("row"),
    )


def _own_column(name: str, written: Sequence[Any], phrases: Mapping[str, str]) -> Column:
    label, content = written[0], written[1]
    if isinstance(content, list):
        choices = tuple(content)
        return Column(
            id=name,
            label=label,
            notes=phrases["choices"].format(choices=", ".join(choices)),
            type="text",
            over=choices if "over" in written[2:] else None,
            choices=choices,
        )
    if content == "date":
        return Column(id=name, label=label, notes=phrases["date_note"], type="date", row="date")
    if len(written) == 2:  # noqa: PLR2004 - label and pattern
        notes = phrases["text_note"].format(label=label)
        return Column(id=name, label=label, notes=notes, type="text", pattern=content)
    decimals = written[4] if len(written) > 4 else 0  # noqa: PLR2004 - the fifth is optional
    return Column(
        id=name,
        label=label,
        notes=phrases["unit"].format(unit=content),
        type="numeric" if decimals else "int",
        low=written[2],
        high=written[3],
        decimals=decimals,
    )


def build_table(entry: Values, province: Province, updated: date, last_year: int) -> Table:
    """Return the table of a dataset.

    `updated` is the day of its last update, `last_year` the last year (B.E.) it covers. With
    `rows` the table is a register of so many things; else it has a row for each combination of
    its dimensions.
    """
    columns = columns_of(entry, province)
    if "rows" in entry:
        return _register(entry, columns, province, updated)
    return _cross_table(entry, columns, province, last_year)


def _cross_table(
    entry: Values, columns: tuple[Column, ...], province: Province, last_year: int
) -> Table:
    dimensions = [c for c in columns if c.over]
    values = [_members(c, province, last_year) for c in dimensions]
    weights = {d.name: d.weight for d in province.districts}
    of_tambon = {t: d.name for d in province.districts for t in d.tambons}
    rows = []
    for combination in product(*values):
        row: Row = dict(zip((c.id for c in dimensions), combination, strict=True))
        if (
            "tambon" in row
            and row.get("amphoe", of_tambon[row["tambon"]]) != of_tambon[row["tambon"]]
        ):
            continue
        weight = weights.get(row.get("amphoe", ""), 1.0)
        growth = 1 + 0.03 * (row.get("year", row.get("fiscal_year", last_year)) - last_year)
        steady = {k: v for k, v in row.items() if k not in ("year", "fiscal_year")}
        for column in columns:
            if column.measured:
                rng = seeded(entry["name"], column.id, *steady.values())
                row[column.id] = _figure(column, rng, weight, growth)
        rows.append({c.id: row[c.id] for c in columns})
    return Table(columns, tuple(rows), (), ())


def _members(column: Column, province: Province, last_year: int) -> Sequence[Any]:
    if isinstance(column.over, tuple):
        return column.over
    return {
        "years": range(last_year - _YEARS_SHOWN + 1, last_year + 1),
        "months": range(1, 13),
        "quarters": range(1, 5),
        "districts": [d.name for d in province.districts],
        "tambons": [t for d in province.districts for t in d.tambons],
    }[str(column.over)]


def _figure(column: Column, rng: random.Random, weight: float, growth: float) -> float | int:
    """Return a figure within the column's bounds, larger in larger districts."""
    span = column.high - column.low
    share = min(1.0, max(0.0, (0.25 + 0.5 * rng.random()) * (0.55 + 0.4 * weight) * growth))
    value = round(column.low + span * share, column.decimals)
    return value if column.decimals else int(value)


def _register(
    entry: Values, columns: tuple[Column, ...], province: Province, updated: date
) -> Table:
    rows, districts, positions = [], [], []
    in_order = entry.get("geometry") == "district"
    for number in range(1, entry["rows"] + 1):
        rng = seeded(entry["name"], number)
        district = (
            province.districts[(number - 1) % len(province.districts)]
            if in_order
            else pick(rng, province.districts)
        )
        tambon = pick(rng, district.tambons)
        longitude = round(
            district.west + (district.east - district.west) * (0.1 + 0.8 * rng.random()), 4
        )
        latitude = round(
            district.south + (district.north - district.south) * (0.1 + 0.8 * rng.random()), 4
        )
        fixed: Row = {
            "amphoe": district.name,
            "tambon": tambon,
            "code": f"S{number:04d}",
            "village": 1 + int(rng.random() * 12),
            "latitude": latitude,
            "longitude": longitude,
            "n": number,
        }
        rows.append(_register_row(entry["name"], columns, fixed, updated))
        districts.append(district)
        positions.append((longitude, latitude))
    return Table(columns, tuple(rows), tuple(districts), tuple(positions))


def _register_row(name: str, columns: tuple[Column, ...], fixed: Row, updated: date) -> Row:
    row: Row = {}
    for column in columns:
        rng = seeded(name, column.id, fixed["n"])
        if column.row == "date":
            row[column.id] = updated - timedelta(days=int(rng.random() * _SAMPLE_DAYS))
        elif column.row:
            row[column.id] = fixed[column.row]
        elif column.id in ("amphoe", "tambon"):
            row[column.id] = fixed[column.id]
        elif column.choices:
            row[column.id] = pick(rng, column.choices)
        elif column.measured:
            row[column.id] = _figure(column, rng, 0.4 + 1.4 * rng.random(), 1.0)
    for column in columns:  # patterns may name any other column
        if column.pattern:
            row[column.id] = column.pattern.format(**{**fixed, **row})
    return {column.id: row[column.id] for column in columns}
