"""The worklist over the portal's tables: SQL and Python agree, and everybody sees his own."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog import exchanged
from ckanext.pcio.catalog.links.model import LINK
from ckanext.pcio.catalog.model import TABLE, row_from_facts
from ckanext.pcio.catalog.personal.model import SCAN
from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
from ckanext.pcio.registers.demand.model import DEMAND
from ckanext.pcio.registers.demand.queries import records as demands
from ckanext.pcio.registers.exchange.model import TABLE as EXCHANGE
from ckanext.pcio.registers.reuse.model import REUSE
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.survey import improving, worklist, worklist_reading
from ckanext.pcio.survey.gains import WHOLE_WAY, gain, load_goals, progress
from ckanext.pcio.survey.register_improvements import unopened
from ckanext.pcio.survey.work import KINDS, kinds_of, urgent
from ckanext.pcio.usage.model import BY_DATASET
from tests.dashboard import builders
from tests.dashboard.reading import statements

from .builders import facts

TODAY = today_in_thailand()
OFFICES = ("health", "roads", "water")
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"missing": ("tags",)},
    {"missing": ("tags", "objective"), "invalid": ("maintainer_email",), "own": False},
    {"private": True},
    {"state": "draft", "dictionary": False},
    {"private": True, "missing": ("title",), "own": False},
    {"dictionary": False},
    {"structured": False, "machine_readable": False, "stars": 1, "formats": ("PDF",)},
    {"stars": 2, "formats": ("XLSX",), "own": False},
    {"resources": 0, "structured": False, "machine_readable": False, "stars": 0, "formats": ()},
    {"category": "internal", "level": "internal", "private": True},
    {"category": "internal", "level": "internal", "linkage_methods": ("api",)},
    {"category": "security", "level": "secret", "private": True, "dictionary": False},
    {"category": None, "level": None, "missing": ("data_category",)},
    {"level": None, "linkage_methods": ("api",), "due_on": TODAY},
    {"due_on": TODAY - timedelta(days=1), "open_license": False},
    {"due_on": None, "last_updated": None},
    {"frequency_unit": None, "due_on": None, "open_license": None},
    {"frequency_unit": "realtime", "due_on": None, "data_type": "statistics"},
)


def _insert(made: list, offices: list[str]) -> None:
    later = TODAY + timedelta(days=90)
    rows = []
    for number, each in enumerate(made):
        office = offices[number % len(offices)]
        labels = ["public"] if each.published else [f"member-{office}"]
        row = row_from_facts(each, office, labels)
        rows.append(
            {**row, "due_on": later if row["due_on"] == date(2025, 1, 1) else row["due_on"]}
        )
    model.Session.execute(TABLE.insert(), rows)


def _beside(ids: list[str]) -> None:
    now = datetime.now(timezone.utc)
    for number, state in enumerate(("broken", "ok", "broken", "unknown")):
        link = {"resource_id": f"r{number}", "package_id": ids[number // 2], "url": "http://x"}
        model.Session.execute(LINK.insert().values(state=state, **link))
    for number, (state, holds) in enumerate((("found", False), ("found", True), ("clear", False))):
        scan = {"resource_id": f"r{number}", "package_id": ids[number], "content": "", "due": False}
        model.Session.execute(
            SCAN.insert().values(state=state, holds=holds, requested_at=now, **scan)
        )
    for number, state in enumerate(("REJECT", "COMPLETED", "WAIT")):
        told = {"package_id": ids[number], "name": "", "source": "service", "error": ""}
        model.Session.execute(REGISTRATION.insert().values(state=state, **told))
    for number, until in enumerate((None, TODAY, TODAY - timedelta(days=1))):
        model.Session.execute(
            exchanged.TABLE.insert().values(package_id=ids[-1 - number], until=until)
        )
    for package_id, number in ((ids[6], 500), (ids[1], 20)):
        model.Session.execute(
            BY_DATASET.insert().values(
                dataset_id=package_id, month=TODAY.replace(day=1), view=number, organization_id=""
            )
        )


@pytest.fixture(scope="module")
def catalog(reset_db, migrate_db_for, reset_index):
    """Datasets of every kind of work in three offices, straight in the table of facts."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        people = {
            "member": factories.User(),
            "editor": factories.User(),
            "stranger": factories.User(),
        }
        offices = []
        for name in OFFICES:
            office = factories.Organization(
                name=name,
                title=f"Office of {name}",
                users=[
                    {"name": people["editor"]["name"], "capacity": "editor"},
                    {"name": people["member"]["name"], "capacity": "member"},
                ]
                if name == "health"
                else [],
            )
            offices.append(office["id"])
        made = [facts(number, **changes) for number, changes in enumerate(VARIANTS * 3)]
        _insert(made, offices)
        _beside([each.id for each in made])
        model.Session.commit()
        yield {name: user["name"] for name, user in people.items()}


