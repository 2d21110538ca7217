"""Counts and lists: who sees what, how many statements, and the same words in SQL and Python."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action, call_auth

from ckanext.pcio.catalog import counts, slices
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.predicates import predicates
from ckanext.pcio.catalog.readers.local import read_facts
from ckanext.pcio.standard.dates import today_in_thailand

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

CSV = [{"name": "ข้อมูล", "url": "http://x.example/a.csv", "format": "CSV"}]
PDF = [{"name": "เอกสาร", "url": "http://x.example/a.pdf", "format": "PDF"}]


@pytest.fixture
def province(make_dataset):
    """Datasets of every situation, in two offices."""
    other = factories.Organization(name="other", title="อบต. ตัวอย่าง")
    internal = {
        "data_category": "ข้อมูลใช้ภายใน",
        "data_classification": "ชั้นเผยแพร่ภายในองค์กร",
    }
    make_dataset("open-csv", resources=CSV)
    make_dataset("open-pdf", resources=PDF, owner_org=other["id"])
    make_dataset("waiting", private=True)
    make_dataset("internal", private=True, **internal, linkage_method=["API"])
    make_dataset("linked", linkage_method=["Web Service"], high_value_dataset="True")
    make_dataset("filed", linkage_method=["การถ่ายโอนไฟล์"], owner_org=other["id"])
    make_dataset("copy", reference_url_catalog="https://catalog.example.org/dataset/copy")
    make_dataset(
        "stale",
        last_updated_date="2015-01-31",
        update_frequency_unit="ปี",
        update_frequency_interval="1",
    )
    make_dataset("draft", state="draft")
    return other


@pytest.fixture
def people(province, office):
    member = factories.User()
    call_action(
        "organization_member_create", id=office["id"], username=member["name"], role="member"
    )
    return {
        "anonymous": "",
        "stranger": factories.User()["name"],
        "member": member["name"],
        "sysadmin": factories.Sysadmin()["name"],
    }


def context_of(name: str):
    return {"user": name, "ignore_auth": False, "auth_user_obj": model.User.get(name)}


def test_only_what_a_person_may_see_is_counted(people):
    """Anonymous, a stranger, a member of one office, and a sysadmin; each number has its list."""
    expected = {
        "anonymous": {"datasets": 6, "waiting": 0, "sees_private": False},
        "stranger": {"datasets": 6, "waiting": 0, "sees_private": False},
        "member": {"datasets": 9, "waiting": 2, "sees_private": False},
        "sysadmin": {"datasets": 9, "waiting": 2, "sees_private": True},
    }
    found = {}
    for role, name in people.items():
        shown = tk.get_action("pcio_counts_show")(context_of(name), {})
        waiting = tk.get_action("pcio_facts_list")(context_of(name), {"slice": "waiting"})
        found[role] = {
            "datasets": shown["all"]["datasets"],
            "waiting": waiting["count"],
            "sees_private": shown["sees_private"],
        }
        for own, group in ((False, "all"), (True, "own")):
            for slice_name in counts.KEYS:
                listed = tk.get_action("pcio_facts_list")(
                    context_of(name), {"slice": slice_name, "own": own, "limit": 1000}
                )
                assert listed["count"] == len(listed["results"]) == shown[group][slice_name]
    assert found == expected


def test_everybody_may_ask(people):
    for action in ("pcio_counts_show", "pcio_facts_list"):
        for name in people.values():
            assert call_auth(action, context_of(name)) is True


@pytest.mark.usefixtures("province")
def test_sql_and_python_say_the_same():
    """design.md §4 is written down twice: as SQL for the portal, in Python for other sources."""
    today = today_in_thailand()
    _source, facts = read_facts({"ignore_auth": True})
    shown = call_action("pcio_counts_show")
    assert counts.count(facts, today).as_dict() == {"all": shown["all"], "own": shown["own"]}
    for name, predicate in predicates(today).items():
        ids = set(model.Session.scalars(sa.select(TABLE.c.package_id).where(predicate)))
        assert ids == {each.id for each in slices.select(facts, name, today)}, name


@pytest.mark.usefixtures("province")
def test_the_parts_sum_to_the_whole():
    shown = call_action("pcio_counts_show")
    for group in ("all", "own"):
        for name in counts.KEYS:
            total = sum(office[group][name] for office in shown["organizations"])
            assert total == shown[group][name]


def test_one_office(province):
    shown = call_action("pcio_counts_show", organization="other")
    assert [office["name"] for office in shown["organizations"]] == ["other"]
    assert shown["all"]["datasets"] == 2
    listed = call_action("pcio_facts_list", slice="open", organization="other", limit=1, offset=1)
    assert listed["count"] == 2
    assert len(listed["results"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"slice": "nonsense"},
        {"slice": "missing:nonsense"},
        {"slice": "open", "sort": "password"},
        {"slice": "open", "limit": "many"},
        {"slice": "open", "offset": -1},
    ],
)
def test_wrong_arguments_are_refused(arguments):
    with pytest.raises(tk.ValidationError):
        call_action("pcio_facts_list", **arguments)


def test_an_office_that_does_not_exist():
    with pytest.raises(tk.ObjectNotFound):
        call_action("pcio_counts_show", organization="nowhere")


def test_an_empty_portal_counts_zero():
    shown = call_action("pcio_counts_show")
    assert set(shown["all"].values()) == {0}
    assert shown["organizations"] == []
    assert call_action("pcio_facts_list", slice="open") == {"count": 0, "results": []}


def test_the_number_of_statements_does_not_grow(make_dataset):
    def statements(action: str, **arguments) -> int:
        issued = []

        def note(_connection, _cursor, statement, *_rest):
            issued.append(statement)

        sa.event.listen(model.meta.engine, "before_cursor_execute", note)
        try:
            call_action(action, **arguments)
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", note)
        return len(issued)

    make_dataset("one", resources=CSV)
    few = [statements("pcio_counts_show"), statements("pcio_facts_list", slice="open")]
    for number in range(12):
        make_dataset(f"more-{number}", resources=CSV)
    many = [statements("pcio_counts_show"), statements("pcio_facts_list", slice="open")]
    assert few == many
    assert max(many) <= 3
