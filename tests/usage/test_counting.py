"""The counting rules: the reference's cases, laws, and a second, slow tally that must agree."""

from __future__ import annotations

from collections import Counter as Count
from datetime import datetime, timedelta, timezone
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage.counting import Tally
from ckanext.pcio.usage.events import REQUEST_KINDS, Counter, Event

MORNING = datetime(2026, 3, 1, 10, 1, tzinfo=THAILAND)
ADDRESSES = {
    "/dataset/a": ("view", "office", "a", ""),
    "/dataset/a/resource/a1": ("view", "office", "a", "a1"),
    "/download/a1": ("download", "office", "a", "a1"),
    "/dump/a2": ("dump", "office", "a", "a2"),
    "/api/package_show?id=b": ("api_metadata", "other", "b", ""),
    "/download/b1": ("download", "other", "b", "b1"),
    "/catalog.ttl": ("api_metadata", "", "", ""),
}


def event(at: datetime, url: str = "/dataset/a", visitor: str = "v", access: str = "regular"):
    kind, organization, dataset, resource = ADDRESSES[url]
    return Event(
        at=at,
        kind=kind,
        access=access,
        visitor=visitor,
        url=url,
        organization_id=organization,
        dataset_id=dataset,
        resource_id=resource,
    )


def tally(*events: Event) -> dict[Counter, int]:
    counting = Tally()
    for one in events:
        counting.add(one)
    return counting.counters()


def clicks(*seconds: float, url: str = "/dataset/a") -> dict[Counter, int]:
    return tally(*(event(MORNING + timedelta(seconds=s), url) for s in seconds))


def total(counters: dict[Counter, int], kind: str = "view") -> int:
    return sum(number for counter, number in counters.items() if counter.kind == kind)


def by_day(counters: dict[Counter, int], kind: str) -> dict[str, int]:
    days = Count()
    for counter, number in counters.items():
        if counter.kind == kind:
            days[counter.day] += number
    return {day: number for day, number in days.items() if number}


@pytest.mark.parametrize(
    ("seconds", "number"),
    [
        ((0,), 1),
        ((0, 29), 1),
        ((0, 30), 1),
        ((0, 30.5), 2),
        ((0, 35), 2),
        ((0, 25, 50), 1),
        ((0, 25, 50, 81), 2),
        ((0, 0, 0), 1),
    ],
)
def test_a_double_click_is_one_action_and_the_window_slides(seconds, number):
    assert total(clicks(*seconds)) == number


def test_another_visitor_or_another_address_is_no_double_click():
    counters = tally(
        event(MORNING),
        event(MORNING, visitor="w"),
        event(MORNING, "/dataset/a/resource/a1"),
    )
    assert total(counters) == 3
    assert total(counters, "unique_investigation") == 2


def test_of_a_pair_over_midnight_the_second_day_counts():
    midnight = datetime(2026, 3, 2, tzinfo=THAILAND)
    counters = tally(
        event(midnight - timedelta(seconds=10)), event(midnight + timedelta(seconds=10))
    )
    for kind in ("view", "unique_investigation", "visitor"):
        assert set(by_day(counters, kind)) == {"2026-03-02"}


def test_of_a_pair_over_midnight_what_else_the_visitor_did_stays():
    midnight = datetime(2026, 3, 2, tzinfo=THAILAND)
    counters = tally(
        event(midnight - timedelta(seconds=40), "/download/a1"),
        event(midnight - timedelta(seconds=10)),
        event(midnight + timedelta(seconds=10)),
    )
    assert by_day(counters, "unique_investigation") == {"2026-03-01": 1, "2026-03-02": 1}
    assert by_day(counters, "view") == {"2026-03-02": 1}


def test_days_are_days_in_thailand():
    late = datetime(2026, 3, 1, 17, 30, tzinfo=timezone.utc)
    assert set(by_day(tally(event(late)), "view")) == {"2026-03-02"}


def test_uniques_are_by_dataset_and_clock_hour():
    counters = tally(
        event(MORNING, "/download/a1"),
        event(MORNING + timedelta(minutes=10), "/dump/a2"),
        event(MORNING + timedelta(minutes=58, seconds=59), "/dataset/a"),
        event(MORNING + timedelta(minutes=59), "/dataset/a/resource/a1"),
    )
    assert total(counters, "unique_request") == 1
    assert total(counters, "unique_investigation") == 2


def test_visitors_are_counted_once_a_day_for_each_scope():
    counters = tally(
        event(MORNING, "/download/a1"),
        event(MORNING + timedelta(hours=3), "/download/a1"),
        event(MORNING + timedelta(hours=3), "/download/b1"),
    )
    day = "2026-03-01"
    visitors = {c: n for c, n in counters.items() if c.kind == "visitor"}
    assert visitors == {
        Counter(day, "visitor", "regular", dataset_id="a", resource_id="a1"): 1,
        Counter(day, "visitor", "regular", dataset_id="a"): 1,
        Counter(day, "visitor", "regular", organization_id="office"): 1,
        Counter(day, "visitor", "regular", dataset_id="b", resource_id="b1"): 1,
        Counter(day, "visitor", "regular", dataset_id="b"): 1,
        Counter(day, "visitor", "regular", organization_id="other"): 1,
        Counter(day, "visitor", "regular"): 1,
    }


