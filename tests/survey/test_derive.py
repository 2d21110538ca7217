"""All rules together: skips, order, laws."""

import ast
import dataclasses
import json
from pathlib import Path

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ckanext.pcio.survey.derive as derive_module
from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.registers.records import Demand, Exchange, Registers, Reuse
from ckanext.pcio.standard.messages import LOCALE_DIR
from ckanext.pcio.survey.answer import read
from ckanext.pcio.survey.derive import RULES, rule_of
from ckanext.pcio.survey.instrument import InstrumentError, load_instrument
from ckanext.pcio.survey.proposal import SurveySettings
from ckanext.pcio.survey.proposed import agrees, answer_of, record

from .builders import (
    AS_OF,
    BY_API,
    DESCRIBED,
    FILE,
    PORTAL,
    REMOTE,
    WAITING,
    answers,
    facts,
    some,
    texts,
)

PACKAGE = Path(derive_module.__file__).parent.parent


SURVEY = load_instrument("pcio-2567")


def as_answer(question, proposal):
    """The answer a proposal amounts to; None where it proposes none."""
    return answer_of(SURVEY.question(question), record(proposal, AS_OF.isoformat()))


def claims(question, proposal):
    """Every box a proposal ticks and every text it fills in, by where it stands on the form."""
    found = {}

    def walk(value, at):
        if isinstance(value, dict):
            for code, inner in value.items():
                walk(inner, f"{at}.{code}".lstrip("."))
        elif isinstance(value, list) and all(isinstance(each, str) for each in value):
            found.update(dict.fromkeys((f"{at}.{code}" for code in value), True))
        elif value is True or isinstance(value, str):
            found[at] = value

    walk((as_answer(question, proposal) or {}).get("values", {}), "")
    return found


def strength(question, proposal):
    """How strong an option is among those of its rule; without one the weakest."""
    order = RULES[question].options
    if isinstance(proposal.option, list):
        return len(proposal.option)
    return -1 if proposal.option is None else order.index(proposal.option)


class TestTogether:
    @pytest.mark.parametrize("source", [PORTAL, REMOTE, FILE])
    def test_zero_datasets(self, source):
        proposals = answers([], source)
        assert {q: p.option for q, p in proposals.items() if q != "P2.2.1.2"} == {
            **dict.fromkeys(("P1.5", "P2.1.3", "P2.1.5.1", "P2.1.5.2")),
            "P2.2.1.1": "none",
            "P2.2.1.3": "no",
            "P2.2.2": "no",
            "P2.2.3.1": "none",
            "P2.2.3.2": "no",
            **dict.fromkeys(("P4.5.2", "P4.6", "P7.1")),
        }
        boxes = {"P2.2.1.2": {"url"}}
        for question, proposal in proposals.items():
            assert claims(question, proposal).keys() <= boxes.get(question, set())
        for proposal in proposals.values():
            assert proposal.reasons
            assert proposal.evidence == ()

    def test_skipped_questions_are_proposed_and_marked(self):
        proposals = answers([facts(**WAITING)])
        assert {q: p.skipped_by for q, p in proposals.items() if q.startswith("P2.2")} == {
            "P2.2.1.1": None,
            "P2.2.1.2": "P2.2.1.1",
            "P2.2.1.3": "P2.2.1.1",
            "P2.2.2": "P2.2.1.1",
            "P2.2.3.1": None,
            "P2.2.3.2": "P2.2.3.1",
        }
        assert proposals["P2.2.1.2"].option == ["agency_catalog"]
        assert "answer proposed for P2.2.1.1" in texts(proposals["P2.2.1.2"].caveats)

    def test_nothing_is_skipped_when_all_is_there(self):
        assert not any(p.skipped_by for p in answers([facts(**BY_API)]).values())

    def test_the_order_of_the_source_does_not_matter(self):
        datasets = some(6)
        assert answers(datasets) == answers(list(reversed(datasets)))

    def test_rule_ids(self):
        for question, proposal in answers([facts()]).items():
            assert proposal.rule_id == f"{question}@{RULES[question].version}"

    def test_values_answer_the_forms_fields(self):
        """Each field of the form that data can answer is a key of `values`."""
        people_only = {
            "coverage",
            "own_system_details",
            "partners",
            "no_own_system_reasons",
            *("reason", "expected", "guidelines"),
        }
        for question, proposal in answers([facts()]).items():
            asked = {
                field.code
                for option in load_instrument("pcio-2567").question(question).options
                for field in option.all_fields()
            }
            assert asked - people_only <= proposal.values.keys()

    def test_values_are_plain_json(self):
        for proposal in answers([facts(**BY_API)]).values():
            json.dumps(proposal.values)

    def test_integers_have_their_own_twin(self):
        without_twin = {"demands", "demands_fulfilled", "exchanges", "partners"}
        without_twin |= {"visualizations", "visualizations_of_offices"}
        for proposal in answers([facts(**BY_API)]).values():
            for key, value in proposal.values.items():
                if type(value) is int and not key.endswith("_own") and key not in without_twin:
                    assert f"{key}_own" in proposal.values

    def test_a_question_with_a_wrong_rule_is_refused(self):
        survey = load_instrument("pcio-2567")
        for rule in ("P9", "P2.2.3.1"):
            question = dataclasses.replace(survey.question("P2.2.2"), rule=rule)
            with pytest.raises(InstrumentError, match=r"P2\.2\.2"):
                rule_of(survey, question)


