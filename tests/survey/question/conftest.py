"""One open survey for all tests of a file, its people, and their browsers.

Each test keeps to a question of its own, so nothing has to be cleaned between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup, Tag
from ckan import model
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action

from tests.dashboard.builders import loaded_plugins
from tests.schema.records import mandatory
from tests.survey.response.conftest import EDITION, act

SETTINGS = ("ckanext.pcio.survey.secretary_organization", "ckanext.pcio.survey.provincial_office")
ROLES = ("anonymous", "stranger", "member", "editor", "other", "secretary", "sysadmin")


@pytest.fixture(scope="module")
def app(reset_db, migrate_db_for, reset_index) -> Iterator[Any]:
    """One web application for all tests of a file."""
    with loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        yield helpers._get_test_app()


@pytest.fixture(scope="module")
def people(app) -> Iterator[dict[str, Any]]:
    """Everybody by role, as users with a token; the survey is open and put to the offices."""
    with pytest.MonkeyPatch.context() as patch:
        made = {role: factories.UserWithToken() for role in ROLES[1:-1]}
        made["sysadmin"] = factories.SysadminWithToken()
        users = {
            "province": [("secretary", "admin")],
            "health": [("editor", "editor"), ("member", "member")],
            "transport": [("other", "editor")],
        }
        for name, members in users.items():
            found = [{"name": made[who]["name"], "capacity": role} for who, role in members]
            made[name] = factories.Organization(name=name, title=f"สำนักงาน {name}", users=found)
        for name in SETTINGS:
            patch.setitem(tk.config, name, "province")
        make_dataset("one")
        make_dataset("hidden", private=True)
        act(made["secretary"], "pcio_survey_open", edition=EDITION, deadline="2024-06-21")
        act(made["secretary"], "pcio_survey_assign", edition=EDITION, usual=True)
        yield made


@pytest.fixture(autouse=True)
def settings(people, monkeypatch) -> Iterator[None]:
    """The secretary's office is named; what a test left undone in the database is undone."""
    for name in SETTINGS:
        monkeypatch.setitem(tk.config, name, "province")
    yield
    model.Session.rollback()


def make_dataset(name: str, **changes: Any) -> None:
    """Create an open dataset of the health office."""
    record = mandatory(name=name, title=f"ข้อมูล {name}", owner_org="health", **changes)
    record["resources"] = [{"name": "x", "url": "http://x.example/a.csv", "format": "CSV"}]
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    call_action("package_create", {"user": site_user, "ignore_auth": True}, **record)


class Browser:
    """Somebody's browser, without JavaScript."""

    def __init__(self, app: Any, token: str | None) -> None:
        self.app = app
        self.headers = {"Authorization": token} if token else {}
        self.answer: Any = None

    def get(self, url: str, status: int = 200) -> BeautifulSoup:
        """Open a page; an address without a beginning is a question's, or what is below it."""
        return self._read(
            self.app.get(whole(url), headers=self.headers, follow_redirects=False), status
        )

    def send(
        self, form: Tag, button: str | Tag = "", status: int = 302, **changes: Any
    ) -> BeautifulSoup:
        """Send a form as its inputs stand, with `changes`, by the button that says `button`."""
        data: dict[str, Any] = {}
        for name, value in filled(form):
            data.setdefault(name, []).append(value)
        target = str(form["action"])
        if button:
            buttons = form.select("button")
            found = (b for b in buttons if isinstance(button, str) and button in b.text)
            pressed = button if isinstance(button, Tag) else next(found)
            target = str(pressed.get("formaction", target))
            if pressed.get("name"):
                data[str(pressed["name"])] = [str(pressed["value"])]
        data.update({name: value for name, value in changes.items() if value is not None})
        for name, value in changes.items():
            if value is None:
                data.pop(name, None)
        answer = self.app.post(
            target,
            headers=self.headers,
            data=data,
            content_type="multipart/form-data",
            follow_redirects=False,
        )
        return self._read(answer, status)

    def _read(self, answer: Any, status: int) -> BeautifulSoup:
        assert answer.status_code == status, text(BeautifulSoup(answer.data, "html.parser"))[:2000]
        self.answer = answer
        return BeautifulSoup(answer.data, "html.parser")


@pytest.fixture
def browsers(app, people):
    """Return somebody's browser by role."""

    def open_one(role: str) -> Browser:
        return Browser(app, None if role == "anonymous" else people[role]["token"])

    return open_one


def whole(url: str) -> str:
    """Return the address of a question, or of what is below it."""
    return url if url.startswith("/") else f"/readiness/survey/{EDITION}/question/{url}"


def filled(form: Tag) -> Iterator[tuple[str, str]]:
    """Yield names and values of a form's inputs as a browser sends them."""
    for each in form.select("input[name], textarea[name]"):
        kind = each.get("type", "text")
        if each.name == "textarea":
            yield str(each["name"]), each.text.removeprefix("\n")
        elif kind in {"radio", "checkbox"}:
            if each.has_attr("checked"):
                yield str(each["name"]), str(each.get("value", "on"))
        elif kind != "file":
            yield str(each["name"]), str(each.get("value", ""))


def text(page: Any) -> str:
    """Return what is to be read on a page, white space folded."""
    return " ".join(page.get_text(" ").split())


def form(page: BeautifulSoup) -> Tag:
    """Return the form of the answer or of the contribution."""
    (found,) = page.select("form.pcio-question-form")
    return found


def told(who: dict[str, Any], question: str) -> dict[str, Any]:
    """Return a question as its action tells it to somebody."""
    return act(who, "pcio_survey_show", edition=EDITION, question=question)["questions"][0]
