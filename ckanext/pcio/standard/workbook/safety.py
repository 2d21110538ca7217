"""What a file is, before anything opens it as a workbook.

A workbook is a ZIP archive of XML. It is looked through once, with the standard library only and
piece by piece, so that what openpyxl opens is of a known size, whole, and without macros.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from ckanext.pcio.standard.messages import N_, Message

from .found import WorkbookRefused

MEGABYTE = 1 << 20
MOST_BYTES = 50 * MEGABYTE
MOST_UNPACKED = 250 * MEGABYTE
# Styles, names and the like; only cells and texts need room.
MOST_UNPACKED_OF_OTHERS = 6 * MEGABYTE
# Each costs openpyxl some microseconds, also where it is blank; ten times what 5,000 rows need.
MOST_CELLS = 5_000_000
MOST_TEXTS = 600_000
# Real sheets pack to a tenth; what packs to less than a two-hundredth was made to be large.
MOST_RATIO = 200
RATIO_MATTERS_FROM = 2 * MEGABYTE
MOST_PARTS = 2000
_MOST_MERGED = 10_000
_PIECE = 1 << 18

_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_XML = (".xml", ".rels", ".vml")
_BYTE_ORDER = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CELL = re.compile(rb"[<:]c[\s/>]")
_TEXT = re.compile(rb"[<:]si[\s/>]")
_STRINGS = "xl/sharedstrings.xml"
_OVERLAP = 200


@dataclass(frozen=True)
class Inspection:
    """What the archive holds that whoever reads the sheets has to know."""

    with_formulas: frozenset[str] = frozenset()
    """Names of the parts (xl/worksheets/sheet1.xml) in which a cell has a formula."""
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Ranges of merged cells, such as A1:C1, by part."""
    refers_elsewhere: bool = False
    """Formulas refer to other files, which are never opened."""


def inspect(path: Path) -> Inspection:
    """Look through the file at `path`; raises `WorkbookRefused` where it is no safe workbook."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            _refuse(
                N_("The file has {size} MB; a workbook may have at most {limit} MB."),
                size=-(-size // MEGABYTE),
                limit=MOST_BYTES // MEGABYTE,
            )
        with path.open("rb") as stream:
            _check_kind(stream.read(4096), path)
    except OSError as error:
        _refuse(N_("The file cannot be opened: {reason}"), reason=error.strerror or str(error))
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise WorkbookRefused(Message(_DAMAGED)) from error
    except (ValueError, RuntimeError, UnicodeError) as error:  # odd headers, encrypted entries
        raise WorkbookRefused(Message(_DAMAGED)) from error


_DAMAGED = N_("The workbook is damaged or cut off. Save it again in the spreadsheet program.")


def _refuse(msgid: str, **params: object) -> NoReturn:
    raise WorkbookRefused(Message(msgid, params))


def _check_kind(head: bytes, path: Path) -> None:
    if not head.strip(b"\0 \r\n\t"):
        _refuse(N_("The file is empty."))
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        _refuse_old_format(path)
    if head.startswith(b"PK\x03\x04"):
        return
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        _refuse(
            N_(
                "The file is a web page, although its name says workbook. Open it in a "
                "spreadsheet program and save it as an Excel workbook (.xlsx)."
            )
        )
    if b"\0" not in head and text[:1] not in (b"<", b"%"):
        _refuse(
            N_(
                "The file is a text file, such as CSV. Open it in a spreadsheet program and save "
                "it as an Excel workbook (.xlsx) with the sheets of the template."
            )
        )
    _refuse(N_("The file is not an Excel workbook (.xlsx)."))


def _refuse_old_format(path: Path) -> NoReturn:
    """Tell an encrypted workbook from one of before Excel 2007: both are OLE files."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        _refuse(
            N_("The workbook is protected by a password. Save it without a password and try again.")
        )
    _refuse(
        N_(
            "The file is of the old Excel format (.xls). Open it in a spreadsheet program and "
            "save it as an Excel workbook (.xlsx)."
        )
    )


def _inspect(archive: zipfile.ZipFile) -> Inspection:
    parts = [info for info in archive.infolist() if not info.is_dir()]
    _check_names([info.filename for info in parts], archive)
    _check_sizes(parts)
    formulas: set[str] = set()
    cells = 0
    merged: dict[str, tuple[str, ...]] = {}
    for info in parts:
        if info.flag_bits & 0x1:
            _refuse(
                N_(
                    "The workbook is protected by a password. Save it without a password and "
                    "try again."
                )
            )
        if info.file_size and _is_xml(archive, info):
            if info.file_size > MOST_UNPACKED_OF_OTHERS and not _holds_cells(info.filename):
                _refuse_large(sum(each.file_size for each in parts))
            found = _look_through(archive, info)
            cells += found.cells
            if cells > MOST_CELLS or found.texts > MOST_TEXTS:
                _refuse_large(sum(each.file_size for each in parts))
            if found.formulas:
                formulas.add(info.filename)
            if found.merged:
                merged[info.filename] = tuple(found.merged)
    elsewhere = any(info.filename.startswith("xl/externalLinks/") for info in parts)
    return Inspection(frozenset(formulas), merged, elsewhere)


