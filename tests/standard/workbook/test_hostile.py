"""Files that are no workbook, or no good one: a sentence each, quickly, and nothing is opened."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import pytest

from ckanext.pcio.standard.workbook import safety
from ckanext.pcio.standard.workbook.found import WorkbookRefused
from ckanext.pcio.standard.workbook.reading import open_workbook

from .books import COMPLETE, book, changed, read

SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
BOMB = b"""<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>"""


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "workbook.xlsx"
    book(found, [COMPLETE])
    return found


def _raw(content):
    return lambda path: path.write_bytes(content)


def _part(name, content):
    return lambda path: changed(path, name, lambda _old: content)


def _cut(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _broken_inside(path):
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(SHEET)
        start = info.header_offset + 60
    content[start : start + 200] = b"\xff" * 200
    path.write_bytes(bytes(content))


def _twice(path):
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(SHEET, b"<worksheet/>")


def _many_parts(path):
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(safety.MOST_PARTS):
            archive.writestr(f"xl/media/{number}", b"")


def _large(path):
    with path.open("r+b") as stream:
        stream.truncate(safety.MOST_BYTES + 1)  # a hole in the file: nothing is written


def _encrypted_entry(path):
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := content.find(signature, at)) >= 0:
            content[at + offset] |= 1
            at += 4
    path.write_bytes(bytes(content))


def _cut_sheet(path):
    changed(path, SHEET, lambda old: old[: len(old) // 2])


def _without_sheets(path):
    changed(path, SHEET, lambda _old: None)
    changed(path, "xl/worksheets/sheet2.xml", lambda _old: None)


TABLE = {
    "empty": (_raw(b""), "is empty"),
    "noughts": (_raw(b"\0" * 5000), "is empty"),
    "csv": (_raw("name,title\nก,ข\n".encode()), "text file, such as CSV"),
    "csv with a mark": (_raw("\ufeffname,title\n".encode()), "text file, such as CSV"),
    "csv in TIS-620": (_raw("ชื่อ,ข้อมูล\n".encode("cp874")), "text file, such as CSV"),
    "html": (_raw(b"<html><table><tr><td>1</td></tr></table></html>"), "is a web page"),
    "pdf": (_raw(b"%PDF-1.7\n"), "not an Excel workbook"),
    "old Excel": (_raw(OLE + "Workbook".encode("utf-16-le")), r"old Excel format \(\.xls\)"),
    "password": (_raw(OLE + "EncryptedPackage".encode("utf-16-le")), "protected by a password"),
    "zip with a password": (_encrypted_entry, "protected by a password"),
    "cut off": (_cut, "damaged or cut off"),
    "damaged inside": (_broken_inside, "damaged or cut off"),
    "a cut sheet": (_cut_sheet, "damaged or cut off"),
    "macros": (_part("xl/vbaProject.bin", b"x"), "holds macros"),
    "macros of Excel 4": (_part("xl/macrosheets/sheet1.xml", b"<x/>"), "holds macros"),
    "way out": (_part("../../etc/cron.d/x", b"x"), "names that no spreadsheet program writes"),
    "way out with backslashes": (_part("..\\x", b"x"), "names that no spreadsheet"),
    "from the root": (_part("/etc/passwd", b"x"), "names that no spreadsheet"),
    "one name twice": (_twice, "names that no spreadsheet"),
    "many parts": (_many_parts, "too large"),
    "larger than 50 MB": (_large, "has 51 MB; a workbook may have at most 50 MB"),
    "entities": (_part("xl/sharedStrings.xml", BOMB), "declares entities"),
    "utf-16": (_part("xl/sharedStrings.xml", "<sst/>".encode("utf-16")), "damaged"),
    "no sheets": (_without_sheets, "but not an Excel workbook"),
    "OpenDocument": (
        _part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        "OpenDocument",
    ),
    "binary Excel": (_part("xl/workbook.bin", b"x"), "binary Excel workbook"),
    "no workbook inside": (_part("xl/workbook.xml", b"<workbook/>"), "none of the standard's"),
    "sheets without names": (_part("[Content_Types].xml", b"<Types/>"), "damaged"),
}


@pytest.mark.parametrize("case", TABLE)
def test_what_is_no_workbook_is_refused_with_a_sentence(path, case):
    make, sentence = TABLE[case]
    make(path)
    started = time.monotonic()
    with pytest.raises(WorkbookRefused, match=sentence) as refused:
        open_workbook(path)
    assert time.monotonic() - started < 15
    message = refused.value.message
    assert message.text("th") != message.text("en")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(WorkbookRefused, match="cannot be opened"):
        open_workbook(tmp_path / "none.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<x>" + b" " * 60_000_000 + b"</x>")
    assert path.stat().st_size < 200_000
    started = time.monotonic()
    with pytest.raises(WorkbookRefused, match=r"too large \(57 MB\)"):
        open_workbook(path)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("name", ["mimetype", "xl/sheet9.dat", "xl/worksheets/sheet9.XML"])
def test_a_bomb_by_any_name_takes_no_memory(path, name):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"<x>" + b" " * 60_000_000 + b"</x>")
    tracemalloc.start()
    try:
        with pytest.raises(WorkbookRefused, match="too large"):
            open_workbook(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["xl/strings.dat", "xl/worksheets/sheet1.XML", "xl/s"])
def test_a_part_is_looked_through_whatever_its_name_says(path, name):
    """Which part is a sheet, or the texts, is said by other parts, not by its name."""
    changed(path, name, lambda _old: b"\n" + BOMB.partition(b"?>")[2])
    with pytest.raises(WorkbookRefused, match=r"declares entities|names that no spreadsheet"):
        open_workbook(path)


def test_texts_are_not_more_for_another_name(path):
    many = b"<sst>" + bytes.fromhex("3c73692f3e") * 2_000_000 + b"</sst>"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/strings.dat", many)
    with pytest.raises(WorkbookRefused, match="too large"):
        open_workbook(path)


def test_what_a_header_says_of_its_size_cannot_be_less_than_it_is(path):
    """A bomb that states a small size is cut by Python at that size, and its sum is wrong."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<x>" + b" " * 5_000_000 + b"</x>")
    content = path.read_bytes()
    size = len(b"<x></x>") + 5_000_000
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little")))
    with pytest.raises(WorkbookRefused, match="damaged"):
        open_workbook(path)


