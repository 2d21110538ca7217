"""Datasets of a small province, created over the API as an office creates them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import ckan.plugins as p
from ckan.tests import factories, helpers

from ckanext.pcio.standard.vocabulary import vocabulary

ORIGIN = "https://catalog.department.example.go.th/dataset/roads"


def value(name: str, key: str) -> str:
    """Return the stored value of a vocabulary's key."""
    return vocabulary(name).by_key(key).value


def dataset_dict(owner_org: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a complete, current, open dataset with one CSV file, and `changes` made."""
    return {
        "name": f"pcio-dataset-{owner_org}-{number}"[:90],
        "title": f"จำนวนนักท่องเที่ยวรายเดือน ชุดที่ {number}",
        "owner_org": owner_org,
        "data_type": value("data_type", "statistics"),
        "maintainer": "กลุ่มงานข้อมูล",
        "maintainer_email": "data@example.go.th",
        "tag_string": "ท่องเที่ยว,สถิติ",
        "notes": "จำนวนนักท่องเที่ยวชาวไทยและชาวต่างประเทศที่เดินทางเข้ามาในจังหวัด",
        "objective": [vocabulary("objective").terms[0].value],
        "update_frequency_unit": value("update_frequency_unit", "year"),
        "update_frequency_interval": "1",
        "geo_coverage": vocabulary("geo_coverage").terms[1].value,
        "data_source": "สำนักงานการท่องเที่ยวและกีฬาจังหวัด",
        "data_format": [vocabulary("data_format").terms[0].value],
        "data_category": value("data_category", "public"),
        "data_classification": value("data_classification", "open"),
        "license_id": vocabulary("license_id").terms[0].value,
        "last_updated_date": (date.today() - timedelta(days=30)).isoformat(),
        "private": False,
        "resources": [
            {
                "name": "จำนวนนักท่องเที่ยว",
                "url": "https://data.example.go.th/tourists.csv",
                "format": "CSV",
            }
        ],
        **changes,
    }


def create(owner_org: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Create a dataset over the API and return it."""
    site_user = helpers.call_action("get_site_user")["name"]
    context = {"user": site_user, "ignore_auth": True}
    data_dict = dataset_dict(owner_org, number, **changes)
    return helpers.call_action("package_create", context, **data_dict)


@contextmanager
def loaded_plugins() -> Iterator[None]:
    """Load the plugins of the settings, as `with_plugins` does for a single test."""
    p.load_all()
    try:
        yield
    finally:
        p.unload_all()


def province() -> dict[str, Any]:
    """Create two offices with datasets of every state the roles see differently.

    Returns the organizations `statistics` and `tourism`, and the tokens of `editor` (of the
    tourism office) and `sysadmin`.
    """
    editor = factories.UserWithToken()
    tourism = factories.Organization(
        name="tourism",
        image_url="",
        title="สำนักงานการท่องเที่ยวและกีฬาจังหวัด",
        users=[{"name": editor["name"], "capacity": "editor"}],
    )
    statistics = factories.Organization(name="statistics", title="สำนักงานสถิติจังหวัด", image_url="")
    create("tourism", 1)
    create("tourism", 2, reference_url_catalog=ORIGIN)
    create("tourism", 3, private=True)
    create(
        "tourism",
        4,
        resources=[{"name": "แผ่นพับ", "url": "https://a.example/a.pdf", "format": "PDF"}],
    )
    create("statistics", 5)
    create("statistics", 6, private=True)
    create(
        "statistics",
        7,
        data_category=value("data_category", "personal"),
        data_classification=value("data_classification", "confidential"),
        license_id=value("license_id", "other"),
        license_id_other="ใช้ภายในหน่วยงานตามที่กฎหมายกำหนด",
        private=True,
    )
    return {
        "tourism": tourism,
        "statistics": statistics,
        "editor": editor["token"],
        "sysadmin": factories.SysadminWithToken()["token"],
    }
