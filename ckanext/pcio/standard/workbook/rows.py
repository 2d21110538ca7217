"""One row of a sheet as the fields of a dataset, or of a resource.

How a value is read is decided by `standard.values`; here only what a workbook adds to that:
values outside a list, yes and no in words, names for web addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard import tags, values
from ckanext.pcio.standard.fields import dataset_fields, field_vocabulary_name, resource_fields
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.slug import slugify
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.vocabulary import OTHER, Vocabulary, vocabulary

from .columns import description
from .found import CellRemark
from .layout import Plan

Field = Mapping[str, Any]

_NAME = re.compile(r"[a-z0-9_-]{2,100}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_SPACES = re.compile(r"\s+")
# An unreadable value of these kinds is no value; of other kinds it is a text all the same.
_EXACT = frozenset(
    {
        *("pcio_term", "pcio_terms", "pcio_boolean", "pcio_year", "pcio_date", "pcio_number"),
        "pcio_coordinate",
    }
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it was read."""

    text: str = ""
    value: Any = None
    """A date where the cell is one; else `text`."""
    problem: Message | None = None
    """Why the cell has no value of its own."""


@dataclass
class RowReading:
    """What a row says."""

    plan: Plan
    number: int
    record: dict[str, Any] = field(default_factory=dict)
    remarks: list[CellRemark] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    """Texts as they were written, by the name of the column."""

    def remark(self, index: int, message: Message, *, refused: bool = False) -> None:
        """Keep a remark about the cell in the column `index`."""
        column = self.plan.columns[index]
        shown = values.shown(self.written.get(column.name, ""))
        self.remarks.append(
            CellRemark(
                self.plan.title,
                self.number,
                letter(index),
                column.field,
                shown,
                message,
                refused,
            )
        )

    def remark_row(self, field_name: str, value: str, message: Message, *, refused: bool) -> None:
        """Keep a remark about the row as a whole, or about the column of `field_name`."""
        found = [i for i, column in self.plan.columns.items() if column.field == field_name]
        column = letter(found[0]) if found else ""
        self.remarks.append(
            CellRemark(self.plan.title, self.number, column, field_name, value, message, refused)
        )


def letter(index: int) -> str:
    """Return the letters Excel shows for the column `index`, from 0."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_row(plan: Plan, number: int, cells: Sequence[Cell]) -> RowReading | None:
    """Return what a row of `plan` says; None for a row in which nothing is written."""
    reading = RowReading(plan, number)
    held = {index: cells[index] for index in plan.columns if index < len(cells)}
    for index, cell in held.items():
        reading.written[plan.columns[index].name] = cell.text
    if not any(cell.text.strip() or cell.problem for cell in held.values()):
        return None
    identifier = _SPACES.sub("", reading.written.get("id", ""))
    for index, cell in held.items():
        if cell.problem is not None:
            reading.remark(index, cell.problem, refused=True)
        elif not values.is_blank(cell.text):
            _read_cell(reading, index, cell, kept=bool(identifier))
    _join_other(reading)
    return reading


def _read_cell(reading: RowReading, index: int, cell: Cell, *, kept: bool) -> None:
    """Put the value of a cell into the record.

    `kept` says that the row came out of a catalog (it has an id): what that catalog stores is
    kept as it is, and told, as an import from a portal does.
    """
    column = reading.plan.columns[index]
    fields = dataset_fields() if reading.plan.kind.part == "dataset" else resource_fields()
    own = _OWN.get((reading.plan.kind.part, column.name))
    if own is not None:
        own(reading, index, cell)
        return
    of_schema = fields.get(column.field, {})
    preset = of_schema.get("preset", "")
    try:
        stored = _stored(of_schema, preset, cell)
    except values.Refused as refused:
        if not kept and preset in ("pcio_term", "pcio_terms") and of_schema.get("pcio_asks_other"):
            _take_as_other(reading, index, of_schema, cell)
            return
        reading.remark(index, refused.message, refused=preset in _EXACT and not kept)
        stored = refused.kept
    if not values.is_blank(stored):
        reading.record[column.field] = stored


def _stored(of_schema: Field, preset: str, cell: Cell) -> Any:
    read = _READ.get(preset)
    return (
        values.text(cell.text, of_schema.get("pcio_max_length"))
        if read is None
        else read(of_schema, cell)
    )


def _words(of_schema: Field) -> Vocabulary:
    return vocabulary(field_vocabulary_name(of_schema))


def _date(_field: Field, cell: Cell) -> str:
    return values.iso_date(cell.value if isinstance(cell.value, date) else cell.text)


def _boolean(_field: Field, cell: Cell) -> str:
    said = _yes_and_no().get(fold(cell.text))
    return said or values.boolean(cell.text)


@lru_cache(maxsize=1)
def _yes_and_no() -> Mapping[str, str]:
    return {
        fold(word): said
        for said, words in (("True", "says_yes"), ("False", "says_no"))
        for word in description()[words]
    }


_READ: Mapping[str, Callable[[Field, Cell], Any]] = {
    "pcio_term": lambda f, cell: values.term(_words(f), cell.text),
    "pcio_terms": lambda f, cell: values.terms(_words(f), cell.text),
    "pcio_boolean": _boolean,
    "pcio_year": lambda _f, cell: values.year(cell.text),
    "pcio_date": _date,
    "pcio_number": lambda f, cell: values.whole_number(cell.text, *f["pcio_range"]),
    "pcio_coordinate": lambda f, cell: values.coordinate(cell.text, *f["pcio_range"]),
    "pcio_email": lambda f, cell: values.email(cell.text, f.get("pcio_max_length")),
    "pcio_url": lambda _f, cell: values.url(cell.text),
}


def _take_as_other(reading: RowReading, index: int, of_schema: Field, cell: Cell) -> None:
    """Keep values outside a list as the list's "other", with their text beside it."""
    name, words = of_schema["field_name"], _words(of_schema)
    parts = values.split_terms(words, cell.text) if words.multiple else [cell.text.strip()]
    known = [found.value for part in parts if (found := words.find(part))]
    unknown = [values.text(part) for part in parts if not words.find(part)]
    other = words.by_key(OTHER)
    if other is None:
        raise ValueError(name)  # the schema asks for a text that its list has no value for
    if words.multiple:
        reading.record[name] = list(dict.fromkeys([*known, other.value]))
    else:
        reading.record[name] = other.value
    reading.written[f"{name} other"] = ", ".join(unknown)
    reading.remark(
        index,
        Message(
            N_('"{value}" is not in the list of values; it was taken as "{other}" with this text'),
            {"value": values.shown(", ".join(unknown)), "other": other.value},
        ),
    )


