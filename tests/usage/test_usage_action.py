"""`pcio_usage_show` and `pcio_usage_list`: whose numbers, from when to when, and for whom."""

from __future__ import annotations

from datetime import date

import pytest
from freezegun import freeze_time

from ckanext.pcio.usage.statistics import NUMBERS
from tests.usage import filling
from tests.usage.filling import used

pytestmark = pytest.mark.usefixtures("counted_province")
TODAY = "2026-11-21 05:00"


@pytest.fixture(scope="module", autouse=True)
def counted_province(used_province, portal):
    """A year of use of three datasets, one of them private, and of the catalog itself."""
    filling.empty()
    province = used_province
    tourism, statistics = province.tourism["id"], province.statistics["id"]
    filling.fill(
        used("2025-12-10", province.dataset, "view", 5, office=tourism, visitors=3),
        used("2026-10-01", province.dataset, "view", 7, office=tourism, visitors=2),
        used("2026-11-20", province.dataset, "view", 4, office=tourism, visitors=4),
        used(
            "2026-11-20",
            province.dataset,
            "download",
            6,
            resource_id=province.own,
            office=tourism,
            visitors=5,
        ),
        used(
            "2026-11-20",
            province.dataset,
            "api_data",
            9,
            resource_id=province.own,
            office=tourism,
            access="machine",
        ),
        used("2026-11-20", province.dataset, "api_metadata", 2, office=tourism, access="machine"),
        used("2026-11-20", province.dataset, "view", 100, office=tourism, access="robot"),
        used("2026-11-21", province.private, "view", 50, office=tourism, visitors=8),
        used("2026-11-21", province.other, "dump", 3, office=statistics, resource_id="r", visitors=2),
        used("2026-11-21", "", "api_metadata", 11, access="machine"),
        used("2026-11-21", "00000000-purged", "view", 1000, visitors=20),
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
    assert (found["start"], found["end"], found["by"]) == ("2025-12-01", "2026-11-21", "month")
    assert found["totals"] == numbers(16, 6, 11, 0, 16)
    assert [point["period"] for point in found["series"]][::11] == ["2025-12", "2026-11"]
    assert found["series"][0] == {
        "period": "2025-12",
        "start": "2025-12-01",
        "end": "2025-12-31",
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
    assert found["since"] == "2025-12-10"
    assert found["scope"]["type"] == "dataset"
    assert found["unique_visitors_of"] == "scope"
