"""A remote portal over real HTTP: paging, bad days, and what could not be seen."""

import itertools
import socket
import time

import pytest

from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
from ckanext.pcio.catalog.readers import remote
from ckanext.pcio.catalog.readers.api import Api, BusyError, Limits, MissingError
from ckanext.pcio.catalog.readers.reading import SourceError
from ckanext.pcio.catalog.readers.remote import bases_of, read_portal
from tests.standard.records import complete

from .portal import Portal


@pytest.fixture(autouse=True)
def no_token(monkeypatch):
    monkeypatch.delenv("PCIO_API_TOKEN", raising=False)


@pytest.fixture
def waits():
    """Waits between attempts, recorded and not waited."""
    return []


@pytest.fixture
def read(waits):
    """Read a portal to its end with patience for nothing."""

    def connect(base, token, limits):
        return Api(base, token, limits or Limits(read_timeout=2), sleep=waits.append)

    def reader(address, **options):
        reading = read_portal(address, api=connect, **options)
        return reading, list(reading.datasets)

    return reader


def catalog(number, **changes):
    return [
        complete(id=f"id-{n:04}", name=f"name-{n:04}", resources=[], **changes)
        for n in range(number)
    ]


def table(number, active=True):
    return {"id": f"r-{number}", "format": "CSV", "name": "ข้อมูล", "datastore_active": active}


DESCRIBED = [{"id": "_id", "type": "int"}, {"id": "a", "type": "text", "info": {"notes": "ชื่อ"}}]
BARE = [{"id": "_id", "type": "int"}, {"id": "a", "type": "text"}]


@pytest.mark.parametrize("version", ["2.9", "2.10", "2.11"])
@pytest.mark.parametrize(
    ("number", "cap"), [(0, 1000), (3, 1000), (37, 10), (1203, 1000), (1203, 100)]
)
def test_every_dataset_once_whatever_the_servers_cap(read, version, number, cap):
    with Portal(catalog(number), cap, version=version) as portal:
        reading, datasets = read(portal.url)
    assert datasets == portal.datasets
    assert reading.total == number
    assert not reading.warnings
    source = reading.source
    assert (source.kind, source.location, source.sees_private) == ("remote", portal.url, False)
    assert {query["sort"] for _path, query in portal.requests} == {"name asc"}


@pytest.mark.parametrize(
    ("root", "tail"),
    [
        ("", ""),
        ("", "/"),
        ("", "/th"),
        ("", "/th/dataset"),
        ("", "/en_GB/"),
        ("", "/dataset/name-0001?activity_id=5#top"),
        ("", "/organization/about/office"),
        ("", "/api/3/action/package_search?q=x"),
        ("", "/api"),
        ("", "/some/old/page"),
        ("/catalog", ""),
        ("/catalog", "/"),
        ("/catalog", "/th/dataset/x"),
        ("/a/b", "/dataset"),
        ("/cat", "/"),
    ],
)
def test_any_address_of_the_portal_will_do(read, root, tail):
    with Portal(catalog(2), root=root) as portal:
        reading, datasets = read(portal.url + tail)
    assert len(datasets) == 2
    assert reading.source.location == portal.url


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("data.example.go.th", "https://data.example.go.th"),
        ("https://user:pass@data.example.go.th/th", "https://data.example.go.th"),
        ("HTTPS://Data.Example.go.th:8443/", "https://Data.Example.go.th:8443"),
    ],
)
def test_addresses_are_completed_and_passwords_dropped(address, first):
    assert bases_of(address)[0] == first


@pytest.mark.parametrize(
    "address",
    ["", "   ", "ftp://x.go.th", "https://", "https://[x", "http://a b/", "https://x:port"],
)
def test_what_is_no_web_address(address):
    with pytest.raises(SourceError) as refused:
        bases_of(address)
    assert "https://data.example.go.th" in refused.value.message.text("th")