KEYS = st.sampled_from(["id-00001", "id-00002", "id-00003", "elsewhere", ""])
COUNTS = st.none() | st.integers(0, 10**9)
DATES = st.none() | st.dates()


def any_facts():
    words = st.text(max_size=6)
    keys = st.none() | words
    return st.builds(
        facts,
        st.integers(1, 9),
        title=words,
        name=words,
        summary=words,
        url=words,
        organization=keys,
        state=st.sampled_from(["active", "draft", "deleted", ""]),
        private=st.booleans(),
        category=st.sampled_from(["public", "internal", "personal", "security", "secret", None]),
        level=st.sampled_from(["open", "internal", "confidential", "secret", "top_secret", None]),
        own=st.booleans(),
        high_value=st.booleans(),
        described_files=st.integers(0, 1),
        missing=st.lists(st.sampled_from(["title", "maintainer", "tags"]), unique=True).map(tuple),
        invalid=st.lists(st.sampled_from(["objective", "license_id"]), unique=True).map(tuple),
        structured=st.booleans(),
        machine_readable=st.booleans(),
        dictionary=st.booleans(),
        datastore=st.booleans(),
        linkage_methods=st.lists(st.sampled_from(["api", "web_service", "gdx"])).map(tuple),
        linkage_status=st.sampled_from(["linked", "preparing", "waiting", None]),
        resources=st.integers(0, 3),
    )


