"""A survey that is open, the offices it is put to, and the people of each."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from tests.schema.records import mandatory

EDITION = "pcio-2567"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def act(who: dict[str, Any] | None, name: str, /, **arguments: Any) -> Any:
    """Call an action in somebody's name, as the API does."""
    context = {"user": who["name"] if who else "", "ignore_auth": False}
    return tk.get_action(name)(context, arguments)


def pdf(name: str = "มติที่ประชุม.pdf", content: bytes = PDF) -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


@pytest.fixture
def people(with_plugins, clean_db, clean_index, monkeypatch):
    """Everybody by role: secretary, editor, member, other (editor of another office), stranger."""
    made = {
        name: factories.User() for name in ("secretary", "editor", "member", "other", "stranger")
    }
    users = {
        "province": [("secretary", "admin")],
        "health": [("editor", "editor"), ("member", "member")],
        "transport": [("other", "editor")],
    }
    for name, members in users.items():
        factories.Organization(
            name=name,
            title=f"สำนักงาน {name}",
            users=[{"name": made[who]["name"], "capacity": role} for who, role in members],
        )
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.secretary_organization", "province")
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.provincial_office", "province")
    made["sysadmin"] = factories.Sysadmin()
    return made


@pytest.fixture
def opened(people):
    """The survey is open and put to the offices as usual."""
    act(people["secretary"], "pcio_survey_open", edition=EDITION, deadline="2024-06-21")
    act(people["secretary"], "pcio_survey_assign", edition=EDITION, usual=True)
    return people


@pytest.fixture
def make_dataset():
    def make(name: str, **changes: Any) -> dict[str, Any]:
        record = mandatory(name=name, title=f"ข้อมูล {name}", owner_org="health", **changes)
        record["resources"] = [{"name": "x", "url": "http://x.example/a.csv", "format": "CSV"}]
        site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return call_action("package_create", {"user": site_user, "ignore_auth": True}, **record)

    return make


def question(who: dict[str, Any] | None, name: str) -> dict[str, Any]:
    """Return a question as `pcio_survey_show` tells it to somebody."""
    shown = act(who, "pcio_survey_show", edition=EDITION)
    return next(each for each in shown["questions"] if each["id"] == name)