def _check_names(names: list[str], archive: zipfile.ZipFile) -> None:
    lower = [name.lower() for name in names]
    if "mimetype" in names and b"opendocument" in _beginning(archive, "mimetype"):
        _refuse(
            N_(
                "The file is an OpenDocument spreadsheet (.ods). Save it as an Excel workbook "
                "(.xlsx) and try again."
            )
        )
    if "xl/workbook.bin" in lower:
        _refuse(
            N_(
                "The file is a binary Excel workbook (.xlsb). Save it as an Excel workbook (.xlsx) "
                "and try again."
            )
        )
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in lower):
        _refuse(
            N_(
                "The workbook holds macros, which are not accepted. Save it as an Excel workbook "
                "without macros (.xlsx) and try again."
            )
        )
    if any(_leads_out(name) for name in names) or len(set(lower)) < len(lower):
        _refuse(
            N_("The archive holds names that no spreadsheet program writes, so it was not opened.")
        )
    if "[content_types].xml" not in lower or not any(_SHEET.fullmatch(name) for name in lower):
        _refuse(N_("The file is a ZIP archive, but not an Excel workbook (.xlsx)."))


def _beginning(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo) -> bytes:
    """Return the first letters of a part, of whatever size it is."""
    with archive.open(name) as stream:
        return stream.read(200)


def _is_xml(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a part is, or could be read as, XML: which part is a sheet is not for its name."""
    if info.filename.lower().endswith(_XML):
        return True
    head = _beginning(archive, info)
    return head.startswith(_BYTE_ORDER) or head.strip()[:1] in (b"<", b"")


def _leads_out(name: str) -> bool:
    steps = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in steps or ":" in name


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    # Python gives out no more of a part than its header says, so the headers can be believed.
    unpacked = sum(info.file_size for info in parts)
    dense = any(
        info.file_size > RATIO_MATTERS_FROM
        and info.file_size > MOST_RATIO * max(1, info.compress_size)
        for info in parts
    )
    if dense or unpacked > MOST_UNPACKED or len(parts) > MOST_PARTS:
        _refuse_large(unpacked)


def _holds_cells(name: str) -> bool:
    return name.lower() == _STRINGS or _SHEET.fullmatch(name.lower()) is not None


def _refuse_large(unpacked: int) -> NoReturn:
    _refuse(
        N_(
            "Unpacked, the workbook is too large ({size} MB), so it was not opened. Delete "
            "blank formatted rows and pictures, or divide it."
        ),
        size=round(unpacked / MEGABYTE),
    )


class _Found:
    def __init__(self) -> None:
        self.formulas = False
        self.cells = 0
        self.texts = 0
        self.merged: list[str] = []


def _look_through(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Found:
    """Read a part to its end: it is whole, well-formed, and declares no entities."""
    found = _Found()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    sheet = _SHEET.fullmatch(info.filename.lower()) is not None
    before = b""
    with archive.open(info) as stream:
        while piece := stream.read(_PIECE):
            if not before and piece.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise WorkbookRefused(Message(_DAMAGED))
            try:
                parser.Parse(piece, False)
            except expat.ExpatError as error:
                raise WorkbookRefused(Message(_DAMAGED)) from error
            if sheet:
                _look_at(before + piece, found)
                found.cells += sum(1 for _ in _CELL.finditer(piece))
            elif info.filename.lower() == _STRINGS:
                found.texts += sum(1 for _ in _TEXT.finditer(piece))
            if found.cells > MOST_CELLS or found.texts > MOST_TEXTS:
                break
            before = piece[-_OVERLAP:]
        else:
            try:
                parser.Parse(b"", True)
            except expat.ExpatError as error:
                raise WorkbookRefused(Message(_DAMAGED)) from error
    found.merged = list(dict.fromkeys(found.merged))
    return found


def _look_at(piece: bytes, found: _Found) -> None:
    found.formulas = found.formulas or _FORMULA.search(piece) is not None
    if b"mergeCell" in piece and len(found.merged) < _MOST_MERGED:
        found.merged += [match[1].decode("ascii") for match in _MERGED.finditer(piece)]


def _refuse_doctype(*_args: object) -> NoReturn:
    _refuse(N_("The workbook declares entities, which no spreadsheet program does."))