@pytest.mark.parametrize("fault", [429, 500, 502, 503, 504, "drop", "cut", "short"])
def test_a_bad_moment_is_tried_again(read, waits, fault):
    with Portal(catalog(3)) as portal:
        portal.faults.extend([fault, fault])
        _reading, datasets = read(portal.url)
    assert len(datasets) == 3
    assert len(waits) == 2
    assert 0.25 <= waits[0] <= 0.75
    assert 0.5 <= waits[1] <= 1.5


def test_a_slow_answer_is_tried_again(waits):
    with Portal(catalog(1)) as portal:
        portal.faults.append("slow")
        api = Api(portal.url, limits=Limits(read_timeout=0.1), sleep=waits.append)
        assert api.action("package_search", {})["count"] == 1
    assert len(waits) == 1


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [
        ("7", 7, 7),
        ("100000", 60, 60),
        ("soon", 0.2, 1),
        ("", 0.2, 1),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.2, 1),
    ],
)
def test_retry_after_is_honoured_up_to_a_cap(read, waits, asked, low, high):
    with Portal(catalog(1)) as portal:
        portal.headers = {"Retry-After": asked}
        portal.faults.append(429)
        read(portal.url)
    assert low <= waits[0] <= high


def test_a_portal_that_stays_down_is_reported(read, waits):
    with Portal(catalog(1)) as portal:
        portal.faults.extend([503] * 50)
        with pytest.raises(BusyError) as refused:
            read(portal.url)
    assert "HTTP 503" in refused.value.message.text("th")
    assert len(waits) == Limits().attempts - 1


def test_pages_become_smaller_when_large_ones_fail(read):
    with Portal(catalog(120)) as portal:
        portal.faults.append(None)
        portal.faults.extend([504] * Limits().attempts)
        _reading, datasets = read(portal.url)
    assert len(datasets) == 120
    rows = [int(query["rows"]) for _path, query in portal.requests]
    assert max(rows) == 500
    assert rows[-1] == 100


def test_fewer_questions_are_not_answered_with_more(read):
    with Portal(catalog(120)) as portal:
        portal.faults.append(None)
        portal.faults.extend([429] * Limits().attempts)
        with pytest.raises(BusyError):
            read(portal.url)
    assert len(portal.requests) == 1 + Limits().attempts


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("html", "web page"),
        ("array", "another form"),
        (403, "PCIO_API_TOKEN"),
        (401, "PCIO_API_TOKEN"),
        (404, "web page"),
    ],
)
def test_what_does_not_pass_is_said_at_once(read, waits, fault, said):
    with Portal(catalog(1)) as portal:
        portal.faults.append(fault)
        with pytest.raises(SourceError) as refused:
            read(portal.url)
    assert said in refused.value.message.text("en")
    assert portal.url in refused.value.message.text("th")
    assert not waits


def test_an_error_of_the_portal_is_passed_on(read):
    with Portal() as portal, pytest.raises(SourceError) as refused:
        Api(portal.url).action("no_such_action", {})
    assert "Action name" in refused.value.message.text("en")


def test_redirects_end():
    with Portal(catalog(1)) as portal:
        portal.faults.extend(["redirect"] * 10)
        with pytest.raises(SourceError) as refused:
            Api(portal.url).action("package_search", {})
    assert "redirects" in refused.value.message.text("en")


def test_an_answer_beyond_the_bound_is_refused():
    with Portal(catalog(50)) as portal:
        api = Api(portal.url, limits=Limits(answer_bytes=1000))
        with pytest.raises(SourceError) as refused:
            api.action("package_search", {"rows": 50})
    assert "more data" in refused.value.message.text("en")


def test_an_answer_without_end_is_given_up(monkeypatch, waits):
    clock = itertools.count(0, 1000)
    with Portal(catalog(1)) as portal:
        api = Api(portal.url, limits=Limits(attempts=2), sleep=waits.append)
        monkeypatch.setattr(time, "monotonic", lambda: next(clock))
        with pytest.raises(BusyError) as refused:
            api.action("package_search", {})
        monkeypatch.undo()
    assert "no end" in refused.value.message.text("en")