def everything() -> list[worklist_reading.Row]:
    return worklist_reading.page(sa.true(), "title", 0, TODAY, 1000)


def standing(goals: Any, threshold: int = 80) -> Any:
    """Where the goals stand by SQL."""
    classes = worklist.classes(goals, worklist.work(TODAY), sa.true())
    return worklist.standing(goals, classes, threshold)


def listed(user: str | None = None, **asked: Any) -> dict[str, Any]:
    if user is None:
        return call_action("pcio_worklist_list", **{"limit": 100, "lang": "en", **asked})
    context = {"user": user, "auth_user_obj": model.User.get(user), "ignore_auth": False}
    return call_action("pcio_worklist_list", context, **{"limit": 100, "lang": "en", **asked})


def summary(user: str | None = None, **asked: Any) -> dict[str, Any]:
    context = {"user": user, "auth_user_obj": model.User.get(user), "ignore_auth": False}
    return call_action("pcio_worklist_summary", context if user else {}, lang="en", **asked)


def ids_where(condition: Any) -> set[str]:
    return set(model.Session.scalars(sa.select(TABLE.c.package_id).where(condition)))


class TestSqlAndPython:
    def test_every_kind_holds_the_same_datasets(self, catalog):
        rows = everything()
        work, beside = worklist.work(TODAY), worklist_reading.beside(rows, TODAY)
        assert len(rows) == 3 * len(VARIANTS)
        for name, rule in work.kinds.items():
            expected = {row.facts.id for row in rows if KINDS[name].needed(row.facts, beside)}
            assert expected, name
            assert ids_where(rule) == expected, name
        todo = {row.facts.id for row in rows if kinds_of(row.facts, beside)}
        assert ids_where(work.any) == todo
        assert len(todo) < len(rows)
        expected = {row.facts.id for row in rows if urgent(row.facts, beside)}
        assert ids_where(work.urgent) == expected != set()

    @pytest.mark.parametrize("threshold", [1, 50, 80, 100])
    def test_goals_stand_the_same_and_gains_are_equal(self, catalog, threshold):
        rows = everything()
        work, beside = worklist.work(TODAY), worklist_reading.beside(rows, TODAY)
        goals = load_goals("pcio-2567")
        in_sql = standing(goals, threshold)
        assert in_sql == progress(goals, [row.facts for row in rows], beside, threshold)
        for each in in_sql:
            expected = {row.facts.id for row in rows if each.gains(row.facts, beside)}
            assert ids_where(work.gains(each)) == expected
            assert len(expected) == each.candidates
        query = sa.select(TABLE.c.package_id, worklist.gain(in_sql, work))
        found = dict(model.Session.execute(query).tuples().all())
        assert found == {row.facts.id: gain(in_sql, row.facts, beside) for row in rows}

    def test_an_empty_table_stands_nowhere(self, catalog):
        model.Session.execute(TABLE.delete())
        stands = standing(load_goals("pcio-2567"))
        model.Session.rollback()
        assert {(each.of.all, each.weight) for each in stands} == {(0, 0)}

    def test_a_dataset_on_which_everything_hangs_gains_more_than_an_integer_holds(self, catalog):
        model.Session.execute(TABLE.delete())
        _insert([facts(1, dictionary=False, missing=("tags",))], ["office"])
        stands = standing(load_goals("pcio-2567"))
        (found,) = model.Session.scalars(sa.select(worklist.gain(stands, worklist.work(TODAY))))
        model.Session.rollback()
        assert found == 7 * WHOLE_WAY > 2**31


