"""Lines of access logs: forms that servers write, times, addresses, and what is none."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage.access_log import Clock, Row, head_digests, line_pattern
from ckanext.pcio.usage.log_paths import Paths

RID = "0b9e1f3a-1111-4222-8333-444455556666"
OTHER = "1b9e1f3a-1111-4222-8333-444455556666"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
AGENT = "Mozilla/5.0 (X11)"
LINE = f'192.0.2.7 - - [01/Mar/2026:10:01:00 +0700] "GET /dataset/a HTTP/1.1" 200 12 "-" "{AGENT}"'
PATTERN = line_pattern(Paths().requests)


def row(text: str, pattern=PATTERN) -> Row:
    rows = pattern.findall(text.encode())
    assert len(rows) == 1
    return Row(*rows[0])


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        f"data.example.go.th:443 {LINE}",
        LINE.replace("- - [", "- officer name [", 1),
        LINE + " 0.123",
        LINE + ' "203.0.113.9" rt=0.1 uct="0.0"',
        LINE + "\r",
        LINE.replace('"-"', '"https://x/?q=\\"quoted\\""'),
        LINE.replace(" 12 ", " - "),
        LINE.replace("HTTP/1.1", "HTTP/2.0"),
    ],
)
def test_forms_of_combined_lines(text):
    found = row(text)
    assert (found.address, found.request) == (b"192.0.2.7", b"GET /dataset/a")
    assert (found.status, found.agent) == (b"200", AGENT.encode())
    assert not found.malformed


def test_a_quoted_agent_is_read_to_its_end():
    text = LINE.replace(AGENT, 'Odd \\"agent\\" 1')
    assert row(text).agent == b'Odd \\"agent\\" 1'


def test_forwarded_addresses_only_where_asked_for():
    text = LINE + ' 0.1 "203.0.113.9, 198.51.100.1"'
    assert row(text).forwarded == b""
    pattern = line_pattern(Paths().requests, forwarded=True)
    assert row(text, pattern).forwarded == b"203.0.113.9, 198.51.100.1"
    assert row(LINE, pattern).malformed


@pytest.mark.parametrize(
    "text",
    [
        LINE.replace("/dataset/a", "/dataset/?q=1"),
        LINE.replace("/dataset/a", "/webassets/a.css"),
        LINE.replace("GET", "HEAD"),
        LINE.replace("200", "404"),
        LINE.replace("GET /dataset/a HTTP/1.1", "\\x16\\x03\\x01"),
        LINE.replace("GET /dataset/a HTTP/1.1", "-"),
        "",
    ],
)
def test_lines_that_are_good_but_do_not_count(text):
    rows = PATTERN.findall(text.encode())
    assert all(not Row(*one).request and not Row(*one).malformed for one in rows)


@pytest.mark.parametrize(
    "text",
    [
        "nothing of a log",
        '{"remote_addr": "192.0.2.7"}',
        LINE[: LINE.rindex(' "')],
        LINE.replace("[01/Mar/2026:10:01:00 +0700]", "[today]"),
        LINE.replace(" 200 ", " OK "),
    ],
)
def test_lines_that_are_none(text):
    assert row(text).malformed


@given(st.lists(st.sampled_from([LINE, "broken", "", LINE.replace("GET", "HEAD"), '"', " ["])))
def test_a_block_has_a_row_for_every_line(lines):
    block = "\n".join(lines).encode()
    rows = PATTERN.findall(block)
    assert len(rows) == block.count(b"\n") + 1
    good = [line.startswith("192") and "GET" in line for line in (lines or [""])]
    assert [bool(Row(*one).request) for one in rows] == good


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31)),
    st.integers(-12 * 60, 14 * 60),
)
def test_times_are_read_in_their_zone(moment, minutes):
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    month = MONTHS[moment.month - 1]
    text = f"{moment:%d}/{month}/{moment:%Y:%H:%M:%S %z}".encode()
    seconds = Clock().seconds(text)
    thai = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    assert thai.replace(tzinfo=THAILAND) == moment


@pytest.mark.parametrize(
    "text",
    [
        b"31/Feb/2026:10:01:00 +0700",
        b"01/Mai/2026:10:01:00 +0700",
        b"01/Mar/2026:25:01:00 +0700",
        b"01/Mar/2026:10:01:99 +0700",
        b"01/Mar/2026:10:01:0x +0700",
        b"2026-03-01T10:01:00 +0700",
    ],
)
def test_what_is_no_time(text):
    clock = Clock()
    assert clock.seconds(b"01/Mar/2026:10:01:00 +0700") is not None
    assert clock.seconds(text) is None
    assert clock.seconds(text) is None


DOWNLOAD = f"/dataset/a/resource/{RID}/download"
THAI = "%E0%B8%9D%E0%B8%99"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("GET /dataset/a", [("view", "a", "")]),
        ("GET /dataset/a/?x=1", [("view", "a", "")]),
        ("GET /th/dataset/a", [("view", "a", "")]),
        ("GET /zh_Hans_CN/dataset/a", [("view", "a", "")]),
        (f"GET /dataset/{THAI}", [("view", "ฝน", "")]),
        (f"GET /en/dataset/a/resource/{RID}", [("view", "a", RID)]),
        (f"GET {DOWNLOAD}/x.csv", [("download", "a", RID)]),
        (f"GET {DOWNLOAD}/{THAI}.csv?v=1", [("download", "a", RID)]),
        (f"GET {DOWNLOAD}", [("download", "a", RID)]),
        (f"GET /datastore/dump/{RID}?bom=True", [("dump", "", RID)]),
        ("GET /dataset/a.ttl", [("api_metadata", "a", "")]),
        ("GET /dataset/a/croissant.jsonld", [("api_metadata", "a", "")]),
        ("GET /catalog.xml?page=2", [("api_metadata", "", "")]),
        ("GET /api/3/action/package_show?id=a", [("api_metadata", "a", "")]),
        ("GET /api/action/package_show?x=1&id=a", [("api_metadata", "a", "")]),
        (f"GET /api/3/action/resource_show?id={RID}", [("api_metadata", "", RID)]),
        (f"GET /api/3/action/datastore_search?limit=5&resource_id={RID}", [("api_data", "", RID)]),
        (
            f"GET /api/3/action/datastore_search_sql?sql=SELECT+*+from+%22{RID}%22,%22{OTHER}%22",
            [("api_data", "", RID), ("api_data", "", OTHER)],
        ),
        ("POST /api/3/action/datastore_search", [("api_data", "", "")]),
        ("GET /dataset/new", []),
        ("GET /dataset/edit/a", []),
        ("GET /dataset/activity/a", []),
        (f"GET /dataset/a/resource/{RID}/view/1", []),
        (f"GET /dataset/a/resource/{RID}/edit", []),
        ("GET /dataset/a/resource/new", []),
        ("POST /dataset/a", []),
        ("GET /api/3/action/package_search?q=a", []),
        ("GET /api/3/action/package_show_", []),
        ("GET /open-data/a", []),
    ],
)
def test_what_an_address_is(request_, expected):
    targets = Paths().targets(request_.encode())
    assert [(t.kind, t.dataset, t.resource) for t in targets] == expected
    if expected:
        assert row(LINE.replace("GET /dataset/a", request_)).request == request_.encode()


def test_a_portal_below_a_path_and_older_types():
    paths = Paths("/catalog/{{LANG}}", ("open-data",))
    for address in ("/catalog/dataset/a", "/catalog/en/open-data/a"):
        assert [t.dataset for t in paths.targets(f"GET {address}".encode())] == ["a"]
        pattern = line_pattern(paths.requests)
        assert row(LINE.replace("/dataset/a", address), pattern).request
    assert paths.targets(b"GET /dataset/a") == ()


def test_the_language_is_no_other_address_and_a_file_has_one():
    paths = Paths()
    assert paths.targets(b"GET /th/dataset/a") == paths.targets(b"GET /dataset/a")
    (one,) = paths.targets(f"GET {DOWNLOAD}/old.csv".encode())
    (two,) = paths.targets(f"GET /en{DOWNLOAD}/new.csv".encode())
    assert one.url == two.url


def test_a_redirect_counts_for_downloads_alone():
    paths = Paths()
    assert b"302" in paths.targets(f"GET {DOWNLOAD}".encode())[0].statuses
    assert b"302" not in paths.targets(b"GET /dataset/a")[0].statuses


def test_digests_know_a_log_by_its_beginning_but_no_visitor():
    lines = [LINE.encode()] * 70
    digests = head_digests(lines)
    assert set(digests) == {1, 4, 16, 64}
    assert head_digests(lines[:5]) == {1: digests[1], 4: digests[4]}
    other = LINE.replace("192.0.2.7", "192.0.2.8").replace(AGENT, "another").encode()
    assert head_digests([other]) == {1: digests[1]}
    later = LINE.replace("10:01:00", "10:01:01").encode()
    assert head_digests([later])[1] != digests[1]
