"""Files as they come: encodings, separators, workbooks, JSON, archives, damage and malice."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import json
import random
import time
import tracemalloc
import zipfile

import pytest
from openpyxl import Workbook

from ckanext.pcio.standard.personal.reading import NotTabular, Unreadable
from ckanext.pcio.standard.personal.rules import rules
from ckanext.pcio.standard.personal.scan import scan_file
from tests.personal import made
from tests.personal.made import PEOPLE, found

IDS = made.ids(30)
ALL = {
    ("รหัส", "national_id"): (30, "certain"),
    ("ชื่อ-สกุล", "name"): (30, "certain"),
    ("เบอร์โทร", "mobile"): (30, "certain"),
}


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "."), content)
    return target.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp874", "tis-620", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding):
    assert found(PEOPLE.decode().encode(encoding)) == ALL


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators(separator):
    assert found(PEOPLE.decode().replace(",", separator).encode()) == ALL


def test_thai_windows_after_a_start_in_plain_letters():
    start = "no,id,note\n" + "1,2,abc\n" * 20_000
    content = start.encode() + "3,4,นาย ก\n".encode("cp874") * 50 + f"5,{IDS[0]},x\n".encode()
    result = scan_file(io.BytesIO(content), "a.csv", "")
    assert result.rows == 20_051
    assert [(f.column, f.kind) for f in result.findings] == [("id", "national_id")]


def test_names_of_columns_below_a_title_and_a_note():
    content = "ทะเบียนผู้รับบริการ ปี 2567,,,\n,,,\n".encode() + PEOPLE
    assert found(content) == ALL


def test_a_table_without_names_of_columns_is_told_by_letters():
    """Its first row is a person's; nothing of it may be told."""
    result = scan_file(io.BytesIO(PEOPLE.partition(b"\n")[2]), "a.csv", "")
    assert {f.column for f in result.findings} == {""}
    assert {f.position for f in result.findings} == {2, 3, 4}


def test_a_quotation_mark_never_closed_ends_no_scan():
    content = 'no,note\n1,"' + "x" * 200_000 + "\n" + "".join(f"2,{one}\n" for one in IDS)
    assert [kind for _column, kind in found(content.encode())] == ["national_id"]


def test_a_workbook_with_numbers_as_excel_keeps_them():
    rows: list[list[object]] = [["ที่", "เลขบัตรประชาชน", "มือถือ", "วันที่"]]
    day = dt.datetime(2024, 5, 6)
    rows += [[n, float(one), 812345678 + n, day] for n, one in enumerate(IDS)]
    content = workbook(("ข้อมูล", rows), ("นายสมมุติ ตัวอย่าง", [["a"], ["b"]]), ("อื่น", [["ก"], ["ข"]]))
    result = scan_file(io.BytesIO(content), "a.xlsx", "XLSX")
    assert {(f.sheet, f.column, f.kind, f.count) for f in result.findings} == {
        ("ข้อมูล", "เลขบัตรประชาชน", "national_id", 30),
        ("ข้อมูล", "มือถือ", "mobile", 30),
    }
    assert result.rows == 32


def test_a_sheet_named_after_a_person_is_told_by_its_number():
    rows: list[list[object]] = [["เลขบัตรประชาชน"], *[[one] for one in IDS]]
    content = workbook(("ก", [["a"]]), ("นายสมมุติ ตัวอย่าง", rows))
    assert [f.sheet for f in scan_file(io.BytesIO(content), "a.xlsx", "").findings] == ["#2"]


@pytest.mark.parametrize(
    ("name", "content", "column"),
    [
        ("a.json", json.dumps([{"pid": one} for one in IDS]), "pid"),
        ("a.json", json.dumps({"result": {"rows": [{"pid": int(one)} for one in IDS]}}), "pid"),
        ("a.jsonl", "\n".join(json.dumps({"pid": one}) for one in IDS), "pid"),
        (
            "a.geojson",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "note": "x" * 100_000,
                    "features": [
                        {"properties": {"pid": one}, "geometry": {"coordinates": [102.1, 14.9]}}
                        for one in IDS
                    ],
                }
            ),
            "properties.pid",
        ),
        ("a.json", json.dumps({"a": [{"x": 1}] * 9, "b": [{"pid": one} for one in IDS]}), "pid"),
    ],
)
def test_json(name, content, column):
    assert found(content.encode(), name) == {(column, "national_id"): (30, "certain")}


def test_a_number_used_as_a_key_is_counted_and_not_told():
    result = found(json.dumps({one: {"visits": 1} for one in IDS}).encode(), "a.json")
    assert list(result) == [("*", "national_id")]


