"""Two offices, their people, and datasets of every level."""

from __future__ import annotations

from typing import Any, ClassVar

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from tests.schema.records import mandatory

PARTNER = "health-office-api"
INTERNAL = {
    "data_category": "ข้อมูลใช้ภายใน",
    "data_classification": "ชั้นเผยแพร่ภายในองค์กร",
}
CONFIDENTIAL = {
    "data_category": "ข้อมูลส่วนบุคคล",
    "data_classification": "ลับ",
    **{"license_id": "อื่นๆ", "license_id_other": "ตามที่กฎหมายกำหนด"},
}


@pytest.fixture
def offices(with_plugins, clean_db, clean_index):
    """Ids of "office" and "other" by name."""
    return {
        "office": factories.Organization(name="office", title="สำนักงานจังหวัด")["id"],
        "other": factories.Organization(name="other", title="สำนักงานสาธารณสุขจังหวัด")["id"],
    }


@pytest.fixture
def make_dataset(offices):
    """Create a dataset as the site's own user."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def make(name: str, owner: str = "office", **changes: Any) -> dict[str, Any]:
        record = {**mandatory(name=name, title=f"ข้อมูล {name}"), "owner_org": offices[owner]}
        context = {"ignore_auth": True, "user": site_user}
        return tk.get_action("package_create")(context, {**record, **changes})

    return make


class People(dict[str, str]):
    """Names of one person of every role, made when first asked for: a password costs a while."""

    OFFICES: ClassVar = {
        "member": ("office", "member"),
        "editor": ("office", "editor"),
        "admin": ("office", "admin"),
        "other_admin": ("other", "admin"),
    }

    def __missing__(self, role: str) -> str:
        if role == "anonymous":
            name = ""
        elif role == "sysadmin":
            name = factories.Sysadmin()["name"]
        else:
            name = factories.User()["name"]
        if role in self.OFFICES:
            office, capacity = self.OFFICES[role]
            call_action("organization_member_create", id=office, username=name, role=capacity)
        self[role] = name
        return name


@pytest.fixture
def people(offices):
    """People by role; `PARTNER` is the account a partner agency uses."""
    factories.User(name=PARTNER)
    return People()


@pytest.fixture
def act(people):
    """Call an action as the person of a role, with all checks."""

    def call(role: str, name: str, /, **arguments: Any) -> Any:
        user = people[role]
        context = {
            "user": user,
            "ignore_auth": False,
            "auth_user_obj": model.User.get(user) if user else None,
        }
        return tk.get_action(name)(context, arguments)

    return call


@pytest.fixture
def record(act):
    """Record an exchange as the office's editor; keyword arguments change the entry."""

    def make(dataset: str, **changes: Any) -> dict[str, Any]:
        entry = {
            "dataset": dataset,
            "partner": "สำนักงานสาธารณสุขจังหวัดตัวอย่าง",
            "tier": "province",
            "method": "api",
            "status": "linked",
            "starts_on": "2568-01-15",
            "legal_basis": "บันทึกข้อตกลง เลขที่ 5/2568",
        }
        return act("editor", "pcio_exchange_create", **{**entry, **changes})

    return make
