"""Counts and slices: the words of design.md §4, each number leading to its datasets."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.catalog.counts import KEYS, count
from ckanext.pcio.catalog.slices import COUNTED, NAMES, UnknownSliceError, select
from ckanext.pcio.standard.completeness import CODES
from tests.survey.builders import facts

TODAY = date(2024, 6, 21)
ISSUE_KEYS = (
    *("datasets", "disclosable", "open", "complete", "current", "sharable", "ready_to_link"),
    *("structured", "machine_readable", "unstructured", "with_dictionary", "high_value"),
)

FACTS = st.builds(
    facts,
    st.integers(1, 5),
    state=st.sampled_from(["active", "draft", "deleted"]),
    private=st.booleans(),
    category=st.sampled_from(["public", "internal", "personal", None]),
    level=st.sampled_from(["open", "internal", "confidential", None]),
    own=st.booleans(),
    high_value=st.booleans(),
    missing=st.sampled_from([(), ("title",), ("objective", "license_id")]),
    invalid=st.sampled_from([(), ("maintainer_email",)]),
    resources=st.integers(0, 2),
    structured=st.booleans(),
    machine_readable=st.booleans(),
    dictionary=st.booleans(),
    linkage_methods=st.sampled_from([(), ("api",), ("file_transfer",)]),
    linkage_status=st.sampled_from([None, "linked", "preparing", "waiting"]),
    frequency_unit=st.sampled_from(["year", "realtime", None]),
    due_on=st.sampled_from([None, TODAY, date(2024, 6, 20)]),
    organization=st.sampled_from(["a", "b", None]),
)
CATALOG = st.lists(FACTS, max_size=12)
EXCHANGED = st.frozensets(st.sampled_from([f"id-{n:05}" for n in range(1, 6)]))


def all_of(*datasets, exchanged=frozenset()):
    return count(datasets, TODAY, exchanged).as_dict()["all"]


def test_the_keys_are_those_of_the_issue_in_their_order():
    assert KEYS == ISSUE_KEYS
    counts = count([], TODAY).as_dict()
    assert list(counts) == ["all", "own"]
    assert counts["all"] == counts["own"] == dict.fromkeys(ISSUE_KEYS, 0)


@pytest.mark.parametrize(
    ("key", "changes", "counted"),
    [
        ("datasets", {"state": "draft", "private": True}, True),
        ("datasets", {"state": "deleted"}, False),
        ("disclosable", {"level": None}, True),
        ("disclosable", {"level": "internal"}, False),
        ("disclosable", {"category": None}, False),
        ("disclosable", {"category": "internal", "level": "open"}, False),
        ("open", {"private": True}, False),
        ("open", {"state": "draft"}, False),
        ("open", {}, True),
        ("complete", {"missing": ("title",)}, False),
        ("complete", {"invalid": ("title",)}, False),
        ("current", {"due_on": TODAY}, True),
        ("current", {"due_on": date(2024, 6, 20)}, False),
        ("current", {"due_on": None}, False),
        ("current", {"due_on": None, "frequency_unit": "never"}, True),
        ("sharable", {"linkage_methods": ("file_transfer",)}, True),
        ("sharable", {"linkage_methods": ("api",), "level": "internal"}, True),
        ("sharable", {"linkage_methods": ("api",), "level": "confidential"}, False),
        ("sharable", {"linkage_methods": ("api",), "category": "internal", "level": None}, False),
        ("sharable", {}, False),
        ("ready_to_link", {"linkage_methods": ("web_service",)}, True),
        ("ready_to_link", {"linkage_methods": ("gdx",)}, False),
        ("unstructured", {"structured": False}, True),
        ("unstructured", {"structured": False, "resources": 0}, False),
        ("unstructured", {}, False),
        ("structured", {}, True),
        ("machine_readable", {"machine_readable": False}, False),
        ("with_dictionary", {"dictionary": False}, False),
        ("high_value", {"high_value": True}, True),
    ],
)
def test_what_is_counted(key, changes, counted):
    assert all_of(facts(**changes))[key] == counted


def test_an_exchange_on_record_makes_a_dataset_sharable_but_not_ready():
    exchanged = frozenset({"id-00001"})
    assert all_of(facts(1), facts(2), exchanged=exchanged)["sharable"] == 1
    assert all_of(facts(1), exchanged=exchanged)["ready_to_link"] == 0
    assert all_of(facts(1, level="secret"), exchanged=exchanged)["sharable"] == 0


@given(CATALOG, EXCHANGED)
def test_every_count_is_the_length_of_its_slice(catalog, exchanged):
    counts = count(catalog, TODAY, exchanged).as_dict()
    for name in COUNTED:
        for whose, own in (("all", False), ("own", True)):
            listed = list(select(catalog, name, TODAY, exchanged, own=own))
            assert counts[whose][name] == len(listed)


@given(CATALOG, EXCHANGED)
def test_what_is_left_to_do_is_the_rest(catalog, exchanged):
    def size(name):
        return len(list(select(catalog, name, TODAY, exchanged)))

    assert size("datasets") == size("complete") + size("incomplete")
    assert size("datasets") == size("current") + size("stale")
    assert size("datasets") == size("with_dictionary") + size("no_dictionary")
    assert size("disclosable") == size("open") + size("waiting")


def test_missing_items_are_slices():
    catalog = [facts(1, missing=("title",)), facts(2, invalid=("title",)), facts(3)]
    assert [f.id for f in select(catalog, "missing:title", TODAY)] == ["id-00001", "id-00002"]
    assert {f"missing:{code}" for code in CODES} <= set(NAMES)


@pytest.mark.parametrize("name", ["", "everything", "missing:", "missing:colour", "title"])
def test_an_unknown_slice_is_refused_by_name(name):
    with pytest.raises(UnknownSliceError) as refused:
        select([], name, TODAY)
    assert name in refused.value.message.text("th")


def test_other_slices():
    catalog = [facts(1, private=True), facts(2, linkage_status="waiting"), facts(3, state="draft")]
    assert [f.id for f in select(catalog, "private", TODAY)] == ["id-00001"]
    assert [f.id for f in select(catalog, "preparing", TODAY)] == ["id-00002"]
    assert [f.id for f in select(catalog, "waiting", TODAY)] == ["id-00001", "id-00003"]