def _join_other(reading: RowReading) -> None:
    """Add the values outside a list to the text that the row has of its own."""
    for key, text in list(reading.written.items()):
        if key.endswith(" other"):
            name = f"{key.removesuffix(' other')}_other"
            own = reading.record.get(name)
            reading.record[name] = f"{own}, {text}" if own and own != text else text


# ---- columns with a rule of their own


def _read_name(reading: RowReading, index: int, cell: Cell) -> None:
    written = values.text(cell.text)
    name = _SPACES.sub("-", written.lower())
    if not _NAME.fullmatch(name):
        name = slugify(written)
    reading.record["name"] = name
    if name != written:
        message = N_('the name "{value}" cannot be used in a web address; it became "{name}"')
        reading.remark(index, Message(message, {"value": values.shown(written), "name": name}))


def _read_type(reading: RowReading, index: int, cell: Cell) -> None:
    """Compare the type that a row names with the type of its sheet, which decides."""
    found = vocabulary("data_type").find(cell.text)
    if found is None or found.key != reading.plan.kind.kind:
        own = vocabulary("data_type").by_key(reading.plan.kind.kind)
        message = N_('the sheet is for "{type}", so the dataset was taken as that')
        reading.remark(index, Message(message, {"type": own.value if own else ""}))


def _read_tags(reading: RowReading, index: int, cell: Cell) -> None:
    found = tags.split_tags(cell.text)
    for name in found:
        if (problem := tags.tag_problem(name)) is not None:
            reading.remark(index, problem)
    if found:
        reading.record["tags"] = [{"name": name} for name in found]


def _read_private(reading: RowReading, index: int, cell: Cell) -> None:
    try:
        reading.record["private"] = _boolean({}, cell) == "True"
    except values.Refused as refused:
        reading.remark(index, refused.message, refused=True)


def _read_id(reading: RowReading, index: int, cell: Cell) -> None:
    identifier = _SPACES.sub("", cell.text)
    if _ID.fullmatch(identifier):
        reading.record["id"] = identifier
    else:
        reading.remark(index, Message(N_("is not an identifier of a catalog")), refused=True)


def _read_nothing(_reading: RowReading, _index: int, _cell: Cell) -> None:
    """Leave a column to whoever joins the rows."""


_OWN: Mapping[tuple[str, str], Callable[[RowReading, int, Cell], None]] = {
    ("dataset", "name"): _read_name,
    ("dataset", "d_type"): _read_type,
    ("dataset", "tag_string"): _read_tags,
    ("dataset", "private"): _read_private,
    ("dataset", "id"): _read_id,
    ("resource", "id"): _read_id,
    ("resource", "dataset_name"): _read_nothing,
}
