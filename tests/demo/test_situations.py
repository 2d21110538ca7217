"""Every situation the rules distinguish occurs, and the facts say what the data files promise."""

from __future__ import annotations

from collections import Counter

import pytest

from ckanext.pcio.catalog.counts import count
from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.portal.demo.source import province
from ckanext.pcio.survey.assessment import assess
from ckanext.pcio.survey.instrument import load_instrument

from .conftest import BASE_DATE


@pytest.fixture(scope="module")
def facts(samples) -> dict[str, DatasetFacts]:
    return {
        name: facts_from_dataset(dataset.package, FactsSettings())
        for name, dataset in samples.items()
    }


def _fact(facts: DatasetFacts, name: str):
    return facts.current(BASE_DATE) if name == "current" else getattr(facts, name)


@pytest.mark.parametrize("name", province().situations)
def test_a_situation_is_what_the_facts_say(name, samples, facts):
    situation = province().situations[name]
    members = [n for n, dataset in samples.items() if name in dataset.entry["situation"]]
    assert len(members) >= situation.get("least", 1)
    for member in members:
        said = facts[member]
        for fact, value in situation.get("is", {}).items():
            assert _fact(said, fact) == value, f"{member}: {fact}"
        for fact, value in situation.get("has", {}).items():
            assert value in _fact(said, fact), f"{member}: {fact}"
        for item in situation.get("lacks", ()):
            assert item in (*said.missing, *said.invalid), f"{member}: {item}"
        if "only" in situation:
            assert {format_.upper() for format_ in said.formats} == {situation["only"]}, member


def test_nothing_is_incomplete_or_stale_unannounced(samples, facts):
    for name, dataset in samples.items():
        situations = set(dataset.entry["situation"])
        incomplete = any(s.startswith("incomplete") for s in situations)
        assert facts[name].complete is not incomplete, name
        late = not facts[name].current(BASE_DATE)
        assert late == bool(situations & {"stale", "incomplete_frequency"}), name
        assert facts[name].open == (
            facts[name].disclosable and not situations & {"waiting_private", "waiting_draft"}
        ), name


def test_the_province_stands_where_most_do(facts):
    """About 60 % of the datasets are open, complete; P2.2.1.1 is partial with mixed ticks."""
    numbers = count(facts.values(), BASE_DATE).as_dict()["all"]
    waiting = [f for f in facts.values() if f.disclosable and not f.open]
    good = [f for f in facts.values() if f.open and f.complete]
    opened = [f for f in facts.values() if f.open]
    assert numbers["datasets"] == len(facts)
    assert numbers["open"] == len(opened)
    assert len(waiting) >= 8
    assert 0.5 < len(good) / len(facts) < 0.7
    assert 0.8 < len(good) / len(opened) < 0.95  # Metadata: ticked, with offenders to show
    with_dictionary = sum(f.dictionary for f in opened) / len(opened)
    assert 0.4 < with_dictionary < 0.75  # Data Dictionary: not ticked yet
    assert numbers["sharable"] > numbers["ready_to_link"] > 15
    stars = Counter(f.stars for f in facts.values())
    assert {0, 1, 2, 3} <= set(stars)


def test_the_survey_is_answered_like_a_province_on_its_way(facts):
    """Partial openness with one tick of two shares; sharing is available; demand is not shown."""
    source = Source(kind="portal", location="http://portal.example.org", sees_private=True)
    found = assess(load_instrument("pcio-2567"), facts.values(), source, BASE_DATE)
    answers = {proposal.question: proposal for proposal in found.proposals}
    openness = answers["P2.2.1.1"]
    assert openness.option == "partial"
    assert openness.values["metadata"] is True
    assert openness.values["data_dictionary"] is False
    assert openness.values["data_catalog"] is True
    assert answers["P2.2.3.1"].option == "available"
    assert answers["P2.2.3.2"].values["sharable"] >= 30
    assert answers["P2.2.2"].option == "no"