def test_archives():
    inner = archive(people__csv=PEOPLE)
    assert found(archive(people__csv=PEOPLE, readme__pdf=b"%PDF"), "a.zip") == ALL
    nested = scan_file(io.BytesIO(archive(plain__csv=b"a,b\n1,2\n", more__zip=inner)), "a.zip", "")
    assert (nested.findings, nested.partial) == ((), True)
    assert found(gzip.compress(PEOPLE), "a.csv.gz") == ALL
    rows: list[list[object]] = [["เลขบัตรประชาชน"], *[[one] for one in IDS]]
    assert len(found(archive(book__xlsx=workbook(("a", rows))), "a.zip")) == 1


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old_workbook"),
        ("a.xlsm", b"PK\x03\x04", "old_workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "encrypted"),
        ("a.xlsx", b"PK\x03\x04nothing", "damaged"),
        ("a.xlsx", b"a,b\n1,2\n", "damaged"),
        ("a.xlsx", archive(a__txt=b""), "damaged"),
        ("a.zip", b"PK\x03\x04nothing", "damaged"),
        ("a.zip", archive(a__xls=b""), "old_workbook"),
        ("a.json", b"{", "damaged"),
        ("a.json", b"", "damaged"),
        ("a.csv.gz", gzip.compress(PEOPLE * 50, mtime=0)[:-200], "damaged"),
    ],
)
def test_what_cannot_be_read_is_told(name, content, problem):
    with pytest.raises(Unreadable) as refused:
        scan_file(io.BytesIO(content), name, "")
    assert refused.value.problem == problem


@pytest.mark.parametrize(
    ("name", "format_"), [("a.pdf", "PDF"), ("a.png", ""), ("a.docx", "DOCX"), ("a", "")]
)
def test_what_is_no_table(name, format_):
    with pytest.raises(NotTabular):
        scan_file(io.BytesIO(b"%PDF-1.4 ..."), name, format_)


def test_a_bomb_is_not_opened():
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/sharedStrings.xml", b"0" * 80_000_000)
    with pytest.raises(Unreadable) as refused:
        scan_file(io.BytesIO(zeros.getvalue()), "a.xlsx", "")
    assert refused.value.problem == "too_large"


def test_texts_named_as_a_sheet_are_not_taken_for_one():
    """A sheet is streamed, whatever its size; texts would be taken into memory as a whole."""
    content = workbook(("a", [["รหัส"], *([one] for one in IDS)]))
    most = {**rules().limits, "workbook_bytes": 20_000}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
    sheet = "xl/worksheets/sheet1.xml"
    padded = parts[sheet].replace(b"</sheetData>", b"<row/>" * 9000 + b"</sheetData>")
    assert scan_file(packed({**parts, sheet: padded}), "a.xlsx", "", most).findings
    texts = b"<sst>" + b"<si/>" * 9000 + b"</sst>"
    with pytest.raises(Unreadable) as refused:
        scan_file(packed({**parts, "xl/worksheets/texts.xml": texts}), "a.xlsx", "", most)
    assert refused.value.problem == "too_large"


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    target.seek(0)
    return target


@pytest.mark.parametrize(
    ("limit", "number"), [("rows", 2000), ("bytes", 100_000), ("seconds", 0), ("columns", 1)]
)
def test_what_is_left_unread_is_said(limit, number):
    content = b"a,b\n" + b"1,2\n" * 200_000 + f"1,{IDS[0]}\n".encode()
    limits = {**rules().limits, limit: number}
    result = scan_file(io.BytesIO(content), "a.csv", "", limits)
    assert result.partial or limit == "columns"
    assert result.findings == ()


def test_memory_does_not_grow_with_the_file():
    line = "1,ตำบลตัวอย่าง,14.97,102.1,ข้อความธรรมดา\n".encode()

    class Endless(io.RawIOBase):
        """A file of any length that is nowhere."""

        def __init__(self, size: int) -> None:
            self.size, self.place = size, 0

        def readable(self) -> bool:
            return True

        def seek(self, place: int, _whence: int = 0) -> int:
            self.place = place
            return place

        def readinto(self, buffer) -> int:
            number = min(len(buffer), self.size - self.place)
            start = self.place % len(line)
            buffer[:number] = (line * (number // len(line) + 2))[start : start + number]
            self.place += number
            return number

    def most(size: int) -> int:
        tracemalloc.start()
        scan_file(Endless(size), "a.csv", "")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert most(8_000_000) < most(800_000) * 1.5 + 1_000_000


def test_noise_ends_as_a_sentence_or_a_result():
    draw = random.Random(11)
    for name in ("a.csv", "a.json", "a.xlsx", "a.zip", "a.csv.gz", "a.jsonl"):
        for head in (b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"[{", b"{"):
            content = head + draw.randbytes(2000)
            started = time.monotonic()
            with contextlib.suppress(Unreadable, NotTabular):
                scan_file(io.BytesIO(content), name, "")
            assert time.monotonic() - started < 5