def test_a_sheet_formatted_to_its_last_row_does_not_hang(path):
    """1,048,576 rows without a value, as formatting a whole column leaves them."""
    rows = b"".join(
        b'<row r="%d"><c r="A%d" s="0"/></row>' % (number, number) for number in range(8, 1_048_577)
    )
    changed(path, SHEET, lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>"))
    started = time.monotonic()
    found, _, _ = read(path)
    assert len(found) == 1
    assert time.monotonic() - started < 30


def test_a_far_last_row_does_not_hang(path):
    row = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>'
    changed(path, SHEET, lambda old: old.replace(b"</sheetData>", row + b"</sheetData>"))
    started = time.monotonic()
    assert len(read(path)[0]) == 1
    assert time.monotonic() - started < 15


def test_ranges_merged_over_everything_do_not_hang(path):
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    changed(path, SHEET, lambda old: old.replace(b"</sheetData>", b"</sheetData>" + merged))
    started = time.monotonic()
    (row,), _, _ = read(path)
    assert row.refused
    assert time.monotonic() - started < 15


def test_links_to_other_files_are_told_and_never_followed(path):
    changed(path, "xl/externalLinks/externalLink1.xml", lambda _old: b"<externalLink/>")
    (row,), told, _ = read(path)
    assert row.title == COMPLETE["title"]
    assert any("refer to other files" in each.text("en") for each in told)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "'; drop table package; --", "<script>alert(1)</script>", "\u202e ก", "../../x"],
)
def test_a_text_is_a_text(tmp_path, text):
    path = tmp_path / "w.xlsx"
    book(path, [{**COMPLETE, "data_source": f" {text}"}])
    (row,), _, _ = read(path)
    assert text.strip("\u202e ") in row.record["data_source"]


@pytest.mark.parametrize(
    ("part", "start", "each", "number", "end"),
    [
        ("xl/sharedStrings.xml", b"<sst>", b"<si><t/></si>", safety.MOST_TEXTS, b"</sst>"),
        ("xl/worksheets/sheet9.xml", b"<x><row>", b"<c s=''/>", safety.MOST_CELLS, b"</row></x>"),
        ("xl/styles.xml", b"<x>", b'<xf numFmtId="1"/>', 400_000, b"</x>"),
    ],
    ids=["texts", "cells", "styles"],
)
def test_more_than_can_be_read_in_seconds_is_refused(path, part, start, each, number, end):
    """What packs well enough to pass, and would keep openpyxl busy for minutes."""
    with zipfile.ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist() if name != part}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in kept.items():
            new.writestr(name, content)
        new.writestr(part, start + each * (number + 1000) + end, zipfile.ZIP_STORED)
    if path.stat().st_size > safety.MOST_BYTES:
        pytest.fail("the file is refused for its size already")
    started = time.monotonic()
    with pytest.raises(WorkbookRefused, match="too large"):
        open_workbook(path)
    assert time.monotonic() - started < 25
