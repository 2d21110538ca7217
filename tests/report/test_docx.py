"""The filled form as a document: the form's own words in order, ticks, blanks, evidence."""

from __future__ import annotations

import io
import os
import re
import time
import zipfile
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ckanext.pcio.report.attachments import numbered
from ckanext.pcio.report.docx import render
from ckanext.pcio.standard.thai import arabic_digits
from ckanext.pcio.survey.filled import Attachment, FilledAnswer
from ckanext.pcio.survey.form import Text
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import codes, places
from tests.report import docx_reading, forms
from tests.survey import answers

GOLDEN = Path(__file__).parent / "golden"
INSTRUMENT = load_instrument(forms.EDITION)
BLANK = re.compile(r"_{3,}|\.{6,}|……")
FULL = re.compile("[\u2611\u25cf]")
LEGEND = 2
"""The filled box and circle that the title page explains."""


def squeezed(text):
    return re.sub(r"\s+", "", text)


def by_question(content):
    """The lines of each question, by its id, in the order they stand."""
    found, current = {}, None
    for style, text in docx_reading.blocks(content):
        if style == "Question":
            (current,) = (q.id for q in INSTRUMENT.questions if text == q.text.th)
            assert current not in found
            found[current] = []
        elif style.startswith("Heading"):
            current = None
        if current:
            found[current].append(text)
    return found


def only(*ids):
    """The instrument with these questions alone, which renders in no time."""
    return replace(INSTRUMENT, parts=tuple(INSTRUMENT.question(each) for each in ids))


def texts(record):
    """Yield every text of the form below a record, those that are only ours for lists left out."""
    if isinstance(record, Text):
        yield record
    elif isinstance(record, tuple):
        for each in record:
            yield from texts(each)
    elif is_dataclass(record):
        ours = {"label", "office", "remarks", "when_unknown"}
        for each in fields(record):
            if each.name not in ours:
                yield from texts(getattr(record, each.name))


@pytest.fixture(scope="module")
def blank():
    return render(forms.empty(), INSTRUMENT)


@pytest.fixture(scope="module")
def whole():
    return render(forms.whole(state="locked", locked_at="2026-11-21T18:00:00"), INSTRUMENT)