def test_a_port_nobody_listens_on(read):
    with Portal() as portal:
        address = portal.url
    with pytest.raises(BusyError) as refused:
        read(address)
    assert_said_to_a_person(refused.value, "refused")


def test_a_server_that_does_not_exist(read):
    with pytest.raises(BusyError) as refused:
        read("http://no-such-portal.invalid")
    assert_said_to_a_person(refused.value, "no server of this name")


def test_a_server_that_does_not_answer_in_time(read):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(BusyError) as refused:
            read(f"http://127.0.0.1:{port}", limits=Limits(read_timeout=0.2, attempts=1))
    assert_said_to_a_person(refused.value, "no answer came in time")


def assert_said_to_a_person(error, said):
    assert said in error.message.text("en")
    for language in ("th", "en"):
        for noise in ("HTTPConnection", "Errno", "object at 0x", "Max retries"):
            assert noise not in error.message.text(language)
    assert error.message.text("th") != error.message.text("en")


def test_changes_while_reading_are_a_warning(read, monkeypatch):
    monkeypatch.setattr(remote, "ROWS", 10)
    with Portal(catalog(30)) as portal:
        portal.on_page = lambda start: portal.datasets.pop() if start == 10 else None
        reading, datasets = read(portal.url)
    assert len(datasets) == reading.total == 29
    assert "from 30 to 29" in reading.warnings[0].text("en")


def test_a_portal_that_counts_more_than_it_shows_is_a_warning(read, monkeypatch):
    monkeypatch.setattr(remote, "ROWS", 10)
    with Portal(catalog(30)) as portal:
        portal.faults.extend([None, None])
        real = portal.result
        portal.result = lambda request, result, status=200: real(
            request,
            {**result, "results": result["results"][: max(0, 15 - len(portal.requests) * 5)]},
            status,
        )
        reading, datasets = read(portal.url)
    assert len(datasets) < 30
    assert "counts 30 datasets" in reading.warnings[-1].text("en")


def lying(portal, **lie):
    real = portal.result
    portal.result = lambda request, result, status=200: real(request, {**result, **lie}, status)


def test_a_portal_that_shows_one_page_for_ever_is_left(read, monkeypatch):
    monkeypatch.setattr(remote, "ROWS", 10)
    with Portal(catalog(10)) as portal:
        lying(portal, count=1_000_000_000, results=portal.datasets[:10])
        reading, datasets = read(portal.url)
        assert len(portal.requests) < 5
    assert len(datasets) == 10
    assert "counts 1000000000 datasets but showed only 10" in reading.warnings[0].text("en")


def test_a_portal_that_counts_fewer_than_it_shows_is_a_warning(read):
    with Portal(catalog(8)) as portal:
        lying(portal, count=3)
        reading, datasets = read(portal.url)
    assert len(datasets) == 8
    assert "counts 3 datasets but showed 8" in reading.warnings[-1].text("en")


@pytest.mark.parametrize("count", [-5, "12", None, True, 1.5])
def test_a_count_that_is_no_count_is_no_portal(read, count):
    with Portal(catalog(3)) as portal:
        lying(portal, count=count)
        with pytest.raises(SourceError) as refused:
            read(portal.url)
    assert "another form" in refused.value.message.text("en")


def test_a_dataset_that_comes_twice_is_kept_once(read, monkeypatch):
    monkeypatch.setattr(remote, "ROWS", 10)
    with Portal(catalog(20)) as portal:
        newcomer = complete(id="id-new", name="name-0000-a", resources=[])
        portal.on_page = lambda start: portal.datasets.insert(0, newcomer) if start == 10 else None
        reading, datasets = read(portal.url)
    assert len({d["id"] for d in datasets}) == len(datasets)
    texts = " ".join(warning.text("en") for warning in reading.warnings)
    assert "Repeated" in texts
    assert "from 20 to 21" in texts


def test_progress_is_told(read):
    told = []
    with Portal(catalog(25), cap=10) as portal:
        read(portal.url, progress=lambda done, total: told.append((done, total)))
    assert told == [(10, 25), (20, 25), (25, 25)]


