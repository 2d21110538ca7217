"""The filled form as XLSX, CSV and JSON: golden text, laws over random forms, hostile values."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ckanext.pcio.report import csv_form, json_form, lists, xlsx_form
from ckanext.pcio.survey.filled import digest
from tests.survey.test_filled import filled

from . import sheet_forms as forms

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = jsonschema.Draft202012Validator(json_form.schema())
LANGUAGES = pytest.mark.parametrize("language", ["th", "en"])


def workbook(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def as_text(book):
    """A workbook as a text a person compares: a line for each row."""
    lines = []
    for sheet in book.worksheets:
        lines.append(f"== {sheet.title} ({sheet.freeze_panes})")
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if cell is None else str(cell).replace("\n", " / ") for cell in row]
            lines.append(" | ".join(cells).rstrip(" |"))
    return "\n".join(lines) + "\n"


def table(content):
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestGolden:
    """Compared line by line; after an intended change write them anew with PCIO_GOLDEN=1."""

    @LANGUAGES
    def test_workbook(self, language):
        made = xlsx_form.render(forms.form(), forms.SURVEY, forms.LISTS, language=language)
        golden(f"sheets.{language}.txt", as_text(workbook(made)).encode())

    def test_table(self):
        made = csv_form.render(forms.form(), forms.SURVEY, forms.LISTS)
        golden("sheets.th.csv", made)


def golden(name, content):
    path = GOLDEN / name
    if os.environ.get("PCIO_GOLDEN"):
        path.write_bytes(content)
    assert content == path.read_bytes()


@pytest.fixture(scope="module")
def book():
    return workbook(xlsx_form.render(forms.form(), forms.SURVEY, forms.LISTS))


class TestWorkbook:
    def test_a_row_for_each_question_and_each_row_of_a_table(self, book):
        answers, rows = book.worksheets[:2]
        asked = [cell.value for cell in answers["A"][1:]]
        assert asked == [question.id for question in forms.SURVEY.questions]
        of = [(row[0].value, row[1].value) for row in rows.iter_rows(min_row=2)]
        assert ("G3", "rows.2") in of
        assert ("P1.2", "works.policy") in of
        assert ("P7.1", "technologies.ai.projects.1") in of

    def test_no_cell_is_a_formula(self, book):
        cells = [cell for sheet in book.worksheets for row in sheet for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        texts = {cell.value: cell for cell in cells if isinstance(cell.value, str)}
        for hostile in ("=1+1", "=HYPERLINK(1)", "@สำนักงานตัวอย่าง", "+ประกาศ.docx"):
            assert texts[hostile].quotePrefix

    def test_days_and_numbers_are_no_texts(self, book):
        answers, _rows, evidence = book.worksheets[:3]
        by_question = {row[0].value: row for row in answers.iter_rows(min_row=2)}
        assert by_question["G1"][10].value.isoformat() == "2024-06-21T00:00:00"
        assert by_question["G1"][10].number_format == "yyyy-mm-dd"
        assert evidence["H2"].value == len(forms.PDF)

    def test_every_text_is_in_a_thai_font_and_seen_whole(self, book):
        answers = book.worksheets[0]
        assert {cell.font.name for row in answers for cell in row if cell.value} == {
            "TH Sarabun New"
        }
        assert answers.row_dimensions[2].height > 24

    def test_more_datasets_than_a_sheet_shows_are_told(self, monkeypatch):
        monkeypatch.setattr(xlsx_form, "MOST_DATASETS", 1)
        made = xlsx_form.render(forms.form(), forms.SURVEY, forms.LISTS, language="en")
        told = [row[2].value for row in workbook(made).worksheets[4].iter_rows(min_row=2)]
        assert "… and 1 more; the bundle’s CSV lists hold them all." in told
        assert "… and 2 more that only the committee’s secretary sees." in told


class TestJson:
    @LANGUAGES
    def test_keeps_to_its_schema_and_is_read_back(self, language):
        form = forms.form()
        made = json_form.render(form, forms.SURVEY, forms.LISTS, language=language)
        document = json.loads(made)
        SCHEMA.validate(document)
        assert json_form.read(made) == form
        assert document["digest"] == digest(form)
        assert document["lists"]["P2.2.1.1"] == {"hidden": 0, "datasets": forms.LISTS["P2.2.1.1"]}
        assert document["lists"]["P2.2.1.2"]["hidden"] == 2

    def test_the_schema_is_one_and_refuses(self):
        jsonschema.Draft202012Validator.check_schema(json_form.schema())
        document = json.loads(json_form.render(forms.form(), forms.SURVEY, {}))
        for wrong in ({"digest": "x"}, {"form": {**document["form"], "as_of": "21/6/2567"}}):
            with pytest.raises(jsonschema.ValidationError):
                SCHEMA.validate({**document, **wrong})

    @pytest.mark.parametrize("content", [b"{}", b"[1]", b'{"format": "x"}', b"\xff", b""])
    def test_another_document_is_refused(self, content):
        with pytest.raises(ValueError, match=r"no|Expecting|decode"):
            json_form.read(content)


@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.data())
def test_any_form_is_written_in_every_format(data):
    form = with_digests(filled(data.draw))
    made = json_form.render(form, forms.SURVEY, {})
    SCHEMA.validate(json.loads(made))
    assert json_form.read(made) == form
    rows = table(csv_form.render(form, forms.SURVEY, {}))
    assert [r["question"] for r in rows if r["part"] == "question"] == [
        question.id for question in forms.SURVEY.questions
    ]
    assert not [r for r in rows for cell in r.values() if cell[:1] in set("=+-@")]


def with_digests(form):
    """Files of evidence always have theirs."""
    return replace(
        form,
        answers=tuple(
            replace(
                answer,
                attachments=tuple(replace(each, sha256="0" * 64) for each in answer.attachments),
            )
            for answer in form.answers
        ),
    )


@settings(max_examples=1, deadline=None, phases=[Phase.generate])
@given(st.data())
def test_nothing_of_a_whole_form_is_left_out(data):
    """Every text and number people wrote is in the workbook and in the table."""
    form = filled(data.draw, full=True)
    made = xlsx_form.render(form, forms.SURVEY, {})
    sheets = as_text(workbook(made))
    # A cell of a table has one line and single spaces.
    cells = [
        cell for row in table(csv_form.render(form, forms.SURVEY, {})) for cell in row.values()
    ]
    rows = "\n".join(" ".join(cell.split()) for cell in cells)
    for answer in form.answers:
        for value in written(answer.answer.get("values", {})):
            assert value in sheets
            assert " ".join(value.split()) in rows


def written(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "choice":
                yield from written(inner)
    elif isinstance(value, list):
        for inner in value:
            if not isinstance(inner, str):
                yield from written(inner)
    elif isinstance(value, str) and not value.isascii():
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)


HOSTILE = "=cmd|' /C calc'!A0\n\x00\x1b[31m\u202eแดง\ud800_x0041_" + "ก" * 40_000


def test_hostile_texts_do_no_harm():
    form = forms.form(province=HOSTILE)
    answers = tuple(
        replace(
            answer,
            reason=HOSTILE,
            answer={"option": "yes", "values": {"rows": [{"project": HOSTILE}]}},
        )
        if answer.question == "G3"
        else answer
        for answer in form.answers
    )
    form = replace(form, answers=answers)
    rows = {"P2.2.1.1": [{**forms.LISTS["P2.2.1.1"][0], "title": HOSTILE, "url": HOSTILE}]}
    book = workbook(xlsx_form.render(form, forms.SURVEY, rows))
    cells = [str(c.value) for s in book.worksheets for row in s for c in row if c.value is not None]
    assert not [c for c in cells if "\x1b" in c or "\u202e" in c or len(c) > 32_767]
    for row in table(csv_form.render(form, forms.SURVEY, rows)):
        assert not [cell for cell in row.values() if cell[:1] in set("=+-@")]
    json.loads(json_form.render(form, forms.SURVEY, rows))


def test_unknown_edges_are_shown():
    """A question skipped, one of which nothing is known, and a form without counts."""
    no = {"option": "no", "values": {"reason": "ยังไม่มี"}}
    form = forms.form(counts={}, state="open", locked_at="", warnings=({"th": "ก", "en": "a"},))
    answers = tuple(
        replace(answer, answer=no) if answer.question == "G1" else answer for answer in form.answers
    )
    form = replace(form, answers=answers, source="https://other.example.go.th")
    book = workbook(xlsx_form.render(form, forms.SURVEY, {}, language="en"))
    states = {row[0].value: row[7].value for row in book.worksheets[0].iter_rows(min_row=2)}
    assert states["G2"] == "Skipped because of the answer to G1"
    notes = {row[0].value: row[1].value for row in book.worksheets[5].iter_rows(min_row=2)}
    assert (notes["Catalog"], notes["Warning"]) == ("https://other.example.go.th", "a")
    SCHEMA.validate(json.loads(json_form.render(form, forms.SURVEY, {})))


def test_lists_are_safe_to_open():
    target = io.BytesIO()
    lists.write_csv(forms.LISTS["P2.2.1.1"], target, "th")
    rows = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert rows[0] == ["ลำดับที่", "ชุดข้อมูล", "ที่อยู่เว็บ", "หมายเหตุ", "รหัส"]
    assert rows[2][1] == "'=HYPERLINK(1)"


def test_a_workbook_tells_no_time():
    made = xlsx_form.render(forms.form(), forms.SURVEY, forms.LISTS)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
