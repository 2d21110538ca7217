import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from ckanext.pcio.survey.derive import RULES
from ckanext.pcio.survey.form import Section
from ckanext.pcio.survey.instrument import (
    SURVEYS_DIR,
    InstrumentError,
    editions,
    load_instrument,
)

DATA = Path(__file__).parent.parent / "data"


def fold(text: str) -> str:
    return " ".join(re.sub(r"\[bookmark: [^\]]*\]|·", "", text).split())


def form_texts(node, own_words=("label",)):
    """Every `th` text of the form in the file's order; labels and offices are not the form's."""
    if isinstance(node, dict):
        if "th" in node:
            yield node["th"]
            return
        for key, value in node.items():
            if key not in (*own_words, "office", "title", "when_unknown", "remarks"):
                yield from form_texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from form_texts(item)


@pytest.fixture
def content():
    return yaml.safe_load((SURVEYS_DIR / "pcio-2567.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def questionnaire():
    return fold((DATA / "questionnaire-2567.txt").read_text(encoding="utf-8"))


class TestVerbatim:
    def test_every_text_stands_in_the_questionnaire(self, content, questionnaire):
        for text in form_texts(content["parts"]):
            assert fold(text) in questionnaire
            assert text == " ".join(text.split())

    def test_nothing_of_the_questionnaire_is_left_out(self, content, questionnaire):
        rest = questionnaire
        for text in sorted(set(form_texts(content["parts"])), key=len, reverse=True):
            rest = rest.replace(fold(text), " ")
        # What remains are blanks to fill in, the numbers of table rows, the word between the two
        # columns of P4.2.1, and the place for evidence in the rows of P7.1.
        words = re.sub(r"_+|\b[1-5]\.", " ", rest).split()
        assert Counter(words) == {"และ": 5, "แนบเอกสารหลักฐาน": 13}

    def test_texts_stand_in_the_forms_order(self, content, questionnaire):
        places = [0]
        for part in load_instrument("pcio-2567").parts:
            text = part.heading.th if isinstance(part, Section) else part.text.th
            # Where an earlier question quotes a later one's number, the search goes on from there.
            places.append(questionnaire.index(text, places[-1]))
        assert places == sorted(places)

    def test_options_stand_in_the_forms_order(self, questionnaire):
        place = 0
        for question in load_instrument("pcio-2567").questions:
            place = questionnaire.index(question.text.th, place)
            for option in question.options:
                place = questionnaire.index(option.text.th, place)

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


# Question → pillar, indicator, options (or its answer form), who answers.
ALL, OFFICE, BOTH = "ทุกหน่วยงาน", "สำนักงานจังหวัด", "ทุกหน่วยงาน/สถิติจังหวัด"
POLICY = ["none", "in_progress", "done", "not_applicable"]
STEPS = ["none", "in_progress", "done"]
NO_YES = ["no", "yes"]
FORM = {
    "G1": (3, "3.1", NO_YES, OFFICE),
    "G2": (3, "3.1", NO_YES, OFFICE),
    "G3": (3, "3.1", NO_YES, ALL),
    "G4": (3, "3.1", NO_YES, OFFICE),
    "P1.1": (1, "1.1", STEPS, OFFICE),
    "P1.2": (1, "1.2", "fields", OFFICE),
    "P1.3": (1, "1.3", STEPS, OFFICE),
    "P1.4": (1, "1.4", POLICY, OFFICE),
    "P1.5": (1, "1.4", STEPS, ALL),
    "P1.6": (1, "1.4", POLICY, OFFICE),
    "P1.7": (1, "1.4", POLICY, OFFICE),
    "P2.1.1": (2, "2.1", STEPS, ALL),
    "P2.1.1.1": (2, "2.1", NO_YES, ALL),
    "P2.1.2": (2, "2.1", STEPS, ALL),
    "P2.1.3": (2, "2.1", "fields", ALL),
    "P2.1.4.1": (2, "2.1", STEPS, ALL),
    "P2.1.4.2": (2, "2.1", STEPS, ALL),
    "P2.1.5.1": (2, "2.1", NO_YES, ALL),
    "P2.1.5.2": (2, "2.1", NO_YES, ALL),
    "P2.2.1.1": (2, "2.2", ["none", "preparing", "partial", "complete"], BOTH),
    "P2.2.1.2": (2, "2.2", ["agency_catalog", "data_go_th", "own_system"], BOTH),
    "P2.2.1.3": (2, "2.2", NO_YES, BOTH),
    "P2.2.2": (2, "2.2", NO_YES, BOTH),
    "P2.2.3.1": (2, "2.2", ["none", "preparing", "available"], BOTH),
    "P2.2.3.2": (2, "2.2", NO_YES, BOTH),
    "P2.3": (2, "2.3", "fields", OFFICE),
    "P3.1": (3, "3.2", "fields", ALL),
    "P4.1": (4, "4.1.1", ["known", "unknown"], ALL),
    "P4.1.1": (4, "4.1.1", ["known", "unknown"], ALL),
    "P4.2": (4, "4.1.1", ["known", "unknown"], ALL),
    "P4.2.1": (4, "4.1.1", ["known", "unknown"], ALL),
    "P4.2.2": (4, "4.1.1", NO_YES, ALL),
    "P4.2.3": (4, "4.1.1", NO_YES, ALL),
    "P4.3": (4, "4.1.2", ["no", "in_progress", "yes"], ALL),
    "P4.4": (4, "4.1.3", NO_YES, ALL),
    "P4.5.1": (4, "4.3", NO_YES, OFFICE),
    "P4.5.2": (4, "4.3", NO_YES, OFFICE),
    "P4.6": (4, "4.4", "fields", ALL),
    "P5.1": (5, "5.1", "fields", ALL),
    "P5.2": (5, "5.2.1", NO_YES, ALL),
    "P5.2.1": (5, "5.2.1", NO_YES, ALL),
    "P5.3": (5, "5.2.2", [
        "microsoft_365", "google_workspace", "meetings", "planning", "own", "other",
    ], OFFICE),
    "P5.3.1": (5, "5.2.2", NO_YES, ALL),
    "P6.1": (6, "6.1", "fields", OFFICE),
    "P6.2.1": (6, "6.2", NO_YES, ALL),
    "P6.2.2": (6, "6.2", "fields", ALL),
    "P7.1": (7, "7.1", "fields", ALL),
}  # fmt: skip
DERIVED = [
    *("P1.5", "P2.1.3", "P2.1.5.1", "P2.1.5.2"),
    *("P2.2.1.1", "P2.2.1.2", "P2.2.1.3", "P2.2.2", "P2.2.3.1", "P2.2.3.2"),
    *("P4.5.2", "P4.6", "P7.1"),
]
# Matrix → rows, groups of columns, choices.
MATRICES = {
    ("P1.2", "works"): (14, 0, ["none", "in_progress", "done", "exempt"]),
    ("P2.1.3", "works"): (4, 3, NO_YES),
    ("P2.3", "duties"): (9, 0, ["none", "in_progress", "done", "exempt"]),
    ("P3.1", "skills"): (7, 2, NO_YES),
    ("P4.6", "participation"): (3, 0, NO_YES),
    ("P5.1", "systems"): (16, 0, NO_YES),
    ("P6.2.2", "works"): (6, 0, ["none", "in_progress", "done", "exempt"]),
    ("P7.1", "technologies"): (10, 0, NO_YES),
    ("P7.1", "new_technologies"): (3, 0, ["studying", "in_use"]),
}


def every_option(survey):
    """Every option of the form with its question, those of fields and rows among them."""
    for question in survey.questions:
        rows = {o for f in question.all_fields() for i in f.items for o in i.choices}
        inner = {o for f in question.all_fields() for o in (*f.options, *f.choices)}
        for option in (*question.options, *sorted(rows | inner, key=lambda o: o.code)):
            yield question, option


class TestForm:
    def test_every_question(self):
        survey = load_instrument("pcio-2567")
        assert {
            q.id: (
                q.pillar,
                q.indicator,
                q.answer if q.answer == "fields" else [o.code for o in q.options],
                q.office.th,
            )
            for q in survey.questions
        } == FORM
        assert [q.id for q in survey.questions if q.rule] == DERIVED
        assert all(q.rule in RULES for q in survey.questions if q.rule)

    def test_indicators(self):
        survey = load_instrument("pcio-2567")
        asked = {q.indicator for q in survey.questions} | {
            i.indicator for q in survey.questions for f in q.all_fields() for i in f.items
        }
        silent = {i.number for i in survey.indicators} - asked
        # Those above others are asked through them; the starred ones come from the departments.
        assert silent == {"3.3", "4.1", "4.2", "5.2"}
        assert [i.number for i in survey.indicators if i.from_department] == ["3.3", "4.2"]

    def test_matrices(self):
        survey = load_instrument("pcio-2567")
        assert {
            (q.id, f.code): (len(f.items), len(f.groups), [c.code for c in f.choices])
            for q in survey.questions
            for f in q.all_fields()
            if f.type == "matrix"
        } == MATRICES

    def test_evidence_is_asked_where_the_form_says_so(self):
        survey = load_instrument("pcio-2567")
        for question, option in every_option(survey):
            # The rows of P7.1 have a column for it; P5.1 and P4.6 ask for none.
            says = "แนบ" in option.text.th and "หลักฐาน" in option.text.th
            in_column = question.id == "P7.1" and option.code in {"yes", "in_use"}
            assert bool(option.evidence) == (says or in_column), (question.id, option.code)
            asks_url = "URL" in option.text.th and says
            assert (option.evidence == "file_or_url") == asks_url

    @pytest.mark.parametrize(
        ("question", "code", "rows"),
        [
            ("G3", "rows", 5),
            ("P2.2.1.3", "rows", 5),
            ("P2.2.2", "rows", 5),
            ("P4.2.1", "rows", 5),
            ("P7.1", "projects", 4),
        ],
    )
    def test_row_limits(self, question, code, rows):
        assert load_instrument("pcio-2567").question(question).field(code).rows == rows

    def test_inconsistencies_of_the_form_are_told(self):
        survey = load_instrument("pcio-2567")
        assert {part.id for part in survey.parts if part.remarks} == {
            *("G", "P1.2", "P2", "P2.1.1.1", "P2.1.5", "P3.1", "P4.usability"),
            *("P4.participation", "P5.administration", "P7.1"),
        }

    def test_every_question_can_be_reached_and_every_skip_leads_on(self):
        survey = load_instrument("pcio-2567")
        # The last option of a question is the one that says most; none of them skips.
        fullest = {q.id: q.options[-1].code for q in survey.questions if q.options}
        assert survey.skipped(fullest) == {}
        skips = {(q.id, o.code): o.skip_to for q, o in every_option(survey) if o.skip_to}
        assert skips == {
            ("G1", "no"): "G4",
            ("P2.2.1.1", "none"): "P2.2.3",
            ("P2.2.1.1", "preparing"): "P2.2.3",
            ("P2.2.3.1", "none"): "P2.3",
            ("P2.2.3.1", "preparing"): "P2.3",
            ("P4.2.2", "no"): "P4.paperless",
            ("P4.5.1", "no"): "P4.participation",
            ("P5.2", "no"): "P5.collaboration",
        }

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
            ({"G1": "no"}, {"G2": "G1", "G3": "G1"}),
            ({"P4.2.2": "no"}, {"P4.2.3": "P4.2.2"}),
            ({"P4.5.1": "no"}, {"P4.5.2": "P4.5.1"}),
            ({"P5.2": "no"}, {"P5.2.1": "P5.2"}),
            # A skipped question's own answer skips nothing.
            (
                {"P2.2.1.1": "none", "P2.2.1.2": "own_system", "G1": "yes", "P5.2": "yes"},
                {"P2.2.1.2": "P2.2.1.1", "P2.2.1.3": "P2.2.1.1", "P2.2.2": "P2.2.1.1"},
            ),
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


class TestOlderFrames:
    """Editions of which only the frame is published; their means are those published."""

    @pytest.mark.parametrize(
        ("edition", "weights", "means", "mean"),
        [
            ("egov-2559", [30, 20, 20, 15, 15], (48.4, 50.9, 57.7, 59.3, 54.7), 53.34),
            ("egov-2560", [20, 20, 30, 10, 15, 5], (34.2, 36.5, 31.0, 41.6, 32.8, 0), 34.23),
        ],
    )
    def test_weights(self, edition, weights, means, mean):
        survey = load_instrument(edition)
        assert [p.weight for p in survey.pillars] == weights
        assert survey.frame_only
        rebased = [survey.weight(p.number) for p in survey.pillars]
        assert sum(rebased) == pytest.approx(100)
        weighted = sum(w * m / 100 for w, m in zip(rebased, means, strict=True))
        assert weighted == pytest.approx(mean, abs=0.005)

    def test_the_sixth_dimension_was_not_surveyed_in_provinces(self):
        survey = load_instrument("egov-2560")
        assert [p.number for p in survey.pillars if not p.asked] == [6]
        assert survey.weight(6) == 0
        assert survey.weight(3) == pytest.approx(30 / 0.95)
        assert all(p.asked for p in load_instrument("pcio-2567").pillars)

    def test_topics(self):
        topics = Counter(q.pillar for q in load_instrument("egov-2559").questions)
        assert topics == {1: 6, 2: 2, 3: 3, 4: 4, 5: 2}
        topics = Counter(q.pillar for q in load_instrument("egov-2560").questions)
        assert topics == {1: 5, 2: 5, 3: 4, 4: 4, 5: 7, 6: 3}


def p222(content):
    return content["parts"][2]["parts"][1]["parts"][1]


class TestBrokenFiles:
    """A wrong file is refused with its name and the place of the mistake."""

    @pytest.mark.parametrize(
        ("change", "where"),
        [
            (lambda c: c.pop("pillars"), r"\$: 'pillars'"),
            (lambda c: c["pillars"][0].update(weight=14), r"\$\.pillars: the weights sum to 101"),
            (lambda c: c["pillars"][2].update(weight="20"), r"\$\.pillars\[2\]\.weight"),
            (lambda c: c.update(id="other"), r"\$\.id"),
            (lambda c: p222(c).update(anser=1), r"\$\.parts\[2\]\.parts\[1\]"),
            (
                lambda c: p222(c).update(question="P2.2.1.3"),
                "P2.2.1.3: this id is used twice",
            ),
            (
                lambda c: p222(c)["options"][0].update(skip_to="P2.2.1.1"),
                "P2.2.2: skip_to 'P2.2.1.1' is not a later part",
            ),
            (
                lambda c: p222(c)["options"][0].update(skip_to="P9"),
                "P2.2.2: skip_to 'P9' is not a later part",
            ),
            (
                lambda c: p222(c)["options"][0].update(code="yes"),
                "P2.2.2: an option code is used twice",
            ),
            (lambda c: p222(c).update(indicator="2.9"), "P2.2.2: there is no indicator 2.9"),
            (lambda c: c["parts"][0].update(pillar=9), "G1: there is no pillar 9"),
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
        assert (survey.id, survey.year, len(survey.questions)) == ("pcio-2568", 2568, 47)