class TestOrder:
    def test_what_gains_most_comes_first_then_the_most_used(self, catalog):
        rows = everything()
        beside = worklist_reading.beside(rows, TODAY)
        stands = standing(load_goals("pcio-2567"))
        by_id = {row.facts.id: row for row in rows}
        used = worklist_reading.used(list(by_id), TODAY)
        found = [by_id[row["id"]] for row in listed()["results"]]
        keys = [
            (
                not urgent(r.facts, beside),
                -gain(stands, r.facts, beside),
                -used.get(r.facts.id, 0),
                r.facts.title,
            )
            for r in found
        ]
        assert keys == sorted(keys)
        assert len({key[:2] for key in keys}) > 4

    @pytest.mark.parametrize("sort", ["gain", "most_used"])
    def test_use_is_the_same_looked_up_or_joined(self, catalog, monkeypatch, sort):
        looked_up = [row["id"] for row in listed(sort=sort)["results"]]
        monkeypatch.setattr(worklist_reading.Use, "ONE_BY_ONE", 0)
        assert [row["id"] for row in listed(sort=sort)["results"]] == looked_up

    def test_other_orders(self, catalog):
        def column(sort: str, name: str) -> list[Any]:
            return [row[name] for row in listed(sort=sort)["results"]]

        assert column("title", "title") == sorted(column("title", "title"))
        assert column("most_used", "used")[:3] == [500, 20, 0]
        updates = column("oldest", "last_updated")
        assert updates[0] is None
        missing = [
            sum(step["kind"] in ("fill", "correct") for step in steps)
            for steps in column("missing", "steps")
        ]
        assert missing == sorted(missing, reverse=True)
        assert missing[0] == 3

    def test_pages_hold_every_row_once(self, catalog):
        whole = [row["id"] for row in listed()["results"]]
        pages = [listed(limit=7, offset=start)["results"] for start in range(0, len(whole), 7)]
        assert [row["id"] for page in pages for row in page] == whole
        assert listed()["count"] == len(whole) == len(set(whole))


class TestFilters:
    def test_each_kind(self, catalog):
        for kind in KINDS:
            found = listed(kind=kind)
            assert found["count"] == len(found["results"]) > 0
            for row in found["results"]:
                assert kind in {step["kind"] for step in row["steps"]}

    def test_a_question(self, catalog):
        goals = {each.question for each in load_goals("pcio-2567")}
        for question in goals:
            for row in listed(question=question)["results"]:
                assert question in {each["question"] for each in row["gains"]}
        assert listed(question="P2.2.2")["count"] == 0

    def test_office_type_and_own(self, catalog):
        assert {r["organization"] for r in listed(organization="roads")["results"]} == {"roads"}
        assert {r["data_type"] for r in listed(data_type="statistics")["results"]} == {"statistics"}
        assert all(row["own"] for row in listed(own=True)["results"])
        with pytest.raises(tk.ObjectNotFound):
            listed(organization="nothing")
        for wrong in ({"kind": "nothing"}, {"sort": "nothing"}, {"limit": -1}):
            with pytest.raises(tk.ValidationError):
                listed(**wrong)


class TestWhoSees:
    def test_people_of_an_office_see_its_private_rows_and_no_others(self, catalog):
        hidden = [r for r in listed(catalog["editor"])["results"] if r["private"]]
        assert {row["organization"] for row in hidden} == {"health"}
        everybody = [r for r in listed()["results"] if r["private"]]
        assert len(everybody) > len(hidden) > 0

    def test_what_the_reader_may_change_is_marked(self, catalog):
        rows = listed(catalog["editor"])["results"]
        assert {row["organization"] for row in rows if row["may_edit"]} == {"health"}
        assert not any(row["may_edit"] for row in listed(catalog["member"])["results"])
        assert all(row["may_edit"] for row in listed()["results"])

    def test_what_was_found_in_a_file_is_told_to_its_editors_only(self, catalog):
        assert listed(kind="personal")["count"] == 2
        assert listed(catalog["editor"], kind="personal")["count"] == 1
        assert listed(catalog["member"], kind="personal")["count"] == 0
        rows = listed(catalog["member"])["results"]
        assert "personal" not in {step["kind"] for row in rows for step in row["steps"]}
        assert not any(row["urgent"] for row in rows)
        assert summary(catalog["member"])["kinds"]["personal"] == 0

    def test_answers_are_the_whole_provinces_whoever_asks(self, catalog):
        assert summary(catalog["editor"])["goals"] == summary()["goals"]
        assert summary(catalog["editor"])["datasets"] < summary()["datasets"]

    def test_others_are_refused(self, catalog):
        for user in (catalog["stranger"], ""):
            for action in ("pcio_worklist_list", "pcio_worklist_summary"):
                context = {"user": user, "auth_user_obj": model.User.get(user)}
                with pytest.raises(tk.NotAuthorized):
                    call_action(action, {**context, "ignore_auth": False})


class TestSummary:
    def test_numbers_add_up_and_lead_to_their_lists(self, catalog):
        found = summary()
        assert found["datasets"] == 3 * len(VARIANTS)
        assert found["todo"] == listed()["count"]
        offices = found["organizations"]
        assert [office["name"] for office in offices] == sorted(OFFICES)
        for name in ("datasets", "todo"):
            assert found[name] == sum(office[name] for office in offices)
        for kind, number in found["kinds"].items():
            assert number == listed(kind=kind)["count"] == sum(o["kinds"][kind] for o in offices)

    def test_goals_are_told_in_words(self, catalog):
        found = {(g["question"], g["part"]): g for g in summary()["goals"]}
        waits = found["P2.2.1.1", "complete"]
        assert waits["needed"] == waits["candidates"] == listed(kind="publish")["count"]
        assert waits["sentence"].startswith("“Published completely”: ")

    def test_only_own(self, catalog):
        assert summary(own=True)["datasets"] < summary()["datasets"]


