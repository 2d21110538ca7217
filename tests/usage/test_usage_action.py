"""`pcio_usage_show` and `pcio_usage_list`: whose numbers, from when to when, and for whom."""

from __future__ import annotations

from datetime import date

import pytest
from freezegun import freeze_time

from ckanext.pcio.usage.statistics import NUMBERS
from tests.usage import filling
from tests.usage.filling import used

pytestmark = pytest.mark.usefixtures("counted_province")
TODAY = "2046-11-21 05:00"


@pytest.fixture(scope="module", autouse=True)
def counted_province(used_province, portal):
    """A year of use of three datasets, one of them private, and of the catalog itself."""
    filling.empty()
    province = used_province
    tourism, statistics = province.tourism["id"], province.statistics["id"]
    filling.fill(
        used("2045-12-10", province.dataset, "view", 5, office=tourism, visitors=3),
        used("2046-10-01", province.dataset, "view", 7, office=tourism, visitors=2),
        used("2046-11-20", province.dataset, "view", 4, office=tourism, visitors=4),
        used(
            "2046-11-20",
            province.dataset,
            "download",
            6,
            resource_id=province.own,
            office=tourism,
            visitors=5,
        ),
        used(
            "2046-11-20",
            province.dataset,
            "api_data",
            9,
            resource_id=province.own,
            office=tourism,
            access="machine",
        ),
        used("2046-11-20", province.dataset, "api_metadata", 2, office=tourism, access="machine"),
        used("2046-11-20", province.dataset, "view", 100, office=tourism, access="robot"),
        used("2046-11-21", province.private, "view", 50, office=tourism, visitors=8),
        used(
            "2046-11-21", province.other, "dump", 3, office=statistics, resource_id="r", visitors=2
        ),
        used("2046-11-21", "", "api_metadata", 11, access="machine"),
        used("2046-11-21", "00000000-purged", "view", 1000, visitors=20),
    )
    with freeze_time(TODAY):
        yield
    filling.empty()


def ask(app, action="pcio_usage_show", token=None, status=200, **arguments):
    headers = {"Authorization": token} if token else {}
    answer = app.post(f"/api/3/action/{action}", json=arguments, headers=headers, status=status)
    return answer.json["result" if status == 200 else "error"]


def numbers(*values):
    return dict(zip(NUMBERS, values, strict=True))


def test_a_dataset_by_month(portal, used_province):
    found = ask(portal, dataset_id=used_province.name)
    assert (found["start"], found["end"], found["by"]) == ("2045-12-01", "2046-11-21", "month")
    assert found["totals"] == numbers(16, 6, 11, 0, 16)
    assert [point["period"] for point in found["series"]][::11] == ["2045-12", "2046-11"]
    assert found["series"][0] == {
        "period": "2045-12",
        "start": "2045-12-01",
        "end": "2045-12-31",
        **numbers(5, 0, 0, 0, 3),
    }
    assert found["series"][1]["view"] == 0
    assert found["audience"] == {"public": 22, "own_office": 0, "other_agency": 0, "machine": 11}
    assert found["access"] == {"regular": 22, "machine": 11, "robot": 100}
    assert found["counter"] == {
        "total_investigations": 33,
        "unique_investigations": 16,
        "total_requests": 15,
        "unique_requests": 6,
    }
    assert found["since"] == "2045-12-10"
    assert found["scope"]["type"] == "dataset"
    assert found["unique_visitors_of"] == "scope"


def test_a_resource_has_its_own_visitors_and_no_sessions(portal, used_province):
    found = ask(portal, resource_id=used_province.own)
    assert found["totals"] == numbers(0, 6, 9, 0, 6)
    assert found["counter"]["total_requests"] == 15
    assert found["counter"]["unique_requests"] is None


def test_months_and_edges_add_up_to_the_days(portal, used_province):
    """Whole months are read from one table, the days at the edges from another."""
    asked = {"dataset_id": used_province.dataset, "start": "2045-12-10", "end": "2046-11-20"}
    by_day, by_year = (ask(portal, by=by, **asked) for by in ("day", "fiscal_year"))
    assert by_day["totals"] == by_year["totals"] == numbers(16, 6, 11, 0, 16)
    assert by_day["counter"] == by_year["counter"]
    assert len(by_day["series"]) == (date(2046, 11, 20) - date(2045, 12, 10)).days + 1
    assert [(one["period"], one["view"]) for one in by_year["series"]] == [
        ("FY2046", 5),
        ("FY2047", 11),
    ]


def test_what_was_not_counted_is_not_nought(portal, used_province):
    found = ask(
        portal, dataset_id=used_province.dataset, by="month", start="2045-10-01", end="2046-12-31"
    )
    assert found["series"][1]["view"] is None
    assert found["series"][2]["view"] == 5
    assert found["series"][3]["view"] == 0
    assert found["series"][-1]["view"] is None


def test_the_portal_adds_up_what_the_caller_sees(portal, used_province):
    found = ask(portal)
    # Two open datasets and the catalog's own documents.
    assert found["totals"] == numbers(16, 6, 22, 3, 18)
    assert found["unique_visitors_of"] == "datasets"
    editor = ask(portal, token=used_province.editor)
    assert editor["totals"] == numbers(66, 6, 22, 3, 26)
    everything = ask(portal, token=used_province.sysadmin)
    # Of the purged dataset too, and each visitor of the portal once a day.
    assert everything["totals"] == numbers(1066, 6, 22, 3, 47)
    assert everything["unique_visitors_of"] == "scope"
    assert everything["access"]["robot"] == 100