def test_a_token_shows_private_datasets_but_not_whether_all(read, monkeypatch):
    datasets = [*catalog(2), complete(id="p", name="private", private=True, resources=[])]
    with Portal(datasets) as portal:
        assert len(read(portal.url)[1]) == 2
        assert set(portal.tokens) == {None}
        monkeypatch.setenv("PCIO_API_TOKEN", "secret")
        reading, seen = read(portal.url)
        assert len(seen) == 3
        assert not reading.source.sees_private
        assert "1 private" in reading.warnings[0].text("en")
        reading, _seen = read(portal.url, includes_private=True)
        assert reading.source.sees_private
        assert not reading.warnings


def test_a_token_does_not_follow_a_redirect_to_another_host():
    with Portal(catalog(1)) as other, Portal(catalog(1)) as portal:
        portal.faults.append(302)
        # localhost and 127.0.0.1 are two hosts.
        target = other.url.replace("127.0.0.1", "localhost")
        portal.headers = {"Location": f"{target}/api/3/action/package_search"}
        Api(portal.url, token="secret").action("package_search", {})
    assert portal.tokens == ["secret"]
    assert other.tokens == [None]


def test_dictionaries_are_asked_for_and_reach_the_facts(read):
    datasets = catalog(3)
    for number, dataset in enumerate(datasets):
        dataset["resources"] = [
            table(f"{number}-a"),
            table(f"{number}-b"),
            table("x", active=False),
        ]
    with Portal(datasets) as portal:
        portal.columns = {
            "r-0-a": DESCRIBED,
            "r-1-a": BARE,
            "r-1-b": DESCRIBED,
            "r-2-a": BARE,
            "r-2-b": BARE,
        }
        reading, seen = read(portal.url)
    assert not reading.warnings
    found = [facts_from_dataset(d, FactsSettings(), portal.url) for d in seen]
    assert [f.dictionary for f in found] == [True, True, False]
    asked = [q["resource_id"] for p, q in portal.requests if p.endswith("datastore_search")]
    assert sorted(asked) == ["r-0-a", "r-1-a", "r-1-b", "r-2-a", "r-2-b"]
    assert found[0].url == f"{portal.url}/dataset/name-0000"


def test_dictionaries_are_asked_for_politely(read):
    datasets = catalog(40)
    for number, dataset in enumerate(datasets):
        dataset["resources"] = [table(number)]
    with Portal(datasets) as portal:
        portal.columns = {f"r-{n}": DESCRIBED for n in range(40)}
        read(portal.url)
    assert 1 < portal.most_at_once <= 4


def test_a_dictionary_that_could_not_be_read_is_a_warning(read):
    datasets = catalog(3)
    for number, dataset in enumerate(datasets):
        dataset["resources"] = [table(number)]
    with Portal(datasets) as portal:
        portal.columns = {"r-0": DESCRIBED}
        reading, seen = read(portal.url)
    assert len(seen) == 3
    assert "of 2 datasets could not be read" in reading.warnings[0].text("en")


def test_a_portal_without_datastore_is_not_asked_for_ever(read):
    datasets = catalog(300)
    for number, dataset in enumerate(datasets):
        dataset["resources"] = [table(number)]
    with Portal(datasets) as portal:
        reading, _seen = read(portal.url)
    asked = sum(path.endswith("datastore_search") for path, _query in portal.requests)
    assert asked < 40
    assert "of 300 datasets" in reading.warnings[0].text("en")


def test_dictionaries_can_be_left_alone_and_the_reading_says_so(read):
    datasets = catalog(2)
    datasets[0]["resources"] = [table(0)]
    with Portal(datasets) as portal:
        reading, _seen = read(portal.url, dictionaries=False)
    assert not any(path.endswith("datastore_search") for path, _query in portal.requests)
    assert "not asked for; 1 datasets" in reading.warnings[0].text("en")


def test_missing_is_told_from_busy():
    with Portal() as portal, pytest.raises(MissingError):
        Api(f"{portal.url}/elsewhere").action("package_search", {})
