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
from ckanext.pcio.survey.derive import RULES, rule_of
from ckanext.pcio.survey.instrument import InstrumentError, load_instrument
from ckanext.pcio.survey.proposal import SurveySettings

from .builders import BY_API, FILE, PORTAL, REMOTE, WAITING, answers, facts, some, texts

PACKAGE = Path(derive_module.__file__).parent.parent


class TestTogether:
    @pytest.mark.parametrize("source", [PORTAL, REMOTE, FILE])
    def test_zero_datasets(self, source):
        proposals = answers([], source)
        assert {q: p.option for q, p in proposals.items() if q != "P2.2.1.2"} == {
            "P2.2.1.1": "none",
            "P2.2.1.3": "no",
            "P2.2.2": "no",
            "P2.2.3.1": "none",
            "P2.2.3.2": "no",
        }
        for proposal in proposals.values():
            assert proposal.reasons
            assert proposal.evidence == ()

    def test_skipped_questions_are_proposed_and_marked(self):
        proposals = answers([facts(**WAITING)])
        assert {q: p.skipped_by for q, p in proposals.items()} == {
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
            "reason",
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
        missing=st.lists(st.sampled_from(["title", "notes", "tags"]), unique=True).map(tuple),
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
            url=st.none() | st.text(max_size=5),
            fulfilled=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
)
SOURCES = st.builds(
    Source,
    kind=st.sampled_from(["portal", "remote", "file"]),
    location=st.text(max_size=5),
    sees_private=st.booleans(),
)


class TestLaws:
    @given(
        st.lists(any_facts(), max_size=8),
        SOURCES,
        REGISTERS,
        st.none() | st.dictionaries(KEYS, st.integers(0, 9)),
        st.integers(0, 100),
    )
    @settings(max_examples=150, deadline=None)
    def test_proposals_never_raise_and_always_fit_the_form(
        self, datasets, source, registers, usage, threshold
    ):
        chosen = SurveySettings(tick_threshold=threshold)
        survey = load_instrument("pcio-2567")
        for question, proposal in answers(datasets, source, registers, usage, chosen).items():
            codes = {o.code for o in survey.question(question).options}
            options = proposal.option if isinstance(proposal.option, list) else [proposal.option]
            assert set(options) <= codes
            json.dumps(proposal.values)
            for message in (*proposal.reasons, *proposal.caveats):
                assert message.text("th")
                assert message.text("en")
            for row in proposal.evidence:
                assert row.note is None or row.note.text("th")

    @given(st.lists(any_facts(), max_size=8), SOURCES, REGISTERS)
    @settings(max_examples=150, deadline=None)
    def test_an_open_complete_dataset_never_lowers_an_option(self, datasets, source, registers):
        better = facts(77777, **BY_API)
        before = answers(datasets, source, registers)
        after = answers([*datasets, better], source, registers)
        for question, rule in RULES.items():
            if question == "P2.2.1.2":
                assert after[question].option == before[question].option
                continue
            rank = rule.options.index
            assert rank(after[question].option) >= rank(before[question].option)

    @given(st.lists(any_facts(), max_size=8), SOURCES)
    @settings(max_examples=60, deadline=None)
    def test_without_sight_of_private_datasets_nothing_is_called_complete(self, datasets, source):
        blind = dataclasses.replace(source, sees_private=False)
        assert answers(datasets, blind)["P2.2.1.1"].option != "complete"


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