def test_the_catalog_s_own_document_counts_for_the_portal_alone():
    day = "2026-03-01"
    assert clicks(0, url="/catalog.ttl") == {
        Counter(day, "api_metadata", "regular"): 1,
        Counter(day, "visitor", "regular"): 1,
    }


def test_robots_are_counted_apart():
    counters = tally(event(MORNING), event(MORNING, visitor="bot", access="robot"))
    assert {c.access: n for c, n in counters.items() if c.kind == "view"} == {
        "regular": 1,
        "robot": 1,
    }


def test_a_line_that_comes_late_is_the_first_of_its_pair_or_counts_in_its_own_hour():
    hour = datetime(2026, 3, 1, 11, tzinfo=THAILAND)
    counters = tally(
        event(hour + timedelta(seconds=10)),
        event(hour - timedelta(seconds=15)),
        event(hour - timedelta(seconds=45)),
    )
    assert total(counters) == 2
    assert total(counters, "unique_investigation") == 2


def test_memory_does_not_grow_with_the_length_of_the_log():
    counting = Tally()
    for day in range(30):
        for number in range(50):
            at = MORNING + timedelta(days=day, minutes=number)
            counting.add(event(at, visitor=f"{day}-{number}"))
    assert len(counting._days) <= 3
    counting._sweep_at = 0
    counting.add(event(MORNING + timedelta(days=31)))
    assert len(counting._windows) == 1
    assert total(counting.counters()) == 30 * 50 + 1


@st.composite
def histories(draw) -> list[Event]:
    """Events in order of time, dense around an hour's and a day's end."""
    base = draw(
        st.sampled_from(
            [MORNING, MORNING + timedelta(minutes=58), MORNING + timedelta(hours=13, minutes=58)]
        )
    )
    seconds = draw(st.lists(st.integers(0, 240), max_size=40))
    return [
        event(
            base + timedelta(seconds=second),
            draw(st.sampled_from(sorted(ADDRESSES))),
            *draw(st.sampled_from([("v", "regular"), ("w", "machine"), ("bot", "robot")])),
        )
        for second in sorted(seconds)
    ]


def slow(events: list[Event]) -> dict[Counter, int]:
    """The rules once more, over the whole history at once: what has no successor counts."""
    kept = [
        one
        for place, one in enumerate(events)
        if not any(
            (later.visitor, later.url) == (one.visitor, one.url)
            and (later.at - one.at).total_seconds() <= 30
            for later in events[place + 1 :]
        )
    ]
    counters = Count()
    uniques = set()
    for one in kept:
        day, ids = str(one.at.date()), (one.dataset_id, one.resource_id)
        counters[Counter(day, one.kind, one.access, "", "", *ids)] += 1
        hour, visitor = one.at.hour, one.visitor
        if one.dataset_id:
            name = Counter(day, "unique_investigation", one.access, dataset_id=one.dataset_id)
            uniques.add((visitor, hour, name))
            if one.kind in REQUEST_KINDS:
                uniques.add((visitor, hour, name._replace(kind="unique_request")))
        name = Counter(day, "visitor", one.access)
        uniques.add((visitor, None, name))
        if one.dataset_id:
            uniques.add((visitor, None, name._replace(dataset_id=one.dataset_id)))
            uniques.add((visitor, None, name._replace(organization_id=one.organization_id)))
        if one.resource_id:
            scope = name._replace(dataset_id=one.dataset_id, resource_id=one.resource_id)
            uniques.add((visitor, None, scope))
    counters.update(name for _, _, name in uniques)
    return dict(counters)


@given(histories())
def test_the_tally_agrees_with_the_slow_one(events):
    assert tally(*events) == slow(events)


@given(histories(), st.data())
def test_the_order_of_events_at_one_moment_does_not_matter(events, data):
    shuffled = [
        one
        for _, group in groupby(events, key=lambda e: e.at)
        for one in data.draw(st.permutations(list(group)))
    ]
    assert tally(*shuffled) == tally(*events)


@given(histories(), st.data())
def test_taking_the_counters_in_parts_gives_the_same_sum(events, data):
    cut = data.draw(st.integers(0, len(events)))
    counting, parts = Tally(), Count()
    for one in events[:cut]:
        counting.add(one)
    parts.update(counting.take())
    for one in events[cut:]:
        counting.add(one)
    parts.update(counting.take())
    assert {c: n for c, n in parts.items() if n} == tally(*events)
    assert counting.take() == {}


@given(histories())
def test_uniques_are_at_most_the_totals_and_visitors_at_most_the_uniques(events):
    counters = tally(*events)
    for counter, number in counters.items():
        assert number > 0
        day, dataset = counter.day, counter.dataset_id
        if not dataset or counter.resource_id or counter.kind not in ("unique_request", "visitor"):
            continue
        same = {
            kind: sum(
                n
                for c, n in counters.items()
                if (c.day, c.dataset_id, c.access) == (day, dataset, counter.access)
                and c.kind in kinds
                and (kind != "visitor" or not c.resource_id)
            )
            for kind, kinds in {
                "investigations": {"view", "api_metadata", *REQUEST_KINDS},
                "requests": REQUEST_KINDS,
                "unique_investigation": {"unique_investigation"},
                "unique_request": {"unique_request"},
                "visitor": {"visitor"},
            }.items()
        }
        assert same["visitor"] <= same["unique_investigation"] <= same["investigations"]
        assert same["unique_request"] <= min(same["requests"], same["unique_investigation"])