def test_an_office_is_the_sum_of_its_datasets(portal, used_province):
    found = ask(portal, organization_id="tourism")
    assert found["totals"] == numbers(16, 6, 11, 0, 16)
    assert found["unique_visitors_of"] == "datasets"
    own = ask(portal, organization_id="tourism", token=used_province.editor)
    assert own["totals"] == numbers(66, 6, 11, 0, 24)
    assert own["unique_visitors_of"] == "scope"


def test_classes_and_types_choose_among_datasets(portal, used_province):
    assert ask(portal, **{"class": "open"})["totals"]["view"] == 16
    assert ask(portal, **{"class": "other"})["totals"]["view"] == 0
    assert ask(portal, data_type="statistics")["totals"]["view"] == 16
    assert ask(portal, data_type="record")["totals"]["view"] == 0


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"start": "2569-10-01"}, "start"),
        ({"start": "2046-02-30"}, "start"),
        ({"start": "2046-05-01", "end": "2046-04-30"}, "end"),
        ({"start": "1990-01-01", "by": "day"}, "by"),
        ({"by": "week"}, "by"),
        ({"class": "secret"}, "class"),
        ({"data_type": "nonsense"}, "data_type"),
        ({"dataset_id": "a", "organization_id": "b"}, "dataset_id"),
        ({"dataset_id": "pcio-dataset-tourism-1", "class": "open"}, "class"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(portal, arguments, field):
    error = ask(portal, status=409, **arguments)
    assert error[field][0]


def test_a_private_dataset_has_no_numbers_for_strangers(portal, used_province):
    ask(portal, dataset_id=used_province.private, status=403)
    found = ask(portal, dataset_id=used_province.private, token=used_province.editor)
    assert found["totals"]["view"] == 50
    ask(portal, dataset_id="00000000-purged", status=404)
    ask(portal, resource_id="none", status=404)
    ask(portal, organization_id="none", status=404)


def test_coverage_speaks_the_language_asked_for(portal):
    thai, english = (ask(portal, lang=lang)["coverage"] for lang in ("th", "en"))
    assert len(thai) == len(english) > 3
    assert all(sentence.isascii() or "’" in sentence for sentence in english)
    assert not any(sentence.isascii() for sentence in thai)


class TestList:
    def rows(self, portal, **arguments):
        return ask(portal, "pcio_usage_list", **arguments)

    def test_datasets_with_those_nobody_used(self, portal, used_province):
        found = self.rows(portal)
        assert found["count"] == 4
        first = found["results"][0]
        assert first["id"] == used_province.dataset
        assert first["organization_title"]
        assert {name: first[name] for name in NUMBERS} == numbers(16, 6, 11, 0, 16)
        assert found["results"][-1]["view"] == 0
        assert found["rest"] == {"catalog": numbers(0, 0, 11, 0, 0)}

    def test_rows_and_rest_add_up_to_the_total(self, portal, used_province):
        token = used_province.sysadmin
        found = self.rows(portal, token=token, limit=1000)
        total = ask(portal, token=token)["totals"]
        for name in ("view", "download", "api", "dump"):
            rows = [*found["results"], *found["rest"].values()]
            assert sum(row[name] for row in rows) == total[name]
        assert found["rest"]["deleted"]["view"] == 1000

    def test_pages_and_sorts(self, portal):
        titles = [
            self.rows(portal, sort="title", limit=1, offset=offset)["results"][0]["title"]
            for offset in range(4)
        ]
        assert titles == sorted(titles)
        assert self.rows(portal, offset=50)["results"] == []
        assert self.rows(portal, offset=50)["count"] == 4
        assert self.rows(portal, sort="-dump")["results"][0]["dump"] == 3
        ask(portal, "pcio_usage_list", sort="nonsense", status=409)

    def test_resources(self, portal, used_province):
        found = self.rows(
            portal, table="resources", dataset_id=used_province.name, sort="-download"
        )
        assert found["results"][0]["id"] == used_province.own
        assert found["results"][0]["unique_visitors"] == 6
        assert found["count"] == len(found["results"])

    def test_offices(self, portal, used_province):
        found = self.rows(portal, table="organizations", token=used_province.sysadmin)
        by_name = {row["name"]: row for row in found["results"]}
        assert by_name["tourism"]["view"] == 66
        # Each visitor once a day, and not once for each dataset.
        assert by_name["tourism"]["unique_visitors"] == 24
        assert self.rows(portal, table="organizations")["results"][0]["view"] == 16

    def test_classes_and_types(self, portal):
        classes = self.rows(portal, table="classes")["results"]
        assert [row["id"] for row in classes] == ["open", "sharable", "other"]
        assert classes[0]["view"] == 16
        assert classes[0]["datasets"] == 4
        (kind,) = self.rows(portal, table="data_types", lang="en")["results"]
        assert kind["id"] == "statistics"

    def test_change_is_against_the_range_of_equal_length_before(self, portal, used_province):
        found = self.rows(portal, start="2046-11-01", end="2046-11-30")
        row = found["results"][0]
        assert (found["previous_start"], found["previous_end"]) == ("2046-10-01", "2046-10-31")
        assert row["previous"]["view"] == 7
        assert row["change"]["view"] == -43
        assert row["change"]["download"] is None
        # Nothing was counted a year before, so nothing is compared.
        assert self.rows(portal)["results"][0]["previous"] is None