class TestGolden:
    """Compared line by line; after an intended change write them anew with PCIO_GOLDEN=1."""

    @pytest.mark.parametrize(
        ("name", "form", "how"),
        [
            ("form-whole.th.txt", forms.whole(state="locked", locked_at="2026-11-21T18:00:00"), {}),
            ("form-empty.en.txt", forms.empty(), {"language": "en"}),
            ("form-random.th.txt", forms.random(7), {"digits": "arabic"}),
        ],
    )
    def test_golden(self, name, form, how):
        text = docx_reading.whole(render(form, INSTRUMENT, **how))
        path = GOLDEN / name
        if os.environ.get("PCIO_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


class TestTheForm:
    def test_every_question_stands_once_and_in_order(self, blank, whole):
        for content in (blank, whole):
            assert list(by_question(content)) == [q.id for q in INSTRUMENT.questions]

    def test_every_heading_stands_in_order(self, blank):
        headings = [t for s, t in docx_reading.blocks(blank) if s in {"Heading1", "Heading2"}]
        wanted = [section.heading.th for section in INSTRUMENT.sections]
        assert [text for text in headings if text in wanted] == wanted

    @pytest.mark.parametrize("question", INSTRUMENT.questions, ids=lambda q: q.id)
    def test_every_text_is_verbatim(self, blank, whole, question):
        shown = [squeezed("".join(by_question(c)[question.id])) for c in (blank, whole)]
        for text in texts(question):
            for part in filter(None, BLANK.split(text.th)):
                assert all(squeezed(part) in each for each in shown), part

    def test_pillars_weights_and_what_departments_answer(self, blank):
        rows = [text for style, text in docx_reading.blocks(blank) if style == "row"]
        for pillar in INSTRUMENT.pillars:
            assert any(pillar.title.th in row for row in rows)
        assert "รวม | ๑๐๐ | ๐ จาก ๔๗ | ๐ จาก ๔๗" in rows
        starred = {i.title.th.strip("*") for i in INSTRUMENT.indicators if i.from_department}
        assert {r.partition(" ")[2].partition("*")[0] for r in rows if "*" in r} == starred
        assert any("กรมต้นสังกัด" in text for _, text in docx_reading.blocks(blank))

    def test_a_blank_form_is_blank(self, blank):
        text = docx_reading.whole(blank)
        assert len(FULL.findall(text)) == LEGEND
        assert "‹" not in text

    def test_only_what_is_too_wide_turns_the_sheet(self, blank):
        turned = [s.page_width > s.page_height for s in docx_reading.opened(blank).sections]
        assert turned == [False, True, False]
        pages = "\n".join(docx_reading.lines(blank)).split("-----")
        assert re.findall(r"^### (\S+)", pages[1], re.M) == ["P4.6"]

    def test_tables_say_their_headings_on_each_page_and_split_no_row(self, whole):
        body = docx_reading.opened(whole).element.body
        tables = list(body.iter("{*}tbl"))
        rows = list(body.iter("{*}tr"))
        assert all(row.find("{*}trPr/{*}cantSplit") is not None for row in rows)
        matrices = [t for t in tables if len(t.findall("{*}tblGrid/{*}gridCol")) > 3]
        assert matrices
        assert all(t.find("{*}tr/{*}trPr/{*}tblHeader") is not None for t in matrices)

    def test_every_row_fills_its_table(self, whole):
        """A row with too many or too few cells is repaired by a word processor, or refused."""
        for table in docx_reading.opened(whole).element.body.iter("{*}tbl"):
            columns = len(table.findall("{*}tblGrid/{*}gridCol"))
            for row in table.findall("{*}tr"):
                spans = [cell.grid_span for cell in row.tc_lst]
                assert sum(spans) == columns

    def test_other_editions_render(self):
        for edition in ("egov-2560", "egov-2559"):
            instrument = load_instrument(edition)
            questions = tuple(FilledAnswer(question=q.id) for q in instrument.questions)
            form = replace(forms.empty(), edition=edition, answers=questions)
            text = docx_reading.whole(render(form, instrument))
            for question in instrument.questions:
                assert f"### {question.id} {question.text.th}" in text
            assert ("ไม่สำรวจในจังหวัด" in text) == (edition == "egov-2560")


def marks_wanted(question, answer):
    """How many boxes and circles an answer fills."""
    wanted = 0
    for place in places(question, answer):
        if place.kind in {"option", "choice", "choices"}:
            wanted += len(codes(place.value))
        wanted += place.kind == "tick" and place.value is True
    chosen = codes(answer.get("option"))
    # An option that the form prints as "there is / there is none".
    either = [o for o in question.options if o.unchosen_text and o.code not in chosen]
    return wanted + sum(1 for option in either if chosen)


def written(question, answer):
    """Every text that is written in an answer."""
    for place in places(question, answer):
        if place.kind in {"text", "url"} and place.value:
            yield str(place.value).rpartition("/")[2]
        elif place.kind == "table":
            for row in place.value or ():
                yield from row.values()


class TestAnswers:
    @settings(max_examples=4, deadline=None)
    @given(st.data())
    def test_what_is_answered_is_marked_and_written_and_nothing_else(self, data):
        filled = [
            FilledAnswer(question=q.id, state="draft", answer=answers.answer(q, data.draw))
            for q in INSTRUMENT.questions
        ]
        form = forms.form(filled)
        content = render(form, INSTRUMENT)
        skipped = form.skipped(INSTRUMENT)
        for question, lines in by_question(content).items():
            text = "".join(lines)
            answer = {} if question in skipped else form.answer(question).answer
            record = INSTRUMENT.question(question)
            assert len(FULL.findall(text)) == marks_wanted(record, answer), question
            for value in written(record, answer):
                assert squeezed(value) in squeezed(text)
            assert ("ไม่ต้องตอบข้อนี้" in text) == (question in skipped)

    def test_numbers_are_written_in_their_blanks(self):
        lines = self.lines("P4.1", {"option": "known", "values": {"services": 1234}})
        assert "● มีจำนวนทั้งสิ้น‹๑,๒๓๔›บริการ (ถ้าไม่มีให้ระบุ 0 บริการ)" in lines
        assert "○ ไม่ทราบจำนวน" in lines

    def test_an_address_attached_in_place_of_a_file_stands_in_its_blank(self):
        proof = Attachment(id="1", place="available", kind="url", url="https://x.go.th/ก")
        answer = {"option": "available", "values": {"province": True}}
        lines = self.lines("P2.2.3.1", answer, (proof,))
        assert any("หรือ URL‹https://x.go.th/ก›)" in line for line in lines)
        assert "☑ แลกเปลี่ยนข้อมูลในระดับจังหวัด" in lines

    def test_the_same_fields_below_another_option_stay_blank(self):
        values = {"metadata": True, "data_dictionary": False, "data_catalog": True}
        lines = self.lines("P2.2.1.1", {"option": "complete", "values": values})
        ticks = [line[0] for line in lines if line[:1] in {"☐", "☑"}]
        assert ticks == ["☐", "☐", "☐", "☑", "☐", "☑"]

    def test_having_none_is_marked_only_where_the_question_is_answered(self):
        given_answer = {"option": ["agency_catalog"], "values": {"url": "https://x.go.th"}}
        for answer, wanted in ((given_answer, "●"), ({}, "○")):
            (line,) = (x for x in self.lines("P2.2.1.2", answer) if "(3.3))" in x)
            assert line.startswith(f"{wanted} ไม่มี (ข้ามไปข้อ (3.3))")

    def test_more_rows_than_the_form_has_are_not_lost(self):
        rows = [{"item": f"ชุด {n}", "url": ""} for n in range(8)]
        lines = self.lines("P2.2.2", {"option": "yes", "values": {"items": 8, "rows": rows}})
        assert sum("ชุด " in line for line in lines) == 8

    @staticmethod
    def lines(question, answer, proof=()):
        filled = FilledAnswer(question=question, state="draft", answer=answer, attachments=proof)
        return by_question(render(forms.form([filled]), only(question)))[question]


class TestEvidence:
    def test_every_piece_stands_at_its_place_and_in_the_list(self, whole):
        form = forms.whole()
        text = docx_reading.whole(whole)
        for piece in numbered(form):
            told = f"หลักฐาน {piece.number}\xa0 {piece.attachment.name}"
            assert text.count(f"{told} ·") == 1, piece.number
            assert len(re.findall(rf"^\| {re.escape(piece.number)} \| ", text, re.M)) == 1
        assert "ยังไม่ได้แนบเอกสารหลักฐาน" not in text

    def test_numbers_are_their_own(self):
        numbers = Counter(piece.number for piece in numbered(forms.whole()))
        assert numbers
        assert set(numbers.values()) == {1}

    def test_what_lacks_evidence_says_so(self):
        form = forms.whole()
        bare = [replace(answer, attachments=()) for answer in form.answers]
        text = docx_reading.whole(render(replace(form, answers=tuple(bare)), INSTRUMENT))
        assert "ยังไม่ได้แนบเอกสารหลักฐาน" in text
        assert "ไม่มีเอกสารหลักฐานแนบ" in text

    def test_evidence_of_no_place_of_the_form_is_not_lost(self):
        proof = Attachment(id="1", place="gone", kind="file", name="เก่า.pdf")
        lines = TestAnswers.lines("G1", {"option": "no", "values": {"reason": "ก"}}, (proof,))
        assert any("เก่า.pdf" in line for line in lines)


class TestRemarks:
    def remarks(self, **about):
        answer = FilledAnswer(question="P2.2.1.1", answer={"option": "partial"}, **about)
        content = render(forms.form([answer]), only(answer.question))
        return [text for style, text in docx_reading.blocks(content) if style == "Remark"]

    def test_draft_override_and_stale(self):
        proposal = {**forms.PROPOSAL, "option": "complete"}
        told = self.remarks(
            state="draft", origin="override", reason="นับใหม่", proposal=proposal, stale=True
        )
        assert "ฉบับร่าง ยังไม่ได้ยืนยัน" in told
        assert any(text.endswith("เหตุผล: นับใหม่") for text in told)
        assert any(text.startswith("คำตอบที่ระบบเสนอ: ") for text in told)
        assert "ข้อมูลในบัญชีข้อมูลเปลี่ยนไปหลังจากตอบข้อนี้" in told

    def test_what_is_confirmed_as_proposed_needs_no_remark(self):
        told = self.remarks(state="confirmed", origin="proposal", proposal=forms.PROPOSAL)
        assert told == ["ยังไม่ได้แนบเอกสารหลักฐาน"]

    def test_a_proposal_nobody_looked_at_is_told_and_not_ticked(self):
        answer = FilledAnswer(question="P2.2.1.1", proposal=forms.PROPOSAL)
        text = docx_reading.whole(render(forms.form([answer]), only("P2.2.1.1")))
        assert "แต่ยังไม่มีผู้พิจารณา" in text
        assert len(FULL.findall(text)) == LEGEND

    def test_proposals_are_told_as_proposals(self):
        form = forms.random(3, state="proposals", source="https://data.go.th")
        form = replace(form, warnings=({"th": "อ่านไม่ครบ", "en": "Not all was read"},))
        for language, words in (
            ("th", ("ข้อเสนอจากบัญชีข้อมูล", "– ข้อมูลเปิด 25 ชุด จาก 40 ชุด", "อ่านไม่ครบ", "๑,๐๒๕")),
            (
                "en",
                ("Proposals of the catalog", "– 25 of 40 datasets are open", "Not all", "1,025"),
            ),
        ):
            text = docx_reading.whole(render(form, INSTRUMENT, language=language))
            assert all(word in text for word in words)
            assert "ลงชื่อ" not in text
            assert "Signed" not in text

    @pytest.mark.parametrize(
        ("form", "wanted"),
        [
            (forms.empty(), "ฉบับร่าง"),
            (forms.whole(), "ยืนยันแล้ว"),
            (forms.whole(state="locked"), "ล็อกแล้ว"),
        ],
    )
    def test_the_state_stands_on_every_sheet(self, form, wanted):
        some = only("G1", "G4")
        form = replace(form, answers=tuple(form.answer(q.id) for q in some.questions))
        text = docx_reading.whole(render(form, some))
        assert f"| สถานะ | {wanted} |" in text
        assert text.partition("\n")[0].endswith(f"จังหวัด: ตรัง · {wanted}]")

    def test_people_sign_without_names(self, whole):
        text = docx_reading.whole(whole)
        assert text.count("ลงชื่อ ....") == 2
        assert "ประธานคณะกรรมการ" in text


class TestLanguageAndDigits:
    def test_digits_are_all_that_differs(self):
        form = forms.random(5)
        thai, arabic = (
            docx_reading.whole(render(form, INSTRUMENT, digits=digits))
            for digits in ("thai", "arabic")
        )
        assert thai != arabic
        assert arabic_digits(thai).replace(" \\* THAIARABIC", "") == arabic
        for verbatim in ("https://trang.go.th/", "-2567.pdf", "P2.2.1.1", "หน้า 3 ข้อ 2"):
            assert verbatim in thai

    @pytest.mark.parametrize(
        ("how", "day", "page"),
        [
            ({}, "๒๑ พฤศจิกายน ๒๕๖๙", "หน้า {PAGE \\* THAIARABIC}๑ จาก {NUMPAGES \\* THAIARABIC}๑"),
            ({"digits": "arabic"}, "21 พฤศจิกายน 2569", "หน้า {PAGE}1 จาก {NUMPAGES}1"),
            ({"language": "en"}, "21 November 2026", "Page {PAGE}1 of {NUMPAGES}1"),
        ],
    )
    def test_dates_and_pages(self, how, day, page):
        text = docx_reading.whole(render(forms.empty(), only("G1"), **how))
        assert f" | {day} |" in text
        assert f"[{page}]" in text

    def test_a_lock_after_midnight_in_thailand_is_of_the_next_day(self, whole):
        assert "๒๒ พฤศจิกายน ๒๕๖๙" in docx_reading.whole(whole)

    def test_thai_is_told_to_be_thai(self, blank):
        styles = zipfile.ZipFile(io.BytesIO(blank)).read("word/styles.xml").decode()
        assert 'w:bidi="th-TH"' in styles
        (fonts,) = re.findall(r"<w:rPrDefault>.*?</w:rPrDefault>", styles, re.S)
        for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
            assert f'w:{slot}="TH Sarabun New"' in fonts
        assert 'w:sz w:val="32"' in fonts
        assert 'w:szCs w:val="32"' in fonts


HOSTILE = [
    "\x00\x01\x0b\x1b[31m\x7f\ufffe\uffff",
    "\ud800กลาง\udfff",
    "\u202eกลับ\u2066ทิศ\u200f",
    "ก" * 5000,
    "W" * 5000,
    "<w:p/>]]>&amp;<!--",
    "=cmd|' /C calc'!A0",
    '{ HYPERLINK "http://x" } \x13 PAGE \x15',
    "مرحبا שלום",
    "บรรทัด\r\nที่สอง\u2028ที่สาม",
]


class TestTheFile:
    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_text_breaks_nothing(self, text):
        proof = Attachment(
            id="1", place="yes", kind="file", name=text, passage=text, organization=text
        )
        addressed = replace(proof, id="2", kind="url", url=text, name="")
        said = {"th": [text], "en": [text]}
        about = {
            "state": "draft",
            "origin": "override",
            "reason": text,
            "proposal": {**forms.PROPOSAL, "option": "no", "reasons": said, "caveats": said},
            "attachments": (proof, addressed),
        }
        filled = [
            FilledAnswer(
                question="G2", answer={"option": "yes", "values": {"resolution": text}}, **about
            ),
            FilledAnswer(
                question="P2.2.2",
                answer={"option": "yes", "values": {"items": 1, "rows": [{"item": text}]}},
            ),
            FilledAnswer(
                question="P7.1",
                answer={
                    "values": {
                        "technologies": {
                            "ai": {"choice": "yes", "fields": {"projects": [{"project": text}]}}
                        }
                    }
                },
            ),
        ]
        for state in ("open", "proposals"):
            form = forms.form(filled, province=text, as_of=text, state=state, source=text)
            content = render(form, only("G2", "P2.2.2", "P7.1"))
            shown = docx_reading.whole(content)
            assert "P7.1" in shown
            assert not set(shown) & set("\x00\x01\x0b\x1b\x7f\ufffe\u202e\u2066\u200f")
            for name in (archive := zipfile.ZipFile(io.BytesIO(content))).namelist():
                etree.fromstring(archive.read(name))

    def test_answers_of_another_shape_count_as_blank(self):
        values = {"works": ["?"], "rows": "text", "technologies": {"ai": 3}, "items": True}
        filled = [
            FilledAnswer(question=q.id, answer={"option": None, "values": values})
            for q in INSTRUMENT.questions
        ]
        assert (
            len(FULL.findall(docx_reading.whole(render(forms.form(filled), INSTRUMENT)))) == LEGEND
        )

    def test_the_same_form_gives_the_same_bytes(self, monkeypatch):
        first = render(forms.random(9), INSTRUMENT)
        monkeypatch.setattr(time, "time", lambda: 4102444800.0)
        assert render(forms.random(9), INSTRUMENT) == first

    def test_nothing_tells_of_a_person_a_machine_or_a_time(self, blank):
        archive = zipfile.ZipFile(io.BytesIO(blank))
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = docx_reading.opened(blank).core_properties
        assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
        assert str(about.created.date()) == str(about.modified.date()) == "2026-11-21"
        assert about.title == INSTRUMENT.title.th
        everything = b"".join(archive.read(name) for name in archive.namelist()).lower()
        for leak in (b"python-docx", b"/home", b"/tmp", b"template", b"rsid"):
            assert leak not in everything

    def test_thirty_offices_with_evidence_everywhere(self):
        chooser = forms.Chooser(forms.Random(1), all_of_it=True)
        filled = [
            replace(
                answer,
                attachments=forms.attached(
                    INSTRUMENT.question(answer.question), answer.answer, chooser, number=30
                ),
            )
            for answer in forms.whole().answers
        ]
        assert sum(len(answer.attachments) for answer in filled) > 2000
        form = forms.form(filled)
        start = time.process_time()
        render(form, INSTRUMENT)
        assert time.process_time() - start < 3
