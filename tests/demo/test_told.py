"""What people told the sample province, and how it was used: every state, once, and the same."""

from __future__ import annotations

from collections import Counter as Tally

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action

from ckanext.pcio.portal.demo.loader import load_demo
from ckanext.pcio.portal.demo.told import told
from ckanext.pcio.portal.demo.traffic import sample_counters
from ckanext.pcio.registers.demand.model import DEMAND
from ckanext.pcio.registers.exchange.model import TABLE as EXCHANGE
from ckanext.pcio.registers.reuse.model import REUSE
from ckanext.pcio.usage.model import DAILY

from .conftest import BASE_DATE

STATES = {
    "reuses": {"approved", "waiting", "rejected"},
    "demands": {"waiting", "open", "preparing", "fulfilled", "refused"},
}


@pytest.mark.parametrize("register", STATES)
def test_every_state_is_shown(register):
    assert {entry["state"] for entry in told()[register]} == STATES[register]


def test_exchanges_of_every_tier_and_status_and_one_that_ended():
    exchanges = told()["exchanges"]
    assert {entry["tier"] for entry in exchanges} == {"province", "department", "other"}
    assert {entry["status"] for entry in exchanges} == {"linked", "preparing", "waiting"}
    assert any(entry.get("end", 0) > 0 for entry in exchanges)


def test_every_dataset_and_office_named_is_there(samples):
    offices = {dataset.entry["office"] for dataset in samples.values()}
    for entries in told().values():
        for entry in entries:
            named = {*entry.get("datasets", ()), *filter(None, [entry.get("dataset")])}
            assert named <= samples.keys()
            assert entry.get("office") in {*offices, None}


def test_numbers_of_use_are_the_same_each_time_and_of_published_datasets_only(samples):
    some = [samples[name] for name in ("dengue-cases", "farmer-registry", "schools-list")]
    counters = sample_counters(some, BASE_DATE)
    assert counters == sample_counters(some, BASE_DATE)
    assert {c.dataset_id for c in counters if c.dataset_id} == {some[0].id, some[2].id}
    assert all(c.day < BASE_DATE.isoformat() and n > 0 for c, n in counters.items())


def test_nobody_visits_more_often_than_pages_were_shown(samples):
    counters = sample_counters([samples["schools-list"]], BASE_DATE)
    shown: Tally = Tally()
    people: Tally = Tally()
    for counter, number in counters.items():
        if counter.kind == "view" and counter.access == "regular":
            shown[counter.day] += number
        if counter.kind == "visitor" and counter.dataset_id and not counter.resource_id:
            people[counter.day] += number
    assert people
    assert all(number <= shown[day] for day, number in people.items())


def _rows() -> dict[str, list]:
    tables = {"reuse": REUSE, "exchange": EXCHANGE, "demand": DEMAND, "daily": DAILY}
    return {
        name: sorted(map(repr, model.Session.execute(sa.select(table))))
        for name, table in tables.items()
    }


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
def test_loaded_once_and_left_alone_the_second_time(samples):
    names = {name for entry in told()["reuses"] for name in entry["datasets"]}
    names |= {entry["dataset"] for register in told().values() for entry in register
              if "dataset" in entry}  # fmt: skip
    some = [samples[name] for name in sorted(names)]
    load_demo(BASE_DATE, datasets=some)
    first = _rows()
    assert {name: len(rows) for name, rows in first.items() if name != "daily"} == {
        "reuse": len(told()["reuses"]),
        "exchange": len(told()["exchanges"]),
        "demand": len(told()["demands"]),
    }
    assert len(first["daily"]) > 1000
    answers = {answer["id"]: answer for answer in call_action("pcio_assessment_show")["answers"]}
    assert answers["P2.2.1.3"]["values"]["reuses"] == 6
    assert answers["P2.2.2"]["values"]["items"] == 4
    assert answers["P2.2.3.2"]["values"]["exchanges"] == 4

    load_demo(BASE_DATE, datasets=some)
    assert _rows() == first
