"""Proposals are kept, the datasets behind them apart, until what they were drawn from changes.

One survey for all tests, in their order; the last locks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog import queries
from ckanext.pcio.survey import kept, kept_rows
from ckanext.pcio.survey.filled import as_dict, digest
from ckanext.pcio.survey.response import filling, store
from ckanext.pcio.survey.response.model import PROPOSAL, SNAPSHOT
from tests.dashboard.builders import loaded_plugins
from tests.schema.records import mandatory

from .conftest import EDITION, act, pdf, question

OPEN_DATA = "P2.2.1.1"


def dataset(name: str, **changes: Any) -> dict[str, Any]:
    record = mandatory(name=f"data-{name}", title=f"ข้อมูล {name}", owner_org="health", **changes)
    record["resources"] = [{"name": "x", "url": "http://x.example/a.csv", "format": "CSV"}]
    return as_site_user("package_create", **record)


def as_site_user(name: str, /, **arguments: Any) -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return call_action(name, {"user": user, "ignore_auth": True}, **arguments)


@pytest.fixture(scope="module")
def province(reset_db, migrate_db_for, reset_index) -> Iterator[dict[str, Any]]:
    """An open survey of a province with four datasets, one of them hidden from other offices."""
    with loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        made: dict[str, Any] = {each: factories.User() for each in ("secretary", "reader")}
        made["sysadmin"] = factories.Sysadmin()
        for name, who, role in (
            ("province", "secretary", "admin"),
            ("health", None, ""),
            ("transport", "reader", "member"),
        ):
            users = [{"name": made[who]["name"], "capacity": role}] if who else []
            factories.Organization(name=name, title=f"สำนักงาน {name}", users=users)
        made["datasets"] = [dataset(name) for name in ("a", "b", "c")]
        made["hidden"] = dataset("hidden", private=True)
        act(made["sysadmin"], "pcio_survey_open", edition=EDITION)
        yield made
        model.Session.remove()


@pytest.fixture(autouse=True)
def secretary_organization(province, monkeypatch) -> None:
    """CKAN reads the settings anew between tests."""
    monkeypatch.setitem(tk.config, "ckanext.pcio.survey.secretary_organization", "province")


def visible_to(who: dict[str, Any]) -> Any:
    return queries.visible({"user": who["name"], "auth_user_obj": model.User.get(who["name"])})


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["title"].removeprefix("ข้อมูล ") for row in rows]


class TestApart:
    def test_a_record_says_how_many_and_the_lists_have_them(self, province):
        records = kept.proposals(EDITION)
        assert all(record["evidence"] == [] for record in records.values())
        lists = kept.lists(EDITION)
        assert {q: r["evidence_count"] for q, r in records.items() if r["evidence_count"]} == {
            q: len(rows) for q, rows in lists.items()
        }
        assert names(lists[OPEN_DATA]) == ["a", "b", "c", "hidden"]
        assert kept.lists(EDITION, OPEN_DATA) == {OPEN_DATA: lists[OPEN_DATA]}
        assert set(lists[OPEN_DATA][0]) == {"dataset", "title", "url", "note"}

    @pytest.mark.parametrize("part", [1, 2, 200])
    def test_a_reader_is_shown_the_first_he_may_see(self, province, monkeypatch, part):
        monkeypatch.setattr(kept_rows, "PART", part)
        kept.refresh(EDITION)
        rows, hidden = kept.shown(EDITION, OPEN_DATA, None, 2)
        assert (names(rows), hidden) == (["a", "b"], 0)
        for limit, expected in ((2, ["a", "b"]), (20, ["a", "b", "c"])):
            rows, hidden = kept.shown(EDITION, OPEN_DATA, visible_to(province["reader"]), limit)
            assert (names(rows), hidden) == (expected, 1)
        assert kept.shown(EDITION, "G1", visible_to(province["reader"]), 20) == ([], 0)

    def test_a_page_is_told_twenty_rows_and_how_many_are_hidden(self, province):
        proposal = question(province["reader"], OPEN_DATA)["proposal"]
        assert names(proposal["evidence"]) == ["a", "b", "c"]
        assert (proposal["evidence_count"], proposal["evidence_hidden"]) == (4, 1)

    def test_in_brief_no_dataset_is_named_and_none_is_looked_for(self, province):
        seen: list[str] = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        sa.event.listen(model.meta.engine, "before_cursor_execute", note)
        try:
            told = act(province["reader"], "pcio_survey_show", edition=EDITION, brief=True)
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", note)
        proposal = next(q["proposal"] for q in told["questions"] if q["id"] == OPEN_DATA)
        assert (proposal["evidence"], proposal["evidence_hidden"]) == ([], None)
        assert proposal["evidence_count"] == 4
        assert not any("pcio_proposal_rows" in statement for statement in seen)

    def test_kept_proposals_cost_three_queries_and_no_list(self, province):
        kept.proposals(EDITION)
        seen: list[str] = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        sa.event.listen(model.meta.engine, "before_cursor_execute", note)
        try:
            kept.proposals(EDITION)
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", note)
        assert len(seen) == 3
        assert not any("_rows" in statement for statement in seen)

    def test_a_change_that_began_earlier_and_ended_later_is_seen(self, province):
        facts = sa.table("pcio_dataset_facts", sa.column("package_id"), sa.column("title"))

        def change(connection, dataset):
            same = sa.update(facts).values(title=facts.c.title)
            connection.execute(same.where(facts.c.package_id == dataset["id"]))

        first, second, *_ = province["datasets"]
        with model.Session.get_bind().engine.connect() as connection:
            change(connection, first)
            with model.Session.get_bind().engine.begin() as other:
                change(other, second)
            before, _ = kept.stamp()
            connection.commit()
        assert kept.stamp()[0] != before

    def test_counting_use_is_part_of_the_stamp(self, province, monkeypatch):
        before, _ = kept.stamp()
        monkeypatch.setitem(
            tk.config, "ckanext.pcio.usage.enabled", not tk.config["ckanext.pcio.usage.enabled"]
        )
        assert kept.stamp()[0] != before


def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often proposals are drawn."""
    calls: list[int] = []
    whole = kept.assess

    def counting(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        return whole(*arguments, **named)

    monkeypatch.setattr(kept, "assess", counting)
    return calls


def waiting() -> tuple[int, int]:
    """Open datasets, and those that wait to be opened, as proposed."""
    values = kept.proposals(EDITION)[OPEN_DATA]["values"]
    return values["open"], values["waiting"]


class TestDrawnAnew:
    def test_once_until_the_catalog_or_a_register_changes(self, province, monkeypatch):
        first = kept.proposals(EDITION)
        calls = drawn(monkeypatch)
        assert kept.proposals(EDITION) == first
        assert not calls
        one = dataset("one")
        assert waiting() == (4, 1)
        as_site_user("package_patch", id=one["id"], private=True)
        assert waiting() == (3, 2)
        as_site_user("pcio_demand_create", title="ตารางเดินรถ")
        kept.proposals(EDITION)
        kept.proposals(EDITION)
        assert len(calls) == 3
        as_site_user("package_delete", id=one["id"])
        assert waiting() == (3, 1)

    def test_settings_count_too(self, province, monkeypatch):
        kept.proposals(EDITION)
        calls = drawn(monkeypatch)
        monkeypatch.setitem(tk.config, "ckanext.pcio.tick_threshold", 50)
        kept.proposals(EDITION)
        monkeypatch.setitem(tk.config, "ckanext.pcio.tick_threshold", 80)
        kept.proposals(EDITION)
        assert len(calls) == 2

    def test_a_large_catalogs_in_the_background(self, province, monkeypatch):
        kept.proposals(EDITION)
        calls, asked = drawn(monkeypatch), []
        monkeypatch.setattr(kept, "SMALL", 0)
        monkeypatch.setattr(kept.tk, "enqueue_job", lambda *a, **named: asked.append(a))
        two = dataset("two")
        assert waiting() == (3, 1)
        assert asked == [(kept.refresh_job, [EDITION])]
        kept.refresh_job(EDITION)
        kept.refresh_job(EDITION)
        assert waiting() == (4, 1)
        assert (len(calls), len(asked)) == (1, 1)
        as_site_user("package_delete", id=two["id"])

    def test_a_refused_save_keeps_nothing_of_it(self, province):
        kept.proposals(EDITION)
        stamps = sa.select(PROPOSAL.c.stamp)
        before = model.Session.execute(stamps).scalars().all()
        with pytest.raises(tk.ValidationError):
            dataset("!")
        model.Session.rollback()
        kept.proposals(EDITION)
        assert model.Session.execute(stamps).scalars().all() == before


class TestPartOfAQuestion:
    def test_it_is_not_confirmed_unread(self, province):
        assert kept.proposals(EDITION)["P1.5"]["partial"]
        with pytest.raises(tk.ValidationError) as error:
            act(province["secretary"], "pcio_answer_accept", edition=EDITION, questions="P1.5")
        assert "questions" in error.value.error_dict

    def test_who_has_seen_it_may_confirm_it(self, province):
        seen = {"P1.5": f"0:{kept.proposals(EDITION)['P1.5']['digest']}"}
        done = act(
            province["secretary"], "pcio_answer_accept", edition=EDITION, questions="P1.5",
            seen=seen,
        )  # fmt: skip
        assert done["confirmed"] == ["P1.5"]
        act(
            province["secretary"], "pcio_answer_reopen", edition=EDITION, question="P1.5",
            version=1,
        )  # fmt: skip

    def test_an_answer_that_says_more_is_no_override(self, province):
        more = {"option": "done", "values": {"guidelines": ["data_catalog", "linkage"]}}
        given = {"edition": EDITION, "question": "P1.5", "confirm": True}
        done = act(province["secretary"], "pcio_answer_update", **given, answer=more, version=2)
        assert done["origin"] == "proposal"
        with pytest.raises(tk.ValidationError):
            act(
                province["secretary"], "pcio_answer_update", **given, version=done["version"],
                answer={"option": "none"},
            )  # fmt: skip

    def test_a_matrix_is_compared_by_its_cells(self, province):
        works = kept.proposals(EDITION)["P2.1.3"]["values"]["works"]
        assert works["roles"]["choice"]["open_data"] == "yes"
        own = {"roles": {"choice": {"open_data": "no"}}}
        for given, origin in ((works, "proposal"), (own, "override")):
            answers = store.answers(store.response(EDITION)["id"])
            version = answers["P2.1.3"]["version"] if "P2.1.3" in answers else 0
            done = act(
                province["secretary"], "pcio_answer_update", edition=EDITION, question="P2.1.3",
                answer={"values": {"works": given}}, version=version,
            )  # fmt: skip
            assert done["origin"] == origin


def everything() -> tuple[Any, ...]:
    """What exports are made from, and what pages are told."""
    form = filling.filled_form(EDITION)
    response = store.response(EDITION)
    shown = filling.shown(response, EDITION, [OPEN_DATA, "P2.2.2"], None, 20)
    return as_dict(form), filling.lists(EDITION), shown, digest(form)


def test_a_locked_survey_is_not_moved_by_catalog_register_or_evidence(province):
    """Last of the file: it changes the catalog."""
    attached = act(
        province["secretary"], "pcio_evidence_create", edition=EDITION, question="P2.2.1.1",
        place="complete", upload=pdf(),
    )  # fmt: skip
    version = store.response(EDITION)["version"]
    locked = act(province["secretary"], "pcio_survey_lock", edition=EDITION, version=version)
    before = everything()
    assert before[0]["state"] == "locked"
    assert before[3] == locked["sha256"]
    assert names(before[1][OPEN_DATA]) == ["a", "b", "c", "hidden"]
    dataset("d")
    as_site_user("package_patch", id=province["hidden"]["id"], private=False, title="ข้อมูล z")
    as_site_user("package_delete", id=province["datasets"][0]["id"])
    demand = as_site_user("pcio_demand_create", title="ตารางเดินรถ")
    assert demand
    store.remove_evidence(attached["id"], province["sysadmin"]["id"])
    model.Session.commit()
    kept.refresh(EDITION)
    assert names(kept.lists(EDITION)[OPEN_DATA]) == ["b", "c", "d", "z"]
    assert everything() == before
    # What is gone from the catalog is named to who sees all, and to nobody else.
    rows = question(province["reader"], OPEN_DATA)["proposal"]["evidence"]
    assert names(rows) == ["b", "c", "hidden"]
    act(
        province["sysadmin"], "pcio_survey_unlock", edition=EDITION, version=locked["version"],
        reason="แก้ไขตามมติ",
    )  # fmt: skip
    assert names(filling.lists(EDITION)[OPEN_DATA]) == ["b", "c", "d", "z"]
    assert filling.filled_form(EDITION).state == "open"


def test_of_an_edition_that_was_changed_since_the_new_questions_are_blank(province):
    """After the test above, which leaves a snapshot."""
    response = store.response(EDITION)
    snapshot = store.snapshot(response["id"])
    first, second, *rest = snapshot["content"]["answers"]
    answers = [first, {**second, "question": "P99.9"}, *rest]
    content = {**snapshot["content"], "answers": answers}
    query = sa.update(SNAPSHOT).where(SNAPSHOT.c.id == snapshot["id"])
    model.Session.execute(query.values(content=content))
    store.change(response, state="locked")
    form = filling.filled_form(EDITION)
    model.Session.rollback()
    assert [each.question for each in form.answers[:2]] == ["G1", "G2"]
    assert form.answer("G2").state == "none"
    assert len(form.answers) == len(answers)
