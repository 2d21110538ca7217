"""One survey and its people for all tests of a file; nobody has opened it yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from tests.survey.question.conftest import ROLES, SETTINGS, app, browsers, make_dataset
from tests.survey.response.conftest import EDITION, act

__all__ = ["ROLES", "app", "browsers"]

USERS = {
    "province": [("secretary", "admin")],
    "health": [("editor", "editor"), ("member", "member")],
    "transport": [("other", "editor")],
}


@pytest.fixture(scope="module")
def people(app) -> dict[str, Any]:
    """Everybody by role, as users with a token, and the offices by name."""
    made: dict[str, Any] = {role: factories.UserWithToken() for role in ROLES[1:-1]}
    made["sysadmin"] = factories.SysadminWithToken()
    for name, members in USERS.items():
        found = [{"name": made[who]["name"], "capacity": role} for who, role in members]
        title = f"{'=' if name == 'transport' else ''}สำนักงาน {name}"
        made[name] = factories.Organization(name=name, title=title, users=found)
    make_dataset("one")
    return made


@pytest.fixture(autouse=True)
def settings(people, monkeypatch) -> Iterator[None]:
    """The secretary's office is named; what a test left undone in the database is undone."""
    for name in SETTINGS:
        monkeypatch.setitem(tk.config, name, "province")
    yield
    model.Session.rollback()


@pytest.fixture(scope="module")
def opened(people) -> dict[str, Any]:
    """The survey is open and put to the offices as usual."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.setitem(tk.config, name, "province")
        found = act(people["sysadmin"], "pcio_survey_show", edition=EDITION)
        if found["state"] == "none":
            act(people["sysadmin"], "pcio_survey_open", edition=EDITION, deadline="2024-06-21")
        act(people["sysadmin"], "pcio_survey_assign", edition=EDITION, usual=True)
    return people
