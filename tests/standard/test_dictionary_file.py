"""Data dictionaries out of files: what is recognized, what is refused, and that nothing is lost."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ckanext.pcio.standard import dictionary_writing
from ckanext.pcio.standard.column_guess import guess_columns
from ckanext.pcio.standard.columns import (
    MOST_COLUMNS,
    Column,
    as_records,
    described,
    from_fields,
    from_records,
    line,
    paragraph,
    problems,
    words,
)
from ckanext.pcio.standard.dictionary_file import MOST_BYTES, read_dictionary
from ckanext.pcio.standard.tabular import FileRefused

YEAR = Column("year", "integer", "", "ปี พ.ศ. ของข้อมูล", True, "2567")
NAME = Column("name", "text", "", "ชื่อสถานที่", False, "วัดโพธิ์")


@pytest.fixture
def saved(tmp_path):
    """Return where a content was saved as a file."""

    def save(content: bytes | str | Workbook):
        path = tmp_path / "upload"
        if isinstance(content, Workbook):
            content.save(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def book(*rows, sheet="Sheet1"):
    made = Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    return made


def said(result) -> list[tuple[int, str, str]]:
    return [(each.row, each.part, each.message.text("en")) for each in result.remarks]


HEADINGS = [
    # The standard's three, thai_gdc's words, a newer portal's, a form of the labour sector, OAE's.
    ("ชื่อตัวแปร,ชนิดของตัวแปร,คำอธิบายตัวแปร", "year,จำนวนเต็ม,ปี พ.ศ. ของข้อมูล"),
    ("ฟิลด์,ชนิดข้อมูล,รายละเอียด,Required,ตัวอย่างข้อมูล", "year,int4,ปี พ.ศ. ของข้อมูล,Yes,2567"),
    ("ฟิลด์ข้อมูล*,ประเภท:,คําอธิบาย (ไทย),จำเป็น,ตัวอย่าง", "year,integer,ปี พ.ศ. ของข้อมูล,จำเป็น,2567"),
    (
        "columnName,dataType,sizeValue,required,description,sampleData",
        "year,INTEGER,4,Y,ปี พ.ศ. ของข้อมูล,2567",
    ),
    (
        "no,name,data_type,description_thai,description_en,example,note",
        "1,year,int,ปี พ.ศ. ของข้อมูล,year of data,2567,",
    ),
    ("Column Name / ชื่อคอลัมน์,Data Type,Description", "year,bigint,ปี พ.ศ. ของข้อมูล"),
]


@pytest.mark.parametrize(("heading", "row"), HEADINGS)
def test_headings_of_known_dictionaries_are_recognized(saved, heading, row):
    found = read_dictionary(saved(f"{heading}\r\n{row}\r\n"))
    assert said(found) == []
    (column,) = found.columns
    assert (column.name, column.type, column.description) == YEAR_TOLD
    assert column.example in ("", "2567")
    assert column.required in (None, True)


YEAR_TOLD = (YEAR.name, YEAR.type, YEAR.description)
TEXT = "ชื่อตัวแปร,ชนิดข้อมูล,คำอธิบาย\nyear,จำนวนเต็ม,ปี พ.ศ. ของข้อมูล\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_letters_and_delimiters_of_spreadsheets(saved, encoding, delimiter):
    found = read_dictionary(saved(TEXT.replace(",", delimiter).encode(encoding)))
    assert [(c.name, c.type, c.description) for c in found.columns] == [YEAR_TOLD]


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("VARCHAR2(100)", "text"),
        ("NUMBER(10, 2)", "number"),
        ("DATE", "date"),
        ("ตัวอักษร", "text"),
        ("ตัวเลข", "number"),
        ("วันที่", "date"),
        ("timestamp without time zone", "datetime"),
        ("character varying(20)", "text"),
        ("_text", "object"),
        ("", ""),
        ("-", ""),
    ],
)
def test_types_by_their_many_names(saved, kind, key):
    found = read_dictionary(saved(f'name,type,description\na,"{kind}",ก\n'))
    assert [column.type for column in found.columns] == [key]
    assert found.remarks == ()


def test_twenty_five_columns_in_a_workbook_with_titles_above(saved):
    rows = [[f"column_{number}", "ข้อความ", f"คำอธิบายที่ {number}"] for number in range(25)]
    made = book(["พจนานุกรมข้อมูล"], [], ["ชื่อตัวแปร", "ชนิดข้อมูล", "คำอธิบาย"], *rows)
    made.active.merge_cells("A1:C1")
    found = read_dictionary(saved(made))
    assert [column.name for column in found.columns] == [row[0] for row in rows]
    assert described(found.columns)


def test_a_heading_of_two_rows_is_no_row(saved):
    made = book(
        ["ลำดับ", "ชื่อตัวแปร", "ชนิดข้อมูล", "คำอธิบาย", None],
        [None, None, None, "ภาษาไทย", "ภาษาอังกฤษ"],
        [1, "year", "integer", "ปี พ.ศ. ของข้อมูล", "year"],
    )
    for cells in ("B1:B2", "C1:C2", "D1:E1"):
        made.active.merge_cells(cells)
    found = read_dictionary(saved(made))
    assert said(found) == []
    assert [(c.name, c.type, c.description) for c in found.columns] == [YEAR_TOLD]
    assert found.unread == ("ลำดับ",)


def test_the_sheet_with_the_headings_counts(saved):
    made = book(["ข้อมูล", "2567"], sheet="Data")
    sheet = made.create_sheet("Dictionary")
    sheet.append(["Field", "Type"])
    sheet.append(["year", "int"])
    assert read_dictionary(saved(made)).columns == (Column("year", "integer"),)


def test_every_row_that_cannot_be_kept_says_why(saved):
    found = read_dictionary(
        saved(
            "name,type,description,required,example\n"
            "year,integer,ปี,Y,2567\n"
            ",,,,\n"
            "year,integer,ปีซ้ำ,,\n"
            "size,ขนาด,ขนาด,,\n"
            ",text,ไม่มีชื่อ,,\n"
            "open,boolean,เปิด,บางครั้ง,\n"
            f"long,text,{'ก' * 2001},,\n"
        )
    )
    types = ", ".join(kind.en for kind in words().types.values())
    assert said(found) == [
        (4, "name", "The column “year” is already in row 2."),
        (5, "type", f"“ขนาด” is not a type of column. Use one of: {types}."),
        (6, "name", "The row has no name of a column, so it was left out."),
        (7, "required", "“บางครั้ง” is neither yes nor no."),
        (8, "description", "This has 2,001 characters; at most 2,000 can be kept."),
    ]
    assert [column.name for column in found.columns] == ["year", "year", "size", "open", "long"]


def test_formulas_are_not_run(saved):
    made = book(["name", "type", "description"], ["year", "integer", "=1+1"], ["=A2", "text", "ก"])
    found = read_dictionary(saved(made))
    told = "The cell holds a formula. Write its value instead."
    assert said(found) == [(2, "description", told), (3, "name", told)]
    assert found.columns == (Column("year", "integer"),)


def _bomb() -> bytes:
    buffer = io.BytesIO()
    book(["name", "type"]).save(buffer)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * 60_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "The file is empty."),
        (b"%PDF-1.7", "This is a PDF file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + b"\0" * 600, "This is an old Excel workbook (.xls)."),
        (b"<html><table></table></html>", "This is a web page."),
        (b"\x00\x01\x02", "This is neither a text file nor an Excel workbook (.xlsx)."),
        (b"a,b\n1,2\n", "No row of headings was found."),
        (b"name,type\n", "The file has headings and no row below them."),
        (b"name,type\n" + b'"' + b"x" * 200_000, "Line 2 of the file cannot be read as CSV."),
        (b"PK\x03\x04 not a zip", "The workbook is damaged or cut off."),
        (b"x" * (MOST_BYTES + 1), "The file has 5.0 MB; at most 5 MB are read."),
        (b"name,type\n" + b"x,text\n" * 1_500_000, "The file has 10.5 MB; at most 5 MB are read."),
        (_bomb(), "Unpacked, the workbook is too large"),
    ],
    ids=range(13),
)
def test_what_is_no_dictionary_gets_a_sentence(saved, content, sentence):
    with pytest.raises(FileRefused) as refused:
        read_dictionary(saved(content))
    assert refused.value.message.text("en").startswith(sentence)
    assert refused.value.message.text("th") != refused.value.message.text("en")


def test_more_columns_than_a_table_can_have(saved):
    rows = "".join(f"c{number},text\n" for number in range(MOST_COLUMNS + 1))
    found = read_dictionary(saved("name,type\n" + rows))
    assert len(found.columns) == MOST_COLUMNS
    assert said(found)[-1][2] == "There are 1,601 columns; at most 1,600 can be kept."


_text = st.text(st.characters(codec="utf-8"), max_size=40)
_columns = st.lists(
    st.builds(
        Column,
        name=_text.map(line).filter(lambda text: text.strip("-–—")),
        type=st.sampled_from(["", *words().types]),
        label=_text.map(line),
        description=_text.map(paragraph),
        required=st.sampled_from([None, True, False]),
        example=_text.map(line),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda column: column.name,
).map(tuple)


@settings(max_examples=60, deadline=None)
@given(columns=_columns, language=st.sampled_from(["th", "en"]))
def test_what_is_written_is_read_again(columns, language, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dictionary")
    (folder / "csv").write_text(dictionary_writing.csv_text(columns, language), newline="")
    (folder / "xlsx").write_bytes(dictionary_writing.workbook(columns, "พจนานุกรม", language))
    for name in ("csv", "xlsx"):
        found = read_dictionary(folder / name)
        assert found.columns == columns
        assert found.remarks == ()


@given(columns=_columns)
def test_what_is_stored_is_read_again(columns):
    assert from_records(as_records(columns)) == columns
    assert problems(columns) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'=", "''-", "＝"])
def test_no_cell_of_the_csv_file_is_a_formula(start):
    text = dictionary_writing.csv_text([Column(f"{start}cmd", "text", example=f"{start}1")])
    cells = text.splitlines()[1].split(",")
    assert cells[0].startswith("'")
    assert cells[-1].startswith("'")


def test_a_workbook_holds_texts_not_formulas():
    content = dictionary_writing.workbook([Column("=1+1", "text")], "x")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert content == dictionary_writing.workbook([Column("=1+1", "text")], "x")


@pytest.mark.parametrize(
    ("values", "kind", "example"),
    [
        (["1", "20,000", ""], "integer", "1"),
        (["1", "2.5"], "number", "1"),
        (["๑๒"], "integer", "๑๒"),
        (["01", "02"], "text", "01"),
        (["2024-01-31"], "date", "2024-01-31"),
        (["31/01/2567", "2024-01-31 10:00"], "datetime", "31/01/2567"),
        (["true", "FALSE"], "boolean", "true"),
        (["ก", "1"], "text", "ก"),
        ([""], "", ""),
        # Examples never tell who somebody is.
        (["1101700230703"], "integer", ""),
        (["081-234-5678"], "text", ""),
        (["a@example.com"], "text", ""),
    ],
)
def test_a_proposal_drawn_from_the_data(saved, values, kind, example):
    rows = "".join(f'{number},"{value}"\n' for number, value in enumerate(values, 1))
    first, second = guess_columns(saved(f"ลำดับ,ค่า\n{rows}"))
    assert (first.name, first.type) == ("ลำดับ", "integer")
    assert second == Column("ค่า", kind, example=example)


def test_a_proposal_passes_over_titles_and_reads_saved_values(saved):
    made = book(["สถิติรายปี"], ["ปี", "จำนวน", "ปี", None], [2567, 10.5, 1, 2])
    found = guess_columns(saved(made))
    assert found == (
        Column("ปี", "integer", example="2567"),
        Column("จำนวน", "number", example="10.5"),
    )


def test_a_proposal_reads_only_the_beginning_of_a_large_file(saved):
    found = guess_columns(saved("ปี,จำนวน\n" + "2567,1\n" * 10_000_000))
    assert [column.type for column in found] == ["integer", "integer"]


def test_the_datastores_columns():
    info = {"label": "ปี", "notes": "ปี พ.ศ.", "type_override": "numeric", "required": "true"}
    fields = [
        {"id": "_id", "type": "int"},
        {"id": "year", "type": "text", "info": {**info, "example": "2567"}},
        {"id": "place", "type": "geometry(Point,4326)", "info": None},
        {"id": "odd", "type": "tsvector"},
    ]
    assert from_fields(fields) == (
        Column("year", "number", "ปี", "ปี พ.ศ.", True, "2567"),
        Column("place", "geometry"),
        Column("odd", "other"),
    )
    assert not described(from_fields(fields))
    assert described(from_fields(fields[:2]))
    assert not described(())
