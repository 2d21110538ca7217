"""Which pages count, and what a request was, told by what CKAN did for it."""

from __future__ import annotations

import pytest
from flask import Response, request

from ckanext.pcio.usage import attribution
from ckanext.pcio.usage.attribution import Notes, Use

ROADS, MAP = "6b1f0d3c-1111-4222-8333-444455556666", "0a1b2c3d-1111-4222-8333-444455556666"


@pytest.fixture
def finders(application):
    return attribution.finders(application.view_functions)


def test_the_pages_that_count(finders):
    assert sorted(finders) == [
        "api.action",
        "dataset.read",
        "dataset_resource.download",
        "dataset_resource.read",
        "datastore.dump",
        "dcat.read_catalog",
        "dcat.read_dataset",
        "dcat.read_dataset_series",
        "file.download",
        "resource.download",
        "resource.read",
    ]


def test_datasets_of_another_type_have_pages_that_count_too(application, finders):
    views = dict(application.view_functions)
    views["series.read"] = views["dataset.read"]
    views["series_resource.download"] = views["dataset_resource.download"]
    found = attribution.finders(views)
    assert found["series.read"] is finders["dataset.read"]
    assert found["series_resource.download"] is finders["resource.download"]


def test_a_page_another_extension_took_over_keeps_its_name(application, finders):
    def theirs():
        """Another extension's page of a dataset."""

    found = attribution.finders({**application.view_functions, "dataset.read": theirs})
    assert found["dataset.read"] is finders["dataset.read"]


@pytest.mark.parametrize(
    ("owner", "use"),
    [
        ({"owner_type": "resource", "owner_id": MAP}, ("office", ROADS, MAP)),
        ({"owner_type": "package", "owner_id": ROADS}, ("office", ROADS, "")),
        ({"owner_type": "user", "owner_id": "someone"}, None),
        ({"owner_type": None, "owner_id": None}, None),
    ],
)
def test_a_file_asked_for_by_its_own_id_counts_for_whom_it_belongs_to(
    application, finders, owner, use
):
    notes = Notes(finders["file.download"])
    notes.dataset({"id": ROADS, "owner_org": "office", "state": "active"})
    notes.resources[MAP] = ROADS
    notes.calls["file_show"] = ({}, {"id": "file", **owner})
    with application.test_request_context("/file/download/file"):
        found = attribution.uses(request, Response(), notes)
    expected = [] if use is None else [("download", *use)]
    assert [
        (one.kind, one.organization_id, one.dataset_id, one.resource_id) for one in found
    ] == expected


@pytest.mark.parametrize(
    ("location", "number"),
    [
        ("https://data.example.go.th/a.csv", 1),
        ("https://data.example.go.th/datastore/dump/x", 1),
        ("http://test.ckan.net/files/a.csv", 1),
        ("http://test.ckan.net/datastore/dump/0a1b", 0),
        ("/datastore/dump/0a1b", 0),
        ("http://test.ckan.net/user/login?came_from=x", 0),
    ],
)
def test_a_redirect_to_what_is_counted_by_itself_does_not_count(
    application, finders, location, number
):
    notes = Notes(finders["resource.download"])
    notes.calls["package_show"] = ({}, {"id": ROADS})
    answer = Response(status=302, headers={"Location": location})
    with application.test_request_context(f"/dataset/roads/resource/{MAP}/download"):
        found = attribution.uses(request, answer, notes)
    assert len(found) == number


def test_a_draft_does_not_count(application, finders):
    notes = Notes(finders["resource.download"])
    notes.calls["package_show"] = ({}, {"id": ROADS})
    notes.dataset({"id": ROADS, "owner_org": "office", "state": "draft"})
    with application.test_request_context(f"/dataset/roads/resource/{MAP}/download"):
        assert attribution.uses(request, Response(), notes) == []


def test_no_request_makes_more_events_than_a_few(application, finders):
    names = [f'"{number:08x}-1111-4222-8333-444455556666"' for number in range(100)]
    notes = Notes(finders["api.action"])
    sql = f"SELECT * FROM {', '.join(names)}, {names[0]}"
    notes.calls["datastore_search_sql"] = ({"sql": sql}, {})
    with application.test_request_context("/api/3/action/datastore_search_sql"):
        found = attribution.uses(request, Response(), notes)
    assert len(found) == len({use.url for use in found}) == 20
    assert all(isinstance(use, Use) and use.kind == "api_data" for use in found)


@pytest.mark.parametrize("resource", ["a|b", "a\nb", "x" * 200])
def test_an_id_that_would_break_a_counters_name_is_not_counted(application, finders, resource):
    notes = Notes(finders["file.download"])
    notes.calls["file_show"] = ({}, {"id": "f", "owner_type": "resource", "owner_id": resource})
    notes.resources[resource] = ROADS
    with application.test_request_context("/file/download/file"):
        assert attribution.uses(request, Response(), notes) == []
