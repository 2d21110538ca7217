"""Which reader a file needs, and what is inside archives."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, cast

from . import csv_tables, json_tables, workbook_tables
from .reading import (
    DAMAGED,
    ENCRYPTED,
    OLD_WORKBOOK,
    TOO_LARGE,
    Budget,
    NotTabular,
    Table,
    Unreadable,
)

_TEXT = frozenset({"csv", "tsv", "tab", "txt"})
_JSON = frozenset({"json", "jsonl", "ndjson", "geojson"})
_OLD = frozenset({"xls", "xlsm", "xlsb", "xltx", "xltm", "ods"})
_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_WORKBOOK = "xl/workbook.xml"
_COPY = 65_536


def tables(file: IO[bytes], name: str, format_: str, budget: Budget) -> Iterator[Table]:
    """Return the tables of a file one after the other; each has to be used up before the next.

    Args:
        file: the content, seekable.
        name: the file's name; its ending says more than `format_`.
        format_: what its publisher calls it.
        budget: how much is read.

    Raises:
        NotTabular: there is no table in it.
        Unreadable: there is one, and it cannot be read.

    """
    head = file.read(8)
    file.seek(0)
    kind = kind_of(name, format_)
    if kind in _OLD:
        raise Unreadable(OLD_WORKBOOK)
    if head.startswith(_OLE):
        # A workbook with a password looks like an old one.
        raise Unreadable(ENCRYPTED if kind == "xlsx" else OLD_WORKBOOK)
    if head.startswith(_ZIP):
        yield from _zipped(file, kind, budget)
    elif head.startswith(_GZIP) and (kind == "gz" or kind in _TEXT | _JSON):
        inner = name[:-3] if name.lower().endswith(".gz") else name
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield from _guarded(
                _plain(cast(IO[bytes], unpacked), kind_of(inner, format_), "", budget)
            )
    elif kind in {"xlsx", "zip"}:
        raise Unreadable(DAMAGED)
    else:
        yield from _plain(file, kind, "", budget)


def kind_of(name: str, format_: str) -> str:
    """Return the kind of a file by its ending, else by its publisher's word, in lower case."""
    endings = PurePosixPath(name.lower()).suffixes
    known = _TEXT | _JSON | _OLD | {"xlsx", "zip", "gz"}
    if endings and endings[-1][1:] in known:
        return endings[-1][1:]
    said = format_.strip().lower().rpartition(".")[2]
    return said if said in known else (endings[-1][1:] if endings else said)


def _plain(file: IO[bytes], kind: str, sheet: str, budget: Budget) -> Iterator[Table]:
    if kind in _JSON:
        yield json_tables.table(file, sheet, budget)
    elif kind in _TEXT:
        yield csv_tables.table(file, sheet, budget)
    else:
        raise NotTabular


def _zipped(file: IO[bytes], kind: str, budget: Budget) -> Iterator[Table]:
    try:
        archive = zipfile.ZipFile(file)
        names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(DAMAGED) from None
    with archive:
        if _WORKBOOK in names:
            if any("vbaProject" in name for name in names):
                raise Unreadable(OLD_WORKBOOK)
            file.seek(0)
            yield from workbook_tables.tables(file, "", budget)
        elif kind == "zip":
            yield from _guarded(_members(archive, budget))
        elif kind == "xlsx":
            raise Unreadable(DAMAGED)
        else:
            raise NotTabular


def _members(archive: zipfile.ZipFile, budget: Budget) -> Iterator[Table]:
    """Return the tables in an archive; archives within it stay closed."""
    members = [
        (part, kind_of(part.filename, ""))
        for part in archive.infolist()
        if not part.is_dir() and not PurePosixPath(part.filename).name.startswith(".")
    ]
    tabular = [pair for pair in members if pair[1] in _TEXT | _JSON | {"xlsx"}]
    if not tabular:
        if any(kind in _OLD | {"zip", "gz", "dbf"} for _part, kind in members):
            raise Unreadable(OLD_WORKBOOK)
        raise NotTabular
    if len(tabular) < sum(kind in _TEXT | _JSON | _OLD | {"xlsx", "zip"} for _p, kind in members):
        budget.partial = True
    for number, (part, kind) in enumerate(tabular):
        if number >= budget.limits["tables"] or budget.spent():
            budget.partial = True
            return
        if part.flag_bits & 1:
            raise Unreadable(ENCRYPTED)
        sheet = PurePosixPath(part.filename).name
        with archive.open(part) as content:
            if kind == "xlsx":
                book = _copied(content, budget)
                yield from workbook_tables.tables(book, f"{sheet}: ", budget)
            else:
                yield from _plain(content, kind, sheet, budget)


def _copied(content: IO[bytes], budget: Budget) -> io.BytesIO:
    """Return a workbook of an archive in memory, where it is small enough for that."""
    copy = io.BytesIO()
    while chunk := content.read(_COPY):
        copy.write(chunk)
        if copy.tell() > budget.limits["workbook_bytes"]:
            raise Unreadable(TOO_LARGE)
    copy.seek(0)
    return copy


def _guarded(tables_: Iterator[Table]) -> Iterator[Table]:
    """Pass tables on; an archive damaged on the way is one that cannot be read."""
    try:
        yield from tables_
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise Unreadable(DAMAGED) from None
