"""What people tell the registers, and what the portal counts, reaches the answers at once."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.usage.model import BY_DATASET
from tests.dashboard.reading import statements
from tests.schema.records import mandatory

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

DATASETS = ("rice", "fish", "road")


@pytest.fixture
def act(with_plugins, clean_db, clean_index):
    """Call an action as a sysadmin, after making an office with three open datasets."""
    sysadmin = factories.Sysadmin()["name"]
    office = factories.Organization(name="office", title="สำนักงานตัวอย่าง")["id"]

    def call(name: str, /, **arguments: Any) -> dict[str, Any]:
        user = model.User.get(sysadmin)
        return tk.get_action(name)({"user": sysadmin, "auth_user_obj": user}, arguments)

    for name in DATASETS:
        call("package_create", **mandatory(name=name, title=f"ข้อมูล {name}", owner_org=office))
    return call


def answer(question):
    shown = call_action("pcio_assessment_show")
    return next(each for each in shown["answers"] if each["id"] == question)


def reuse(act, dataset, **changes):
    entry = {"title": "แผนที่", "how": "ทำแผนที่แจ้งเตือน", "user_kind": "citizen"}
    told = act(
        "pcio_reuse_create",
        **entry,
        type="application",
        datasets=[dataset],
        user_name="ชมรม",
        **changes,
    )
    return act("pcio_reuse_show", id=told["id"])


def demand(act, **changes):
    return act("pcio_demand_create", title="ขอข้อมูลแหล่งน้ำ", **changes)


def used(dataset, count):
    row = {
        "dataset_id": model.Package.get(dataset).id,
        "month": today_in_thailand().replace(day=1),
        "download": count,
    }
    model.Session.execute(sa.insert(BY_DATASET).values(**row))
    model.Session.commit()


def test_an_approved_reuse_is_the_first_row_of_p2_2_1_3(act):
    assert all(row["by_default"] for row in answer("P2.2.1.3")["values"]["rows"])
    told = reuse(act, "fish")
    assert all(row["by_default"] for row in answer("P2.2.1.3")["values"]["rows"])
    act("pcio_reuse_review", id=told["id"], version=told["version"], decision="approve")
    first = answer("P2.2.1.3")["values"]["rows"][0]
    assert (first["dataset"], first["by_default"]) == ("ข้อมูล fish", False)
    assert "ชมรม" in first["user"]


def test_rows_by_default_begin_with_the_most_used(act):
    used("road", 5)
    used("fish", 70)
    rows = answer("P2.2.1.3")["values"]["rows"]
    assert [row["dataset"] for row in rows] == ["ข้อมูล fish", "ข้อมูล road", "ข้อมูล rice"]


def test_a_fulfilled_demand_is_an_item_of_p2_2_2(act):
    asked = demand(act)
    before = answer("P2.2.2")
    assert (before["option"], before["values"]["items"]) == ("no", 0)
    shown = act("pcio_demand_show", id=asked["id"])
    public = {"version": shown["version"], "moderation": "public"}
    shown = act("pcio_demand_update", id=asked["id"], **public)
    act(
        "pcio_demand_answer",
        id=asked["id"],
        version=shown["version"],
        answer="fulfilled",
        dataset="rice",
    )
    after = answer("P2.2.2")
    assert (after["option"], after["values"]["items"]) == ("yes", 1)
    assert after["values"]["rows"][0]["item"] == "ข้อมูล rice"


def test_an_exchange_is_a_partner_of_p2_2_3(act):
    assert answer("P2.2.3.1")["option"] == "none"
    act(
        "pcio_exchange_create",
        dataset="rice",
        partner="กรมตัวอย่าง",
        tier="department",
        method="api",
        status="linked",
        starts_on="2568-01-01",
    )
    linked = answer("P2.2.3.1")
    assert (linked["option"], linked["values"]["department"]) == ("available", True)
    assert answer("P2.2.3.2")["option"] == "yes"


def test_the_registers_cost_the_same_for_any_number_of_entries(act):
    def add(number):
        for dataset in DATASETS[:number]:
            told = reuse(act, dataset)
            act("pcio_reuse_review", id=told["id"], version=told["version"], decision="approve")
            demand(act)
            act(
                "pcio_exchange_create",
                **{"dataset": dataset, "partner": f"กรม {dataset}", "tier": "other"},
                **{"method": "api", "status": "waiting"},
            )
            used(dataset, 3)

    def count():
        with statements() as seen:
            call_action("pcio_assessment_show")
        return len(seen)

    add(1)
    few = count()
    model.Session.execute(sa.delete(BY_DATASET))
    add(3)
    assert count() <= few
