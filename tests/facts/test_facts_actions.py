"""Counts and lists: who sees what, how many statements, and the same words in SQL and Python."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action, call_auth

from ckanext.pcio.catalog import counts, queries, slices
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.predicates import predicates
from ckanext.pcio.catalog.readers.local import read_facts
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.thai import sort_key

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
    # Of these two ask whether anything moved since it was counted last.
    assert max(many) <= 5


TITLES = (
    *("แรงงานในจังหวัด", "เกษตรกร", "การเกษตร", "การขนส่ง", "โรงเรียน", "ก้าวหน้า", "กาแฟ", "ก่อสร้าง"),
    *("ท้องถิ่น", "เทศบาล", "เเม่น้ำ", "ไก่ไข่", "๑๐ อันดับ", "2 อันดับ", "data", "CKAN", "ใบอนุญาต", "สถิติ"),
)


def test_lists_stand_in_the_order_of_a_thai_dictionary(make_dataset):
    """SQL and `sort_key` agree, in both directions and on every page."""
    for number, title in enumerate(TITLES):
        make_dataset(f"titled-{number}", title=title)
    for office in ("แขวงการทาง", "ขนส่ง", "เกษตรจังหวัด"):
        organization = factories.Organization(name=f"office-{len(office)}", title=office)
        make_dataset(f"of-{len(office)}", title=f"สำนักงาน{office}", owner_org=organization["id"])

    def page(**asked):
        found = call_action("pcio_facts_list", slice="datasets", **asked)
        return [row["title"] for row in found["results"]]

    found = page(limit=50)
    assert found == sorted(found, key=sort_key)
    assert found.index("เกษตรกร") < found.index("แรงงานในจังหวัด") < found.index("สถิติ")
    assert page(limit=50, sort="-title") == found[::-1]
    assert [t for start in range(0, 21, 7) for t in page(limit=7, offset=start)] == found
    offices = [row["title"] for row in call_action("pcio_counts_show")["organizations"]]
    assert offices == ["เกษตรจังหวัด", "ขนส่ง", "แขวงการทาง", "สำนักงานจังหวัด"]


def test_the_order_of_titles_has_its_index(make_dataset):
    model.Session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    query = sa.select(TABLE.c.package_id).order_by(*queries.SORTS["title"]).limit(5)
    statement = str(query.compile(model.meta.engine, compile_kwargs={"literal_binds": True}))
    plan = model.Session.execute(sa.text(f"EXPLAIN {statement}".replace(":", r"\:"))).scalars()
    assert "ix_pcio_dataset_facts_title_order" in " ".join(plan)


def test_a_title_of_any_length_can_be_saved(make_dataset):
    make_dataset("long", title="".join(chr(0x0E01 + n * n % 46) for n in range(149)))
    title = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(20_000))
    values = {"title": title}
    model.Session.execute(sa.update(TABLE).values(**values))
    assert call_action("pcio_facts_list", slice="datasets")["results"][0]["title"] == title