def test_the_number_of_statements_does_not_grow_with_the_rows(catalog):
    counts = []
    for limit in (1, 50):
        with statements() as seen:
            listed(limit=limit)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
    with statements() as seen:
        summary()
    assert len(seen) <= 5


def improved(user: str | None = None, **asked: Any) -> dict[str, Any]:
    context = {"user": user, "auth_user_obj": model.User.get(user), "ignore_auth": False}
    asked = {"lang": "en", **asked}
    return call_action("pcio_improvement_list", context if user else {}, **asked)


class TestImprovements:
    def test_each_number_is_that_of_the_list_it_leads_to(self, catalog):
        found = improved()
        ways = [w for each in found["questions"] for w in each["improvements"]]
        led = [way for way in ways if way["where"] == "worklist"]
        assert len(led) > 3
        for way in led:
            assert way["endpoint"] == "pcio_worklist.index"
            asked = {name: way["arguments"][name] for name in ("question", "part")}
            assert listed(**asked)["count"] == way["candidates"] >= way["needed"] > 0
            for kind in way["kinds"]:
                assert listed(**asked, kind=kind["kind"])["count"] == kind["datasets"]

    def test_a_part_of_another_question_lists_nothing(self, catalog):
        assert listed(question="P2.2.1.1", part="available")["count"] == 0

    def test_the_numbers_are_the_whole_provinces_whoever_asks(self, catalog):
        assert improved(catalog["member"]) == improved()
        one = improved(question="P2.2.1.1")
        assert [each["question"] for each in one["questions"]] == ["P2.2.1.1"]
        assert improved(edition="egov-2560")["questions"] == []

    def test_what_is_not_there_is_refused(self, catalog):
        with pytest.raises(tk.ObjectNotFound):
            improved(question="P9.9.9")
        with pytest.raises(tk.ValidationError):
            improved(edition="pcio-1")
        for user in (catalog["stranger"], ""):
            context = {"user": user, "auth_user_obj": model.User.get(user)}
            with pytest.raises(tk.NotAuthorized):
                call_action("pcio_improvement_list", {**context, "ignore_auth": False})

    def test_the_registers_are_read_as_the_rules_read_them(self, catalog):
        facts = [row.facts for row in everything()]
        waiting = [each.id for each in facts if each.disclosable and not each.published]
        now = datetime.now(timezone.utc)
        asked = {"year": 2567, "source": "portal", "asker": "citizen", "created_at": now}
        answers = (
            ("public", None, None),
            ("public", "preparing", None),
            ("public", "refused", None),
            ("hidden", None, None),
            ("public", "fulfilled", waiting[0]),
            ("public", "fulfilled", waiting[0]),
            ("public", "fulfilled", waiting[1]),
            ("public", "fulfilled", facts[0].id),
            ("hidden", "fulfilled", waiting[2]),
        )
        for number, (moderation, answer, dataset) in enumerate(answers):
            said = {"title": "x", "moderation": moderation, "answer": answer, "dataset_id": dataset}
            model.Session.execute(DEMAND.insert().values(id=str(number), **asked, **said))
        for number, state in enumerate(("waiting", "waiting", "approved")):
            told = {"title": "x", "how": "x", "user_kind": "citizen", "type": "application"}
            model.Session.execute(
                REUSE.insert().values(id=str(number), state=state, submitted_at=now, **told)
            )
        exchanges = (
            ("province", "preparing", None),
            ("province", "waiting", TODAY),
            ("other", "preparing", TODAY - timedelta(days=1)),
            ("department", "linked", None),
        )
        made = {"version": 1, "created_at": now, "created_by": "", "updated_at": now}
        for number, (tier, status, ends) in enumerate(exchanges):
            row = {"tier": tier, "status": status, "ends_on": ends, "partner": "x", "method": "api"}
            row |= {"dataset_id": facts[0].id, "legal_basis": "", "purpose": "", "updated_by": ""}
            model.Session.execute(EXCHANGE.insert().values(id=str(number), **row, **made))
        found, known = improving.told(), demands(None)
        model.Session.rollback()
        assert (found.reuses_waiting, found.demands_waiting) == (2, 2)
        assert found.preparing == {"province": 2}
        assert found.unopened == unopened(known, facts)
        assert found.unopened.all == 2

    def test_the_number_of_statements_is_small(self, catalog):
        improved()
        with statements() as seen:
            improved()
        assert len(seen) <= 12
