"""The GD Catalog indicator: SQL and Python agree, each failing dataset has its reasons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model

from ckanext.pcio.catalog.model import TABLE, row_from_facts
from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.survey.gd_catalog import CONDITIONS, counts, reasons
from tests.dashboard.reading import statements
from tests.survey.builders import facts

TODAY = today_in_thailand()
LATER = TODAY + timedelta(days=30)
STATES = ("COMPLETED", "", "REJECT", None)
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"missing": ("tags", "objective"), "invalid": ("maintainer_email",)},
    {"own": False},
    {"due_on": TODAY - timedelta(days=1)},
    {"due_on": TODAY},
    {"due_on": None, "last_updated": None},
    {"frequency_unit": None, "due_on": None},
    {"frequency_unit": "realtime", "due_on": None},
    {"private": True},
    {"state": "draft"},
    {"category": "internal", "level": "internal"},
    {"level": None, "own": False, "missing": ("title",)},
)
OFFICES = ("health", "roads")


@pytest.fixture(scope="module")
def catalog(people):
    """Every variant in every state of registration, in two offices: pairs of facts and state."""
    for table in (TABLE, REGISTRATION):
        model.Session.execute(table.delete())
    made = []
    for number in range(len(VARIANTS) * len(STATES)):
        changes = {"due_on": LATER, **VARIANTS[number % len(VARIANTS)]}
        office = OFFICES[number % 2]
        each = facts(number, **changes, organization=office, organization_title=office)
        state = STATES[number // len(VARIANTS)]
        label = "public" if each.published else f"member-{people['offices'][office]}"
        row = row_from_facts(each, people["offices"][office], [label])
        model.Session.execute(TABLE.insert().values(row))
        if state is not None:
            told = {"package_id": each.id, "name": "", "source": "service", "error": ""}
            model.Session.execute(REGISTRATION.insert().values(state=state, **told))
        made.append((each, state or ""))
    model.Session.commit()
    return made


@pytest.fixture
def shown(people, catalog):
    def call(role: str = "editor", **asked: Any) -> Any:
        user = model.User.get(people[role])
        context = {"user": user.name, "auth_user_obj": user, "ignore_auth": False}
        return tk.get_action("pcio_gd_catalog_show")(context, {"limit": 100, "lang": "en", **asked})

    return call


def failing(catalog, condition=None, own=False, office=None):
    return {
        each.id: told
        for each, state in catalog
        if each.open
        and (told := reasons(each, state, TODAY))
        and (not condition or condition in {reason.condition for reason in told})
        and (each.own or not own)
        and (office is None or each.organization == office)
    }


def test_the_numbers_are_those_of_the_pure_rule(shown, catalog):
    told = shown()
    for whose in ("all", "own"):
        among = [(f, s) for f, s in catalog if f.open and (f.own or whose == "all")]
        numbers = told[whose]
        assert numbers["open"] == len(among)
        assert numbers["standard"] == sum(counts(f, s, TODAY) for f, s in among) > 0
        assert numbers["complete"] == sum(f.complete for f, _ in among)
        assert numbers["current"] == sum(f.current(TODAY) for f, _ in among)
        assert numbers["registered"] == sum(s == "COMPLETED" for _, s in among)
    by_office = {each["name"]: each["all"] for each in told["organizations"]}
    assert set(by_office) == set(OFFICES)
    assert sum(each["open"] for each in by_office.values()) == told["all"]["open"]


@pytest.mark.parametrize("condition", [None, *CONDITIONS])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("office", [None, "roads"])
def test_every_failing_dataset_is_listed_with_its_reasons(shown, catalog, condition, own, office):
    asked = {"reason": condition, "own": own, "organization": office}
    found = shown(**{name: value for name, value in asked.items() if value})
    expected = failing(catalog, condition, own, office)
    assert found["count"] == len(expected) > 0
    assert {row["id"]: [r["sentence"] for r in row["reasons"]] for row in found["results"]} == {
        key: [reason.sentence.text("en") for reason in told] for key, told in expected.items()
    }


def test_pages_hold_every_row_once(shown):
    rows = [row["id"] for at in range(0, 60, 7) for row in shown(limit=7, offset=at)["results"]]
    assert len(rows) == len(set(rows)) == shown()["count"]


def test_reasons_in_words():
    one = facts(1, due_on=date(2026, 1, 31), missing=("tags",), invalid=("maintainer_email",))
    assert [each.sentence.text("en") for each in reasons(one, "REJECT", date(2026, 2, 1))] == [
        "Not up to date since its update was due on 31 January 2026",
        "Missing: Tags",
        "Not valid: Contact e-mail",
        "Registration: Did not pass",
    ]
    assert [each.field for each in reasons(one, "", date(2026, 2, 1))] == [
        "last_updated_date", "tag_string", "maintainer_email", "",
    ]  # fmt: skip
    assert reasons(one, "COMPLETED", date(2026, 1, 31))[0].condition == "complete"
    copy = facts(1, own=False, due_on=LATER)
    assert "the catalog it comes from" in reasons(copy, "", TODAY)[0].sentence.text("en")
    assert reasons(copy, "COMPLETED", TODAY) == ()


def test_who_may_mend_is_told(shown):
    mine = {row["organization"] for row in shown()["results"] if row["may_edit"]}
    assert mine == {"health"}
    assert not any(row["may_edit"] for row in shown("member")["results"])
    with pytest.raises(tk.NotAuthorized):
        shown("stranger")


def test_hostile_arguments(shown):
    for wrong in ({"reason": "x' or 1=1"}, {"reason": ["current"]}, {"organization": ["a"]}):
        with pytest.raises(tk.ValidationError):
            shown(**wrong)
    with pytest.raises(tk.ObjectNotFound):
        shown(organization="ไม่มี\x00")
    assert shown(offset=10**9)["results"] == []


def test_the_number_of_statements_is_constant(shown):
    def cost(**asked: Any) -> int:
        with statements() as seen:
            shown(**asked)
        return len(seen)

    assert cost(limit=1) == cost(limit=100) == cost(offset=10) <= 20


def test_nothing_open_is_no_share(people, shown, catalog):
    model.Session.execute(TABLE.delete())
    told = shown()
    model.Session.rollback()
    assert told["all"] == {
        "open": 0, "standard": 0, "current": 0, "complete": 0, "registered": 0,
    }  # fmt: skip
    assert told["results"] == []
