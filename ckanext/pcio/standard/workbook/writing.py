"""Writing datasets as the workbook of metadata, and an empty workbook to fill in.

Texts go into cells of texts, which no spreadsheet takes for formulas. Dates are of the Buddhist
era and yes and no are Thai words, because that is what the standard's workbook holds and what
other portals read out of it. The same records make the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, BinaryIO

from ckanext.pcio.standard import dates, values
from ckanext.pcio.standard.fields import dataset_fields, field_vocabulary_name, resource_fields
from ckanext.pcio.standard.record import flat, mappings, read_private, text_of
from ckanext.pcio.standard.vocabulary import vocabulary

from . import timeless
from .cells import for_cell
from .columns import Column, SheetKind, sheet_of, sheets
from .filling import add_instructions, add_lists, start_sheet

_FORMULA_STARTS = ("=", "+", "-", "@")
# Shorter texts fit into a cell whatever they hold.
_PLAIN = 10_000


def write(records: Iterable[Mapping[str, Any]], target: BinaryIO, *, language: str = "th") -> int:
    """Write package dicts as a workbook of the layout "pcio" to `target`; return how many.

    The standard's sheets, rows and columns of 2.2 come first, then columns of ours, so that
    `open_workbook` gives the same records back. `language` is that of headings and help.
    Records are written as they come; a text longer than a cell holds is cut and says so. Raises
    `OSError` where a disk is full.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, needed for workbooks only

    book: Any = Workbook(write_only=True)
    number = 0
    with timeless.writing(book):
        add_instructions(book, language)
        opened = {kind: start_sheet(book, kind, language) for kind in sheets()}
        add_lists(book, language)
        for record in records:
            _append(opened, flat(record))
            number += 1
        timeless.save(book, target)
    return number


def template(target: BinaryIO, *, language: str = "th") -> None:
    """Write an empty workbook for an office to fill in."""
    write((), target, language=language)


def _append(opened: Mapping[SheetKind, Any], record: Mapping[str, Any]) -> None:
    found = vocabulary("data_type").find(text_of(record.get("data_type")))
    kind = sheet_of(found.key if found else None, "dataset")
    sheet = opened[kind]
    sheet.append([_cell(sheet, _dataset_text(record, c)) for c in kind.columns("pcio")])
    of_resources = sheet_of(kind.kind, "resource")
    sheet = opened[of_resources]
    for resource in mappings(record.get("resources")):
        texts = (_resource_text(record, resource, c) for c in of_resources.columns("pcio"))
        sheet.append([_cell(sheet, text) for text in texts])


def _dataset_text(record: Mapping[str, Any], column: Column) -> str:
    if column.name == "tag_string":
        names = [text_of(tag.get("name")) for tag in mappings(record.get("tags"))]
        return ", ".join(filter(None, names)) or text_of(record.get("tag_string"))
    if column.name == "private":
        private = read_private(record.get("private"))
        return "" if private is None else _word("high_value_dataset", str(private))
    return _text(dataset_fields().get(column.field, {}), record.get(column.field))


def _resource_text(record: Mapping[str, Any], resource: Mapping[str, Any], column: Column) -> str:
    if column.name == "dataset_name":
        return text_of(record.get("name"))
    return _text(resource_fields().get(column.field, {}), resource.get(column.field))


def _text(field: Mapping[str, Any], value: Any) -> str:
    """Return a stored value as the workbook writes it."""
    preset = field.get("preset")
    if values.is_blank(value):
        return ""
    if preset == "pcio_terms":
        parts = values.split_terms(vocabulary(field_vocabulary_name(field)), value)
        return ", ".join(part if isinstance(part, str) else values.shown(part) for part in parts)
    if preset == "pcio_boolean":
        return _word(field_vocabulary_name(field), text_of(value))
    if preset == "pcio_date":
        return _buddhist(text_of(value))
    return str(value) if isinstance(value, str) else text_of(value)


def _word(name: str, value: str) -> str:
    found = vocabulary(name).find(value)
    return found.label("th") if found is not None and found.value == value else value


def _buddhist(text: str) -> str:
    """Return an ISO date in the Buddhist era; as it is where that would be read as another day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    year = day.year + dates.BUDDHIST_OFFSET
    return f"{year}{text[4:]}" if dates.is_buddhist_year(year) and text[:4].isdigit() else text


def _cell(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    if not text:
        return None
    if len(text) < _PLAIN and text.isprintable() and text[0] not in "=+-@#" and "_x" not in text:
        return text
    cell = WriteOnlyCell(sheet, for_cell(text))
    cell.data_type = "s"
    # Stays a text also when somebody edits the cell.
    cell.quotePrefix = text.startswith(_FORMULA_STARTS)
    return cell
