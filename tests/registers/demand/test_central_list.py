"""Reading the central agency's yearly list: every way a spreadsheet may have saved it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.registers.demand.central_list import ROWS_MAX, ListError, read_list
from ckanext.pcio.registers.demand.words import words

YEAR = 2567
TABLE = (
    "ลำดับ,ชื่อชุดข้อมูล,รายละเอียด,หน่วยงานเจ้าของข้อมูล\n"
    "1,สถิติอุบัติเหตุทางถนน,รายอำเภอ,สำนักงานขนส่งจังหวัด\n"
    "๒,คุณภาพน้ำประปา,,\n"
)


def refusal(content: bytes, language: str = "th") -> str:
    with pytest.raises(ListError) as caught:
        read_list(content, YEAR)
    return caught.value.message.text(language)


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
    def test_every_encoding_a_thai_spreadsheet_writes(self, encoding):
        rows = read_list(TABLE.encode(encoding), YEAR)
        assert [(r.row, r.number, r.title) for r in rows] == [
            (2, "1", "สถิติอุบัติเหตุทางถนน"),
            (3, "๒", "คุณภาพน้ำประปา"),
        ]
        assert rows[0].office == "สำนักงานขนส่งจังหวัด"
        assert rows[0].asker == "citizen"

    @pytest.mark.parametrize("delimiter", [";", "\t"])
    def test_other_delimiters(self, delimiter):
        rows = read_list(TABLE.replace(",", delimiter).encode(), YEAR)
        assert rows[1].title == "คุณภาพน้ำประปา"

    def test_lines_of_title_above_and_lines_of_nothing_below(self):
        above = "ความต้องการชุดข้อมูลเปิดของประชาชน ประจำปี 2567,,,\n,,,\n"
        rows = read_list((above + TABLE + "\n,,,\n").encode(), YEAR)
        assert [r.row for r in rows] == [4, 5]

    def test_english_headings_and_breaks_inside_a_cell(self):
        rows = read_list(b'No.,Dataset title,Detail\r\n7,"Road\r\naccidents",x\r\n', YEAR)
        assert (rows[0].number, rows[0].title) == ("7", "Road\naccidents")


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "ว่างเปล่า"),
            (b"\n \n", "ว่างเปล่า"),
            (b"PK\x03\x04rest of a workbook", "Excel"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
            (b"%PDF-1.7", "PDF"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "CSV UTF-8"),
            (b"\xff\xfe\x00", "CSV UTF-8"),
            ("ลำดับ,หน่วยงาน\n1,ก\n".encode(), "ลำดับ, หน่วยงาน"),
            ("ลำดับ,ชื่อชุดข้อมูล\n".encode(), "ไม่มีแถวข้อมูล"),
            (b'title\n"' + b"x" * 200_000, "บรรทัดที่"),
        ],
    )
    def test_each_wrong_file_gets_its_sentence(self, content, said):
        assert said in refusal(content)

    def test_too_many_rows(self):
        body = "".join(f"{n},ข้อมูล {n}\n" for n in range(ROWS_MAX + 1))
        assert "5,001" in refusal(f"ลำดับ,ชื่อชุดข้อมูล\n{body}".encode())

    def test_too_large_a_file(self):
        assert "10 MB" in refusal(b"title\n" + b"x" * 10_000_000)

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("3,,x,", "ไม่ได้ระบุ"),
            (f"3,{'ก' * 301},x,", "300"),
            ("1,ชื่ออื่น,x,", "แถวที่ 2"),
        ],
    )
    def test_a_row_says_why_it_is_refused(self, line, said):
        row = read_list(f"{TABLE}{line}\n".encode(), YEAR)[-1]
        assert row.reason is not None
        assert said in row.reason.text("th")

    def test_the_same_title_without_number_twice(self):
        rows = read_list("รายการ\nน้ำ\n น้ำ \n".encode(), YEAR)
        assert [r.reason is None for r in rows] == [True, False]

    def test_a_row_of_another_year_and_an_unknown_asker(self):
        content = "title,year,requester\nน้ำ,2566,\nดิน,2567,ยักษ์\nลม,พ.ศ. 2567,ภาคเอกชน\n"
        rows = read_list(content.encode(), YEAR)
        assert "2566" in rows[0].reason.text("th")
        assert "ยักษ์" in rows[1].reason.text("th")
        assert (rows[2].reason, rows[2].asker) == (None, "company")


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(content):
    try:
        rows = read_list(content, YEAR)
    except ListError as error:
        said = error.message.text("th")
    else:
        said = rows[0].title or rows[0].reason.text("th")
    assert said


@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=60
        ).filter(str.strip),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_spreadsheet_writes_is_read_back(titles):
    quoted = "".join('"' + t.replace('"', '""') + '"\n' for t in titles)
    rows = read_list(("title\n" + quoted).encode(), YEAR)
    assert len(rows) <= len(titles)
    assert all(row.title for row in rows if row.reason is None)


def test_the_words_name_their_own_keys():
    assert words().listed_asker in words().askers
    assert words().asker("gone", "th") == "gone"
    assert {"number", "title", "office"} <= set(words().columns.values())
