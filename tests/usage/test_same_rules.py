"""Live events and events of a log are counted by the same rules.

The one works in Redis, event by event; the other in memory, from the lines of a log. Whatever comes
in, they must come to the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage import buffer
from ckanext.pcio.usage.counting import Tally
from ckanext.pcio.usage.events import EVENT_KINDS, Event
from tests.usage import reading

# Half a minute before midnight: days, hours and pairs that straddle them are all within reach.
START = datetime(2026, 9, 30, 23, 59, 30, tzinfo=THAILAND)
PLACES = [
    SimpleNamespace(organization="", dataset="", resource=""),
    SimpleNamespace(organization="office", dataset="roads", resource=""),
    SimpleNamespace(organization="office", dataset="roads", resource="map"),
    SimpleNamespace(organization="office", dataset="roads", resource="table"),
    SimpleNamespace(organization="office", dataset="rain", resource="rain-table"),
]


@st.composite
def histories(draw):
    """Events in the order of their time, of few visitors at few places, close to each other."""
    at, events = START, []
    for _ in range(draw(st.integers(1, 14))):
        at += timedelta(seconds=draw(st.sampled_from([0, 1, 10, 29, 30, 31, 45, 1800, 3570, 3600])))
        place = draw(st.sampled_from(PLACES))
        events.append(
            Event(
                at=at,
                kind=draw(st.sampled_from(EVENT_KINDS)),
                access=draw(st.sampled_from(["regular", "machine"])),
                visitor=draw(st.sampled_from(["one", "two"])),
                url=draw(st.sampled_from(["/a", "/b"])),
                account=draw(st.sampled_from(["", "", "officer"])),
                organization_id=place.organization,
                dataset_id=place.dataset,
                resource_id=place.resource,
            )
        )
    return events


def _event(seconds, **changes):
    return Event(
        **{
            "at": START + timedelta(seconds=seconds),
            "kind": "view",
            "access": "regular",
            "visitor": "one",
            "url": "/a",
            "organization_id": "office",
            "dataset_id": "roads",
            **changes,
        }
    )


@pytest.fixture(scope="module")
def clean_keys():
    yield
    reading.forget()


@given(events=histories())
@example(events=[_event(20), _event(45)])
@example(events=[_event(20, access="machine"), _event(45, account="officer"), _event(46)])
@example(events=[_event(0), _event(25), _event(50), _event(81)])
@example(  # what the first visit of the day gave rise to goes when nothing of that day is left
    events=[
        _event(25, access="machine"),
        _event(26, url="/b"),
        _event(35, access="machine"),
        _event(36, url="/b"),
    ]
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_redis_counts_as_the_log_does(clean_keys, events):
    reading.forget()
    tally = Tally()
    for event in events:
        buffer.store([event])
        tally.add(event)
    assert reading.counted() == tally.counters()


@given(events=histories(), cut=st.integers(0, 14))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_flush_in_between_changes_no_sum(clean_keys, events, cut):
    """What was flushed and is taken back later stands as a number below zero in the next flush."""
    reading.forget()
    tally = Tally()
    for event in events:
        tally.add(event)
    for event in events[:cut]:
        buffer.store([event])
    flushed = reading.counted()
    buffer.connection().delete(f"{buffer.prefix()}buffer")
    for event in events[cut:]:
        buffer.store([event])
    rest = reading.counted()
    summed = {name: flushed.get(name, 0) + rest.get(name, 0) for name in {*flushed, *rest}}
    assert {name: number for name, number in summed.items() if number} == tally.counters()
