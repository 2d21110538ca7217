"""Counters into the tables: audience, dataset, months, and adding up, each batch once."""

from __future__ import annotations

import random
import threading
from datetime import date

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from sqlalchemy.orm import Session

from ckanext.pcio.usage import partitions, writer
from ckanext.pcio.usage.events import Counter
from ckanext.pcio.usage.model import ACCOUNT, BATCH, DAILY, MONTHLY, WATCH
from tests.schema.records import mandatory

pytestmark = pytest.mark.usefixtures("with_plugins", "no_usage")

DAY = "2026-11-20"


def write(counters, batch_id="b1", source="buffer", **detail):
    with Session(model.meta.engine) as session:
        written = writer.write(
            counters, batch_id=batch_id, source=source, detail=detail, session=session
        )
        session.commit()
    return written


def rows(table, *columns):
    query = sa.select(*(table.c[name] for name in columns)) if columns else sa.select(table)
    with model.meta.engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(query))


def audience(access="regular", account="", dataset_id="d", kind="view", organization_id=""):
    counter = Counter(DAY, kind, access, account, organization_id, dataset_id)
    write({counter: 1}, batch_id=f"{counter}")
    with model.meta.engine.begin() as connection:
        found = connection.execute(sa.select(DAILY.c.audience)).scalars().all()
        connection.execute(sa.delete(DAILY))
    return found[0]


def test_counters_are_added_up_by_day_and_by_month():
    view = Counter(DAY, "view", "regular", "", "", "d1", "r1")
    assert write({view: 3, view._replace(day="2026-11-21"): 4})
    assert write({view: 10}, batch_id="b2")
    assert rows(DAILY, "day", "count") == [(date(2026, 11, 20), 13), (date(2026, 11, 21), 4)]
    assert rows(MONTHLY) == [
        ("d1", date(2026, 11, 1), "r1", "", "view", "regular", "public", 17),
    ]


def test_a_batch_is_written_once():
    view = Counter(DAY, "view", "regular", "", "", "d1")
    visitor = Counter(DAY, "visitor", "regular")
    assert write({view: 3, visitor: 2}, source="log", file="access.log")
    assert not write({view: 3, visitor: 2})
    assert rows(DAILY, "kind", "count") == [("view", 3), ("visitor", 2)]
    (row,) = rows(BATCH, "id", "source", "events", "first_day", "last_day")
    assert row == ("b1", "log", 3, date(2026, 11, 20), date(2026, 11, 20))
    assert rows(BATCH, "detail") == [({"file": "access.log"},)]


def test_a_batch_without_counters_is_remembered_too():
    assert write({})
    assert not write({})
    assert rows(BATCH, "events", "first_day") == [(0, None)]


class TestAudience:
    def test_without_an_account_the_client_decides(self):
        assert audience("regular") == "public"
        assert audience("machine") == "machine"
        assert audience("robot") == "machine"

    def test_offices(self):
        member, other, lonely = factories.User(), factories.User(), factories.User()
        office = factories.Organization(users=[{"name": member["name"], "capacity": "member"}])
        factories.Organization(users=[{"name": other["name"], "capacity": "editor"}])
        dataset_id = factories.Dataset(**mandatory(), owner_org=office["id"])["id"]
        for access in ("regular", "machine"):
            asked = {"access": access, "dataset_id": dataset_id}
            assert audience(account=member["id"], **asked) == "own_office"
            assert audience(account=other["id"], **asked) == "other_agency"
            assert audience(account=factories.Sysadmin()["id"], **asked) == "own_office"
        assert audience(account=lonely["id"], dataset_id=dataset_id) == "public"
        assert audience("machine", lonely["id"], dataset_id) == "machine"
        assert audience("robot", member["id"], dataset_id) == "machine"
        assert audience(account="gone", dataset_id=dataset_id) == "public"

    def test_an_offices_visitors_are_its_own_where_they_are_its_members(self):
        member = factories.User()
        office = factories.Organization(users=[{"name": member["name"], "capacity": "member"}])
        asked = {"account": member["id"], "dataset_id": "", "kind": "visitor"}
        assert audience(organization_id=office["id"], **asked) == "own_office"
        assert audience(organization_id="another", **asked) == "other_agency"
        assert audience(**asked) == "other_agency"

    def test_who_left_an_office_is_the_public(self):
        member = factories.User()
        office = factories.Organization(users=[{"name": member["name"], "capacity": "member"}])
        dataset_id = factories.Dataset(**mandatory(), owner_org=office["id"])["id"]
        model.Session.query(model.Member).filter_by(table_id=member["id"]).update(
            {"state": "deleted"}
        )
        model.Session.commit()
        assert audience(account=member["id"], dataset_id=dataset_id) == "public"

    def test_an_offices_colleagues_share_a_row_and_no_account_is_kept(self):
        users = [factories.User() for _ in range(3)]
        office = factories.Organization(
            users=[{"name": user["name"], "capacity": "member"} for user in users]
        )
        dataset_id = factories.Dataset(**mandatory(), owner_org=office["id"])["id"]
        view = Counter(DAY, "view", "regular", "", "", dataset_id)
        write({view._replace(account=user["id"]): 2 for user in users})
        assert rows(DAILY, "audience", "count") == [("own_office", 6)]
        assert rows(ACCOUNT) == []