REGISTERS = st.builds(
    Registers,
    reuses=st.lists(
        st.builds(
            Reuse,
            datasets=st.lists(KEYS).map(tuple),
            how=st.text(max_size=5),
            who=st.text(max_size=5),
            title=st.text(max_size=5),
            kind=st.sampled_from(["visualization", "report", "idea", ""]),
            user_kind=st.sampled_from(["internal", "company", ""]),
            date=DATES,
            approved=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
    exchanges=st.lists(
        st.builds(
            Exchange,
            dataset=KEYS,
            partner=st.text(max_size=5),
            tier=st.sampled_from(["province", "department", "other"]),
            method=st.just("api"),
            status=st.sampled_from(["linked", "preparing", "waiting"]),
            calls=COUNTS,
            records=COUNTS,
            last_use=DATES,
        ),
        max_size=4,
    ).map(tuple),
    demands=st.lists(
        st.builds(
            Demand,
            id=st.text(max_size=3),
            title=st.text(max_size=5),
            dataset=st.none() | KEYS,
            url=st.none() | st.just("https://elsewhere.example.go.th/x"),
            fulfilled=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
)
SOURCES = st.builds(
    Source,
    kind=st.sampled_from(["portal", "remote", "file"]),
    location=st.sampled_from(["https://data.example.go.th", "https://www.example.go.th/data"]),
    sees_private=st.booleans(),
)


CATALOGS = st.lists(any_facts(), max_size=8, unique_by=lambda f: f.id)
SETTINGS = st.builds(
    SurveySettings,
    tick_threshold=st.integers(0, 100),
    main_website=st.sampled_from(["", "https://www.example.go.th", "https://other.example.go.th"]),
    data_go_th_organization=st.sampled_from(["", "sample"]),
)
OPEN_AND_COMPLETE = facts(77777, **BY_API, **DESCRIBED)
HIDDEN = ("deleted", "draft")


def law(examples):
    return settings(max_examples=examples, deadline=None)


class TestLaws:
    @given(CATALOGS, SOURCES, REGISTERS, st.none() | st.dictionaries(KEYS, COUNTS), SETTINGS, DATES)
    @law(60)
    def test_proposals_never_raise_and_are_answers_the_form_takes(
        self, datasets, source, registers, usage, chosen, since
    ):
        used = {key: number or 0 for key, number in usage.items()} if usage else usage
        found = answers(datasets, source, registers, used, chosen, counted_since=since)
        assert found.keys() == RULES.keys()
        for question, proposal in found.items():
            kept = record(proposal, AS_OF.isoformat())
            json.dumps(kept)
            answer = answer_of(SURVEY.question(question), kept)
            if answer is not None:
                assert read(SURVEY.question(question), answer) == answer
                assert agrees(SURVEY.question(question), answer, kept)
            else:
                assert proposal.option is None
            for message in (*proposal.reasons, *proposal.caveats):
                assert message.text("th")
                assert message.text("en")
            for row in proposal.evidence:
                assert row.note is None or row.note.text("th")
            for name, number in proposal.values.items():
                if name.endswith("_own"):
                    assert 0 <= number <= proposal.values[name.removesuffix("_own")]

    @given(CATALOGS, SOURCES, REGISTERS, SETTINGS)
    @law(60)
    def test_an_open_complete_dataset_never_lowers_an_option_or_unticks_a_box(
        self, datasets, source, registers, chosen
    ):
        before = answers(datasets, source, registers, settings=chosen)
        after = answers([*datasets, OPEN_AND_COMPLETE], source, registers, settings=chosen)
        for question in RULES:
            assert strength(question, after[question]) >= strength(question, before[question])
            ticked = {
                k for k, v in claims(question, before[question]).items() if v in (True, "yes")
            }
            assert ticked <= claims(question, after[question]).keys()

    @given(CATALOGS, SOURCES, REGISTERS, SETTINGS)
    @law(60)
    def test_who_does_not_see_private_datasets_is_proposed_no_more(
        self, datasets, source, registers, chosen
    ):
        seeing = dataclasses.replace(source, sees_private=True)
        blind = dataclasses.replace(source, sees_private=False)
        public = [f for f in datasets if f.published]
        more = answers(datasets, seeing, registers, settings=chosen)
        less = answers(public, blind, registers, settings=chosen)
        for question in RULES:
            assert strength(question, less[question]) <= strength(question, more[question])
            ticked = {k for k, v in claims(question, less[question]).items() if v in (True, "yes")}
            assert ticked <= claims(question, more[question]).keys()
        assert less["P2.2.1.1"].option != "complete"

    @given(CATALOGS, SOURCES, REGISTERS, SETTINGS, st.randoms())
    @law(60)
    def test_the_order_of_datasets_does_not_matter(
        self, datasets, source, registers, chosen, chance
    ):
        mixed = list(datasets)
        chance.shuffle(mixed)
        assert answers(datasets, source, registers, settings=chosen) == answers(
            mixed, source, registers, settings=chosen
        )

    @given(SOURCES, SETTINGS, st.none() | st.dictionaries(KEYS, st.integers(0, 9)))
    @law(30)
    def test_without_datasets_and_registers_nothing_is_claimed(self, source, chosen, usage):
        for question, proposal in answers([], source, None, usage, chosen).items():
            channels = question == "P2.2.1.2"
            assert channels or strength(question, proposal) <= 0
            assert not any(v in (True, "yes") for v in claims(question, proposal).values())


def marked_messages():
    for room in ("survey", "report", "registers"):
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                    yield ast.literal_eval(node.args[0])


def test_every_sentence_of_these_rooms_has_its_thai():
    catalog = polib.pofile(str(LOCALE_DIR / "th" / "LC_MESSAGES" / "ckanext-pcio.po"))
    thai = {entry.msgid: entry.msgstr for entry in catalog}
    messages = set(marked_messages())
    assert len(messages) > 40
    assert [m for m in messages if not thai.get(m)] == []
