"""A dictionary that comes as a file: read, and laid over the one there is."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.columns import Column, type_label
from ckanext.pcio.standard.dictionary_file import (
    MOST_BYTES,
    DictionaryFile,
    Remark,
    read_dictionary,
)
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.tabular import FileRefused

from .source import Dictionary


@dataclass(frozen=True)
class Laid:
    """What the dictionary would be after the file."""

    columns: tuple[Column, ...]
    remarks: tuple[Remark, ...]
    unread: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def read(data_dict: Mapping[str, Any]) -> DictionaryFile:
    """Return what the file sent says; raises `ValidationError` with the reason."""
    upload = data_dict.get("upload")
    content = data_dict.get("content")
    if hasattr(upload, "stream"):
        sent: bytes = upload.stream.read(MOST_BYTES + 1)  # type: ignore[union-attr]
    elif content:
        sent = content.encode("utf-8", "ignore")
    else:
        raise tk.ValidationError({"upload": [tk._("Choose a CSV or XLSX file.")]})
    with tempfile.TemporaryDirectory(prefix="pcio-dictionary-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(sent)
        try:
            return read_dictionary(path)
        except FileRefused as refused:
            sentence = refused.message.text(pcio_language())
            raise tk.ValidationError({"upload": [sentence]}) from refused


def lay_over(found: Dictionary, file: DictionaryFile) -> Laid:
    """Return the dictionary with what the file says.

    The file replaces the dictionary; a part for which it has no heading stays as it was. Of a
    table in the DataStore the columns and their types stay.
    """
    before = {column.name: column for column in found.columns}
    remarks = list(file.remarks)
    if found.source == "datastore":
        columns = _over_table(found.columns, file, remarks)
    else:
        columns = tuple(_over(before.get(column.name), column, file) for column in file.columns)
    return Laid(columns, tuple(remarks), file.unread, *differences(found.columns, columns))


def differences(
    before: Sequence[Column], after: Sequence[Column]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of the columns that are new, gone, and told differently."""
    old = {column.name: column for column in before}
    new = {column.name: column for column in after}
    return (
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name in old and old[name] != new[name]),
    )


def _over(before: Column | None, column: Column, file: DictionaryFile) -> Column:
    if before is None:
        return column
    return replace(before, **{part: getattr(column, part) for part in file.parts})


def _over_table(
    table: Sequence[Column], file: DictionaryFile, remarks: list[Remark]
) -> tuple[Column, ...]:
    told = dict(zip((column.name for column in file.columns), file.columns, strict=True))
    rows = dict(zip((column.name for column in file.columns), file.rows, strict=True))
    after: list[Column] = []
    language = pcio_language()
    for column in table:
        words = told.pop(column.name, None)
        if words is None:
            after.append(column)
            continue
        if words.type and words.type != column.type:
            stays = N_("The table’s column is of the type “{type}”, which stays as it is.")
            params = {"type": type_label(column.type, language)}
            remarks.append(Remark(rows[column.name], "type", Message(stays, params)))
        after.append(_over(column, replace(words, type=column.type), file))
    for name in told:
        unknown = N_("The table has no column “{name}”, so the row was left out.")
        remarks.append(Remark(rows[name], "name", Message(unknown, {"name": name})))
    return tuple(after)
