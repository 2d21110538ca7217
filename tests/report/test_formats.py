"""The formats of an assessment: fixed keys, golden files, hostile values."""

import csv
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from ckanext.pcio.catalog.facts import Oddity
from ckanext.pcio.registers.records import Exchange, Registers
from ckanext.pcio.report import csv_report, json_report, text
from ckanext.pcio.report.plain import padded, width
from ckanext.pcio.standard.cells import plain, safe_cell
from ckanext.pcio.standard.messages import Message
from ckanext.pcio.survey.assessment import COUNT_LABELS, assess
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.proposal import SurveySettings
from tests.survey.builders import (
    AS_OF,
    BY_API,
    COMING,
    COPY,
    FILE,
    INCOMPLETE,
    INTERNAL,
    PORTAL,
    WAITING,
    facts,
    some,
)

GOLDEN = Path(__file__).parent / "golden"

COUNTS = {
    "type": "object",
    "additionalProperties": False,
    "required": list(COUNT_LABELS),
    "properties": {name: {"type": "integer", "minimum": 0} for name in COUNT_LABELS},
}
STRINGS = {"type": "array", "items": {"type": "string"}}


def strict(**properties):
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


TEXT = {"type": "string"}
SCHEMA = strict(
    survey=TEXT,
    as_of={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
    source=strict(
        kind={"enum": ["portal", "remote", "file"]}, location=TEXT, sees_private={"type": "boolean"}
    ),
    counts=strict(all=COUNTS, own=COUNTS),
    answers={
        "type": "array",
        "items": strict(
            id=TEXT,
            option={"type": ["string", "array", "null"]},
            values={"type": "object"},
            reasons=STRINGS,
            evidence={"type": "array", "items": strict(dataset=TEXT, title=TEXT, url=TEXT)},
            caveats=STRINGS,
            rule={"type": "string", "pattern": r"^[^@]+@\d+$"},
        ),
    },
    notes={"type": "array", "items": strict(answer=TEXT, dataset=TEXT, note=TEXT)},
    oddities={
        "type": "array",
        "items": strict(
            code=TEXT,
            message=TEXT,
            count={"type": "integer", "minimum": 1},
            examples={"type": "array", "items": strict(dataset=TEXT, field=TEXT, value=TEXT)},
        ),
    },
    warnings=STRINGS,
)


def province():
    """A small catalog with one dataset of every situation the rules distinguish."""
    datasets = [
        *some(5),
        facts(6, **INCOMPLETE),
        facts(7, dictionary=False, **BY_API),
        facts(8, structured=False, machine_readable=False, formats=("PDF",)),
        facts(9, **WAITING),
        facts(10, **COPY),
        facts(11, **{**INTERNAL, **BY_API}),
        facts(12, **COMING),
    ]
    registers = Registers(
        exchanges=(
            Exchange(
                dataset="id-00001",
                partner="สำนักงานคลังจังหวัด",
                tier="province",
                method="api",
                status="linked",
                calls=120,
            ),
        )
    )
    return assess(
        load_instrument("pcio-2567"),
        datasets,
        PORTAL,
        AS_OF,
        registers=registers,
        settings=SurveySettings(province_name="จังหวัดตัวอย่าง", data_go_th_organization="sample"),
    )


def odd():
    """What a file of odd records gives."""
    datasets = [
        facts(
            1,
            title="=HYPERLINK(1)\x1b[31m\u202eแดง",
            oddities=(
                Oddity(code="value_unknown", field="data_category", value="เปิด\nเผย"),
                Oddity(code="value_unknown", field="license_id", value="@x"),
            ),
        )
    ]
    warnings = [Message("Private datasets: not seen")]
    return assess(load_instrument("pcio-2567"), datasets, FILE, AS_OF, warnings=warnings)


def nothing():
    return assess(load_instrument("pcio-2567"), [], FILE, AS_OF)


CASES = {"province": province, "odd": odd, "nothing": nothing}


@pytest.fixture(params=sorted(CASES))
def assessment(request):
    return CASES[request.param]()


class TestJson:
    @pytest.mark.parametrize("language", ["th", "en"])
    def test_keys_are_as_fixed(self, assessment, language):
        document = json.loads(json_report.render(assessment, language))
        jsonschema.Draft202012Validator(SCHEMA).validate(document)

    def test_order_is_stable(self, assessment):
        assert json_report.render(assessment) == json_report.render(assessment)
        document = json.loads(json_report.render(assessment))
        assert list(document)[:5] == ["survey", "as_of", "source", "counts", "answers"]
        assert [a["id"] for a in document["answers"]] == [
            *("P1.5", "P2.1.3", "P2.1.5.1", "P2.1.5.2"),
            *("P2.2.1.1", "P2.2.1.2", "P2.2.1.3", "P2.2.2", "P2.2.3.1", "P2.2.3.2"),
            *("P4.5.2", "P4.6", "P7.1"),
        ]

    def test_values_the_issue_names(self):
        answers = {a["id"]: a for a in json.loads(json_report.render(province()))["answers"]}
        for tick in ("metadata", "data_dictionary", "data_catalog"):
            assert isinstance(answers["P2.2.1.1"]["values"][tick], bool)
        assert isinstance(answers["P2.2.1.2"]["option"], list)
        assert type(answers["P2.2.2"]["values"]["items"]) is int
        for number in ("disclosable", "sharable"):
            assert type(answers["P2.2.3.2"]["values"][number]) is int

    def test_thai_is_readable_and_lone_surrogates_do_no_harm(self):
        assert "ชุดข้อมูล" in json_report.render(province()).decode()
        broken = assess(load_instrument("pcio-2567"), [facts(title="\ud800")], FILE, AS_OF)
        for module in (json_report, csv_report, text):
            module.render(broken).decode("utf-8")

    def test_notes_say_what_is_wrong_with_which_dataset(self):
        document = json.loads(json_report.render(province(), "en"))
        notes = {(n["answer"], n["dataset"]): n["note"] for n in document["notes"]}
        assert notes["P2.2.1.1", "id-00007"] == "no data dictionary"
        assert notes["P2.2.1.1", "id-00009"] == "disclosable, still private"


class TestOddities:
    def test_counted_by_kind_with_every_place(self):
        (group,) = json.loads(json_report.render(odd()))["oddities"]
        assert (group["code"], group["count"]) == ("value_unknown", 2)
        assert group["message"]
        assert group["examples"][1] == {"dataset": "id-00001", "field": "license_id", "value": "@x"}

    def test_in_text_and_csv(self):
        sheet = text.render(odd(), "en").decode()
        assert "Oddities in the records: 2" in sheet
        assert "=HYPERLINK(1) [31mแดง: license_id = “@x”" in sheet
        rows = [r for r in table(csv_report.render(odd())) if r["part"] == "oddity"]
        assert [r["value"] for r in rows] == ["เปิด เผย", "'@x"]


def table(data: bytes):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


class TestCsv:
    @pytest.mark.parametrize(
        ("value", "cell"),
        [
            ("=1+1", "'=1+1"),
            ("+66", "'+66"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\t=1", "'=1"),
            ("\u200e=1", "'=1"),
            ("＝1", "'＝1"),
            ("ปกติ", "ปกติ"),
            (-5, -5),
            (True, "true"),
            (None, ""),
        ],
    )
    def test_no_cell_is_a_formula(self, value, cell):
        assert safe_cell(value) == cell

    def test_every_cell_of_a_hostile_catalog(self):
        for row in table(csv_report.render(odd())):
            assert not any(v.startswith(("=", "+", "-", "@", "\t")) for v in row.values())

    def test_answers_and_counts(self):
        rows = table(csv_report.render(province(), "en"))
        chosen = {(r["question"], r["value"]) for r in rows if r["part"] == "answer"}
        assert ("P2.2.1.1", "partial") in chosen
        assert {v for q, v in chosen if q == "P2.2.1.2"} == {"agency_catalog", "data_go_th"}
        counts = {r["name"]: (r["value"], r["own"]) for r in rows if r["part"] == "count"}
        assert counts["datasets"] == ("12", "11")


class TestText:
    def test_the_form_is_ticked(self):
        sheet = text.render(province()).decode()
        assert "(x) มีการเผยแพร่ชุดข้อมูลที่จังหวัดของท่านสามารถเปิดเผย" in sheet
        assert "[x] คำอธิบายข้อมูล (Metadata)" in sheet
        assert "21 มิถุนายน 2567" in sheet
        assert "__" not in sheet

    def test_every_percentage_has_its_denominator(self, assessment):
        for line in text.render(assessment, "en").decode().splitlines():
            if "%" in line:
                assert " of " in line

    def test_nothing_is_never_zero_per_cent(self):
        sheet = text.render(nothing(), "en").decode()
        assert "n/a (no datasets)" in sheet
        assert "0 %" not in sheet.replace("80 %", "")

    def test_long_lists_end_with_what_is_left(self):
        many = assess(load_instrument("pcio-2567"), some(12), PORTAL, AS_OF)
        assert "… and 7 more" in text.render(many, "en").decode()

    def test_records_cannot_command_the_terminal(self):
        sheet = text.render(odd()).decode()
        assert "\x1b" not in sheet
        assert "\u202e" not in sheet

    def test_columns_line_up_under_thai_marks(self):
        assert width("ชุดข้อมูลที่") == 7
        assert width(padded("ข้อมูล", 20)) == 20
        assert plain("ก\r\nข\x00ค") == "ก ข ค"


class TestGolden:
    """Compared byte by byte; after an intended change write them anew with PCIO_GOLDEN=1."""

    @pytest.mark.parametrize(
        ("name", "module", "language"),
        [
            ("province.th.txt", text, "th"),
            ("province.en.txt", text, "en"),
            ("province.th.csv", csv_report, "th"),
            ("province.en.json", json_report, "en"),
            ("nothing.th.txt", text, "th"),
        ],
    )
    def test_golden(self, name, module, language):
        data = module.render(CASES[name.partition(".")[0]](), language)
        path = GOLDEN / name
        if os.environ.get("PCIO_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        assert data == path.read_bytes()


def test_a_proposal_without_an_option_is_shown(assessment):
    empty = replace(
        assessment, proposals=[replace(p, option=None, values={}) for p in assessment.proposals]
    )
    for module in (text, csv_report, json_report):
        assert module.render(empty)
