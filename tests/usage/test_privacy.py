"""After a whole run nobody can be found again: not in a table, a log, Redis or an export."""

from __future__ import annotations

import logging
import re

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.usage import buffer, visitor
from ckanext.pcio.usage.flush import flush
from ckanext.pcio.usage.model import DAILY
from tests.usage.reading import ask

pytestmark = pytest.mark.usefixtures("nothing_counted")

ADDRESS, FORWARDED, AGENT = "198.51.100.77", "203.0.113.5", "Telltale-Reader/7.3"
MAIL = "a.reader@telltale.example.org"
REUSE = {
    "title": "แผนที่ท่องเที่ยวของชุมชน",
    "how": "นำข้อมูลไปทำแผนที่ท่องเที่ยว",
    "user_kind": "citizen",
    "type": "application",
    "email": MAIL,
}
DEMAND = {"title": "ตารางเดินรถ", "description": "เวลารถออกจากสถานี", "email": MAIL}


def _tables() -> dict[str, str]:
    """Every row of CKAN's database as text, by table."""
    names = sa.inspect(model.meta.engine).get_table_names()
    found = {}
    with model.meta.engine.connect() as connection:
        for name in names:
            rows = connection.execute(sa.text(f'SELECT t::text FROM "{name}" t'))
            found[name] = "\n".join(text for (text,) in rows)
    return found


def _redis() -> str:
    """Everything Redis holds, as text: names and values, of the whole server."""
    client = buffer.connection()
    return "\n".join(repr(key) + repr(client.dump(key)) for key in client.scan_iter(count=1000))


@pytest.fixture
def run(portal, used_province, caplog):
    """A visitor who reads, downloads, tells and asks; and a partner with a token."""
    token = factories.UserWithToken()["token"]
    name, own = used_province.name, used_province.own
    paths = (
        f"/dataset/{name}",
        f"/dataset/{name}/resource/{own}",
        f"/dataset/{name}/resource/{own}/download/tourists.csv",
        f"/api/3/action/package_show?id={name}",
        f"/api/3/action/datastore_search?resource_id={own}",
        f"/datastore/dump/{own}",
        "/usage",
    )
    visiting = {
        "agent": AGENT,
        "address": ADDRESS,
        "headers": {"X-Forwarded-For": FORWARDED},
    }
    with caplog.at_level(logging.DEBUG):
        for path in paths:
            assert ask(portal, path, **visiting).status_code == 200, path
        for action, data in (
            ("pcio_reuse_create", {**REUSE, "datasets": [name]}),
            ("pcio_demand_create", DEMAND),
        ):
            told = ask(portal, f"/api/3/action/{action}", method="post", json=data, **visiting)
            assert told.status_code == 200, told.get_data(as_text=True)
        demand = told.json["result"]["id"]
        helpers.call_action("pcio_demand_update", id=demand, moderation="public")
        address = f"/api/3/action/pcio_demand_support?id={demand}"
        ask(portal, address, method="post", json={"id": demand}, **visiting)
        visiting["headers"] = {**visiting["headers"], "Authorization": token}
        for path in paths[:5]:
            ask(portal, path, **visiting)
        in_redis = _redis()
        flush()
    return {
        "log": "\n".join(record.getMessage() for record in caplog.records),
        "redis": in_redis,
        "tables": _tables(),
        "token": token,
    }


def test_neither_address_nor_browser_nor_token_is_anywhere(run):
    assert model.Session.scalar(sa.select(sa.func.sum(DAILY.c["count"]))) > 10
    places = {**run["tables"], "the log": run["log"], "Redis": run["redis"]}
    for secret in (ADDRESS, FORWARDED, AGENT, "Telltale-Reader", run["token"]):
        assert [name for name, text in places.items() if secret in text] == []


def test_no_key_of_a_visitor_reaches_the_database_or_a_log(run):
    """Every key that counting uses is in Redis only; ids in the tables are CKAN's."""
    day = today_in_thailand().isoformat()
    with model.meta.engine.connect() as connection:
        rows = connection.execute(sa.select(DAILY.c.dataset_id, DAILY.c.resource_id)).all()
    ids = {value for row in rows for value in row if value}
    assert all(re.fullmatch(r"[0-9a-f-]{36}", value) for value in ids)
    keys = [visitor.key(f"{ADDRESS} {AGENT}", day), visitor.key(ADDRESS, day)]
    for key in keys:
        assert not [
            name for name, text in {**run["tables"], "log": run["log"]}.items() if key in text
        ]


def test_an_account_is_kept_only_where_an_exchange_names_it(run):
    users = {user.id for user in model.Session.query(model.User)}
    for table in ("pcio_usage_daily", "pcio_usage_monthly", "pcio_usage_account"):
        assert not [user for user in users if user in run["tables"].get(table, "")]


def test_a_given_address_is_with_its_entry_only(run):
    there = {name for name, text in run["tables"].items() if MAIL in text}
    assert there == {"pcio_reuse", "pcio_demand"}
    assert MAIL not in run["log"]
    assert MAIL not in run["redis"]


def test_nothing_about_visitors_outlives_two_days(run):
    client = buffer.connection()
    about_visitors = [
        key
        for part in ("click:", "hour:", "day:", "salt:", "rate:")
        for key in client.scan_iter(f"{buffer.prefix()}{part}*", count=1000)
    ]
    assert about_visitors
    assert all(0 < client.ttl(key) <= 48 * 3600 for key in about_visitors)


@pytest.mark.parametrize(
    "path", ["series.csv", "series.json", "table.csv", "table.json", "daily.csv"]
)
def test_exports_name_nobody(run, portal, path):
    answer = ask(portal, f"/usage/{path}")
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert text
    for secret in (ADDRESS, FORWARDED, "Telltale", MAIL):
        assert secret not in text
