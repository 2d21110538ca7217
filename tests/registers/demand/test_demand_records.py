"""What the survey is told, what a page costs, two at the same time, and what is never kept."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action

from ckanext.pcio.registers.demand import queries
from ckanext.pcio.registers.demand.model import ANSWER, DEMAND, SUPPORT

TABLES = (DEMAND, SUPPORT, ANSWER)
AT_ONCE = 4


def met(demand, **given):
    given = {"answer": "fulfilled", **given}
    call_action("pcio_demand_answer", id=demand["id"], version=demand["version"], **given)


def together(work):
    """Run `work(number)` in several threads that start together; return results or errors."""
    start = Barrier(AT_ONCE)

    def one(number):
        start.wait()
        try:
            return work(number)
        except tk.ValidationError as error:
            return error
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


class TestSurvey:
    def test_each_reader_gets_what_he_may_see(self, make_demand, make_dataset):
        public, private = make_dataset(), make_dataset(private=True)
        met(make_demand("ก", year="2566"), dataset=public["id"])
        met(make_demand("ข", year="2567"), dataset=private["id"])
        met(make_demand("ค", year="2567"), url="https://a.example/x")
        make_demand("ง", year="2568")
        make_demand("จ", moderation="waiting")
        met(make_demand("ฉ"), answer="refused", note="ไม่มี")
        everything = {d.title: d for d in queries.records(None)}
        assert set(everything) == {"ก", "ข", "ค", "ง", "ฉ"}
        assert {t for t, d in everything.items() if d.fulfilled} == {"ก", "ข", "ค"}
        assert everything["ข"].dataset == private["id"]
        assert (everything["ก"].year, everything["ค"].url) == (2566, "https://a.example/x")
        outside = {d.title: d for d in queries.records(frozenset({public["id"]}))}
        assert outside["ก"].dataset == public["id"]
        assert (outside["ข"].fulfilled, outside["ข"].dataset, outside["ข"].url) == (
            True,
            None,
            None,
        )

    def test_the_answer_to_p2_2_2_and_the_numbers_by_year_agree(
        self, api, people, make_demand, make_dataset
    ):
        public, private = make_dataset(), make_dataset(private=True)
        for title in ("ก", "ข"):
            met(make_demand(title, year="2567"), dataset=public["id"])
        met(make_demand("ค", year="2567"), dataset=private["id"])
        met(make_demand("ง", year="2567"), url="https://a.example/x")
        for user in (None, people.sysadmin):
            answers = api("pcio_assessment_show", user)["answers"]
            answer = next(each for each in answers if each["id"] == "P2.2.2")
            assert answer["values"]["items"] == 2
            assert answer["values"]["demands_fulfilled"] == 4
            (year,) = api("pcio_demand_list", user)["years"]
            assert (year["counted"], year["fulfilled"]) == (2, 4)
            listed = api("pcio_demand_list", user, state="fulfilled", year="2567")
            assert listed["count"] == 4


def test_the_number_of_statements_does_not_grow(api, people, make_demand, make_dataset):
    def statements(action: str, user, **arguments) -> int:
        issued = []

        def note(_connection, _cursor, statement, *_rest):
            issued.append(statement)

        sa.event.listen(model.meta.engine, "before_cursor_execute", note)
        try:
            tk.get_action(action)({"user": user["name"] if user else ""}, arguments)
        finally:
            sa.event.remove(model.meta.engine, "before_cursor_execute", note)
        return len(issued)

    def each():
        found = []
        for user in (None, people.water_editor, people.sysadmin):
            model.Session.expire_all()
            found.append(statements("pcio_demand_list", user, limit=100))
        return found

    dataset = make_dataset()
    met(make_demand(organization="water"), dataset=dataset["id"])
    few = each()
    for number in range(8):
        dataset = make_dataset(private=number % 2 == 0)
        met(make_demand(f"น้ำ {number}", organization="water"), dataset=dataset["id"])
    assert each() == few
    # The list, its number and the years; the rest asks who calls and which labels he holds.
    assert few[0] <= 5
    assert max(few) <= 15


class TestTogether:
    def test_one_of_several_answers_is_taken_and_the_others_are_told(self, app, make_demand):
        demand = make_demand()
        model.Session.commit()

        def answer(number):
            with app.flask_app.test_request_context():
                arguments = {"id": demand["id"], "version": demand["version"]}
                return tk.get_action("pcio_demand_answer")(
                    {"ignore_auth": True, "user": ""},
                    {**arguments, "answer": "refused", "note": f"เหตุผล {number}"},
                )

        results = together(answer)
        told = [each for each in results if isinstance(each, tk.ValidationError)]
        assert len(told) == AT_ONCE - 1
        assert all("version" in each.error_dict for each in told)
        (kept,) = model.Session.execute(sa.select(ANSWER.c.note)).scalars()
        shown = call_action("pcio_demand_show", id=demand["id"])
        assert (shown["answer"]["note"], shown["version"]) == (kept, demand["version"] + 1)

    def test_supports_of_one_login_count_once_and_of_several_each(self, app, people, make_demand):
        demand = make_demand()
        users = ("stranger", "stranger", "water-editor", "roads-editor")
        model.Session.commit()

        def support(number):
            with app.flask_app.test_request_context():
                context = {"user": users[number]}
                return tk.get_action("pcio_demand_support")(context, {"id": demand["id"]})

        results = together(support)
        assert sum(each["added"] for each in results) == 3
        assert call_action("pcio_demand_show", id=demand["id"])["supports"] == 3


def test_no_address_agent_or_key_reaches_postgresql_or_a_log(app, people, make_demand, caplog):
    address, agent = "203.0.113.77", "Mozilla/5.0 (privacy test agent)"
    demand = make_demand()
    caplog.set_level(logging.DEBUG)
    extra = {"headers": {"User-Agent": agent}, "environ_overrides": {"REMOTE_ADDR": address}}
    for action, data in (
        ("pcio_demand_create", {"title": "น้ำ", "email": "a@example.org"}),
        ("pcio_demand_support", {"id": demand["id"]}),
        ("pcio_demand_support", {"id": demand["id"]}),
    ):
        assert app.post(f"/api/3/action/{action}", json=data, **extra).status_code == 200
    app.post(f"/demand/{demand['id']}/support", **extra)
    client = connect_to_redis()
    names = [name.decode() for name in client.scan_iter("*") if demand["id"] in name.decode()]
    assert len(names) == 1
    assert 0 < client.ttl(names[0]) <= 25 * 3600
    key = names[0].rpartition(":")[2]
    assert call_action("pcio_demand_show", id=demand["id"])["supports"] == 1
    with model.meta.engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            rows = connection.execute(sa.text(f'SELECT t::text FROM "{name}" t')).scalars()
            for row in rows:
                assert not [secret for secret in (address, agent, key) if secret in row], name
    assert not [secret for secret in (address, agent, key) if secret in caplog.text]
    everywhere = [*names, *(str(client.type(name)) for name in names)]
    assert not [secret for secret in (address, agent) if secret in "".join(everywhere)]


def test_without_redis_nothing_is_supported_and_the_visitor_is_told(
    api, people, make_demand, ckan_config, monkeypatch
):
    demand = make_demand()
    monkeypatch.setitem(ckan_config, "ckan.redis.url", "redis://127.0.0.1:1/0")
    error = api("pcio_demand_support", None, 409, id=demand["id"])
    assert "ภายหลัง" in error["submission"][0]
    api("pcio_demand_create", None, 409, title="น้ำ")
    assert api("pcio_demand_show", None, id=demand["id"])["supports"] == 0
    assert api("pcio_demand_support", people.stranger, id=demand["id"])["supports"] == 1


@pytest.mark.usefixtures("people")
def test_the_tables_go_and_come_on_a_register_in_use(make_demand, migrate_db_for):
    met(make_demand(), answer="refused", note="ไม่มี")
    model.Session.remove()

    def present():
        return {table.name for table in TABLES} & set(
            sa.inspect(model.meta.engine).get_table_names()
        )

    def differences():
        def ours(_item, name, kind, _reflected, _other):
            return kind != "table" or name in {table.name for table in TABLES}

        with model.meta.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": ours})
            return compare_metadata(context, tk.BaseModel.metadata)

    assert differences() == []
    try:
        migrate_db_for("pcio", "9f42c1e608d3", forward=False)
        assert present() == set()
    finally:
        migrate_db_for("pcio")
    assert present() == {table.name for table in TABLES}
    assert differences() == []
    make_demand()