class TestDatasetOfAResource:
    def test_it_is_found_also_of_a_deleted_resource(self):
        office = factories.Organization()
        dataset = factories.Dataset(**mandatory(), owner_org=office["id"])
        resource = factories.Resource(package_id=dataset["id"])
        model.Session.query(model.Resource).filter_by(id=resource["id"]).update(
            {"state": "deleted"}
        )
        model.Session.commit()
        write({Counter(DAY, "download", "regular", resource_id=resource["id"]): 1})
        assert rows(DAILY, "dataset_id", "resource_id") == [
            (resource["package_id"], resource["id"])
        ]

    def test_unknown_ids_are_kept(self):
        write({Counter(DAY, "download", "regular", resource_id="gone"): 1})
        assert rows(DAILY, "dataset_id", "resource_id") == [("", "gone")]

    def test_the_audience_is_that_of_the_dataset_found(self):
        member = factories.User()
        office = factories.Organization(users=[{"name": member["name"], "capacity": "member"}])
        dataset = factories.Dataset(**mandatory(), owner_org=office["id"])
        resource = factories.Resource(package_id=dataset["id"])
        write({Counter(DAY, "download", "regular", member["id"], resource_id=resource["id"]): 1})
        assert rows(DAILY, "audience") == [("own_office",)]


def test_accounts_an_exchange_names_are_counted_apart():
    watched, other = factories.User()["id"], factories.User()["id"]
    with model.meta.engine.begin() as connection:
        connection.execute(sa.insert(WATCH).values(account_id=watched))
    call = Counter(DAY, "api_data", "machine", watched, "", "d1", "r1")
    write(
        {
            call: 5,
            call._replace(resource_id="r2"): 2,
            call._replace(kind="visitor"): 1,
            call._replace(account=other): 7,
            call._replace(access="robot"): 1,
        }
    )
    assert rows(ACCOUNT) == [(watched, "d1", date(2026, 11, 20), "api_data", 7)]


class TestTakingBack:
    """A double click over midnight takes the first click's counter back, maybe a batch later."""

    def test_a_row_that_comes_back_to_nothing_is_removed(self):
        view = Counter(DAY, "view", "regular", "", "", "d1")
        write({view: 2, view._replace(dataset_id="d2"): 5})
        write({view: -2}, batch_id="b2")
        assert rows(DAILY, "dataset_id", "count") == [("d2", 5)]
        assert rows(MONTHLY, "dataset_id", "count") == [("d2", 5)]

    def test_batches_may_arrive_in_any_order(self):
        view = Counter(DAY, "view", "regular", "", "", "d1")
        write({view: -1, view._replace(kind="download"): 1})
        write({view: 4}, batch_id="b2")
        assert rows(DAILY, "kind", "count") == [("download", 1), ("view", 3)]

    def test_counters_that_cancel_each_other_leave_nothing(self):
        view = Counter(DAY, "view", "regular", "", "", "d1")
        write({view: 1, view._replace(account="gone"): -1})
        assert rows(DAILY) == [] == rows(MONTHLY)


def test_counters_nobody_can_place_are_noted_and_stop_nothing():
    good = Counter(DAY, "view", "regular", "", "", "d1")
    write(
        {
            good: 1,
            good._replace(day="yesterday"): 1,
            good._replace(kind="dance"): 1,
            good._replace(access="horse"): 1,
            good._replace(dataset_id="x" * 5000): 1,
            good._replace(resource_id="tab\tline\nback\\slash \0"): 1,
        }
    )
    assert rows(BATCH, "detail") == [({"unreadable": 4},)]
    assert rows(DAILY, "resource_id") == [("",), ("tab\tline\nback\\slash ",)]


def test_two_writes_in_one_transaction():
    view = Counter(DAY, "view", "regular", "", "", "d1")
    with Session(model.meta.engine) as session:
        for batch_id in ("b1", "b2"):
            writer.write({view: 1}, batch_id=batch_id, source="log", detail={}, session=session)
        session.rollback()
        assert rows(DAILY) == [] == rows(BATCH)
        for batch_id in ("b1", "b2"):
            writer.write({view: 1}, batch_id=batch_id, source="log", detail={}, session=session)
        session.commit()
    assert rows(DAILY, "count") == [(2,)]


def test_writers_at_once_neither_stop_nor_double_each_other():
    """Also the partitions of new months are made by several at once."""
    _drop_partitions()
    random.seed(4)
    expected: dict[str, int] = {}
    work = []
    for number in range(24):
        counters = {
            Counter(f"20{y}-0{m}-15", "view", "regular", "", "", f"d{d}"): random.randint(1, 9)
            for y in (30, 31)
            for m in (1, 2, 3)
            for d in random.sample(range(40), 20)
        }
        for counter, value in counters.items():
            expected[counter.dataset_id] = expected.get(counter.dataset_id, 0) + value
        work += [(f"batch {number}", counters)] * 2
    random.shuffle(work)
    outcomes, errors = [], []

    def run(mine):
        try:
            outcomes.extend(write(counters, batch_id=batch_id) for batch_id, counters in mine)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(outcomes) == [False] * 24 + [True] * 24
    for table in (DAILY, MONTHLY):
        sums: dict[str, int] = {}
        for dataset_id, count in rows(table, "dataset_id", "count"):
            sums[dataset_id] = sums.get(dataset_id, 0) + count
        assert sums == expected


def _drop_partitions():
    with model.meta.engine.begin() as connection:
        for month in partitions.existing(connection):
            partitions.drop(connection, month)


def test_a_month_is_made_when_it_is_first_written():
    _drop_partitions()
    write(
        {Counter("2026-12-31", "view", "regular"): 1, Counter("2027-01-01", "view", "regular"): 1}
    )
    with model.meta.engine.connect() as connection:
        assert partitions.existing(connection) == {date(2026, 12, 1), date(2027, 1, 1)}
    assert rows(MONTHLY, "month", "count") == [(date(2026, 12, 1), 1), (date(2027, 1, 1), 1)]
