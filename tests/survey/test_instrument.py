import json
import re
from pathlib import Path

import pytest
import yaml

from ckanext.pcio.survey.derive import RULES
from ckanext.pcio.survey.instrument import (
    SURVEYS_DIR,
    InstrumentError,
    editions,
    load_instrument,
)

DATA = Path(__file__).parent.parent / "data"


def fold(text: str) -> str:
    return " ".join(re.sub(r"\[bookmark: [^\]]*\]", "", text).split())


def form_texts(node, own_words=("label",)):
    """Every `th` text of the form in the file's order; labels and offices are not the form's."""
    if isinstance(node, dict):
        if "th" in node:
            yield node["th"]
            return
        for key, value in node.items():
            if key not in (*own_words, "office", "title", "when_unknown"):
                yield from form_texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from form_texts(item)


@pytest.fixture
def content():
    return yaml.safe_load((SURVEYS_DIR / "pcio-2567.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def questionnaire():
    return fold((DATA / "questionnaire-2567-p22.txt").read_text(encoding="utf-8"))


class TestVerbatim:
    def test_every_text_stands_in_the_questionnaire(self, content, questionnaire):
        for text in form_texts(content["parts"]):
            assert text == fold(text)
            assert text in questionnaire

    def test_nothing_of_the_questionnaire_is_left_out(self, content, questionnaire):
        rest = questionnaire
        for text in sorted(form_texts(content["parts"]), key=len, reverse=True):
            rest = rest.replace(text, " ", 1)
        # What remains are blanks to fill in and the numbers of table rows.
        assert re.sub(r"[\s_]|\b[1-5]\.", "", rest) == ""

    def test_texts_stand_in_the_forms_order(self, content, questionnaire):
        questions = [q.text.th for q in load_instrument("pcio-2567").questions]
        places = [questionnaire.index(text) for text in questions]
        assert places == sorted(places)

    def test_fallback_words_are_the_forms(self, questionnaire):
        survey = load_instrument("pcio-2567")
        for question in survey.questions:
            for option in question.options:
                for field in option.all_fields():
                    for column in field.columns:
                        if column.when_unknown:
                            assert f"ระบุ{column.when_unknown.th}" in questionnaire

    def test_pillars_and_weights(self):
        lines = fold((DATA / "questionnaire-2567-pillars.txt").read_text(encoding="utf-8"))
        survey = load_instrument("pcio-2567")
        for pillar in survey.pillars:
            assert f"{pillar.number}. {pillar.title.th} จำนวนร้อยละ {pillar.weight}" in lines
        assert [p.weight for p in survey.pillars] == [13, 12, 20, 30, 10, 10, 5]
        assert survey.title.th in lines


class TestForm:
    def test_questions_and_codes(self):
        survey = load_instrument("pcio-2567")
        assert {q.id: [o.code for o in q.options] for q in survey.questions} == {
            "P2.2.1.1": ["none", "preparing", "partial", "complete"],
            "P2.2.1.2": ["agency_catalog", "data_go_th", "own_system"],
            "P2.2.1.3": ["no", "yes"],
            "P2.2.2": ["no", "yes"],
            "P2.2.3.1": ["none", "preparing", "available"],
            "P2.2.3.2": ["no", "yes"],
        }
        for question in survey.questions:
            assert question.pillar == 2
            assert question.indicator == "2.2"
            assert question.office.th == "ทุกหน่วยงาน/สถิติจังหวัด"
            assert question.rule in RULES

    def test_evidence_is_asked_where_the_form_says_so(self):
        survey = load_instrument("pcio-2567")
        asked = {
            (q.id, o.code): o.evidence for q in survey.questions for o in q.options if o.evidence
        }
        assert asked == {
            ("P2.2.1.1", "partial"): "file",
            ("P2.2.1.1", "complete"): "file",
            ("P2.2.3.1", "available"): "file_or_url",
            ("P2.2.3.2", "yes"): "file_or_url",
        }
        for (question, code), _ in asked.items():
            assert "แนบเอกสารหลักฐาน" in survey.question(question).option(code).text.th

    @pytest.mark.parametrize(("question", "rows"), [("P2.2.1.3", 5), ("P2.2.2", 5)])
    def test_row_limits(self, question, rows):
        assert load_instrument("pcio-2567").question(question).field("rows").rows == rows

    @pytest.mark.parametrize(
        ("chosen", "skipped"),
        [
            ({}, {}),
            ({"P2.2.1.1": "complete", "P2.2.3.1": "available"}, {}),
            (
                {"P2.2.1.1": "none"},
                {"P2.2.1.2": "P2.2.1.1", "P2.2.1.3": "P2.2.1.1", "P2.2.2": "P2.2.1.1"},
            ),
            (
                {"P2.2.1.1": "preparing"},
                {"P2.2.1.2": "P2.2.1.1", "P2.2.1.3": "P2.2.1.1", "P2.2.2": "P2.2.1.1"},
            ),
            ({"P2.2.3.1": "none"}, {"P2.2.3.2": "P2.2.3.1"}),
            ({"P2.2.3.1": "preparing"}, {"P2.2.3.2": "P2.2.3.1"}),
            ({"P2.2.1.2": ["agency_catalog"], "P2.2.1.1": None}, {}),
        ],
    )
    def test_skips(self, chosen, skipped):
        assert load_instrument("pcio-2567").skipped(chosen) == skipped

    def test_unknown_names_are_key_errors(self):
        survey = load_instrument("pcio-2567")
        with pytest.raises(KeyError):
            survey.question("P9")
        with pytest.raises(KeyError):
            survey.question("P2.2.2").option("maybe")
        with pytest.raises(KeyError):
            survey.pillar(8)

    def test_loaded_once(self):
        assert load_instrument("pcio-2567") is load_instrument("pcio-2567")
        assert "pcio-2567" in editions()


@pytest.fixture
def edition(tmp_path, content):
    """Write a changed edition and load it."""

    def write(change, name="pcio-2567"):
        change(content)
        text = json.dumps(content, ensure_ascii=False)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load_instrument(name, tmp_path)

    return write


class TestBrokenFiles:
    """A wrong file is refused with its name and the place of the mistake."""

    @pytest.mark.parametrize(
        ("change", "where"),
        [
            (lambda c: c.pop("pillars"), r"\$: 'pillars'"),
            (lambda c: c["pillars"][0].update(weight=14), r"\$\.pillars: the weights sum to 101"),
            (lambda c: c["pillars"][2].update(weight="20"), r"\$\.pillars\[2\]\.weight"),
            (lambda c: c.update(id="other"), r"\$\.id"),
            (lambda c: c["parts"][0]["parts"][1].update(anser=1), r"\$\.parts\[0\]\.parts\[1\]"),
            (
                lambda c: c["parts"][0]["parts"][1].update(question="P2.2.1.3"),
                "P2.2.1.3: this id is used twice",
            ),
            (
                lambda c: c["parts"][0]["parts"][1]["options"][0].update(skip_to="P2.2.1.1"),
                "P2.2.2: skip_to 'P2.2.1.1' is not a later part",
            ),
            (
                lambda c: c["parts"][0]["parts"][1]["options"][0].update(skip_to="P9"),
                "P2.2.2: skip_to 'P9' is not a later part",
            ),
            (
                lambda c: c["parts"][0]["parts"][1]["options"][0].update(code="yes"),
                "P2.2.2: an option code is used twice",
            ),
            (lambda c: c["parts"][0].update(pillar=9), "P2.2.1.1: there is no pillar 9"),
        ],
    )
    def test_the_message_names_file_and_path(self, edition, change, where):
        with pytest.raises(InstrumentError, match=rf"pcio-2567\.yaml, at .*{where}"):
            edition(change)

    def test_not_yaml(self, tmp_path):
        (tmp_path / "x.yaml").write_text("a: [", encoding="utf-8")
        with pytest.raises(InstrumentError, match=r"x\.yaml"):
            load_instrument("x", tmp_path)

    @pytest.mark.parametrize("name", ["nothing", "../pcio-2567", "survey.schema"])
    def test_unknown_edition(self, name):
        with pytest.raises(InstrumentError, match="pcio-2567") as caught:
            load_instrument(name)
        assert "pcio-2567" in caught.value.message.text("th")

    def test_another_edition_needs_no_code(self, edition):
        survey = edition(lambda c: c.update(id="pcio-2568", year=2568), "pcio-2568")
        assert (survey.id, survey.year, len(survey.questions)) == ("pcio-2568", 2568, 6)
