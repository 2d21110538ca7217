"""The actions: who may, what is kept, what is refused, two people at once, and their cost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog import exchanged
from ckanext.pcio.registers.exchange import queries
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.usage.model import ACCOUNT, WATCH
from tests.dashboard.reading import statements
from tests.registers.exchange.conftest import CONFIDENTIAL, INTERNAL, PARTNER

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

REFUSED = "refused"
ROLES = ("anonymous", "stranger", "member", "editor", "admin", "other_admin", "sysadmin")
READERS = dict.fromkeys(ROLES, "done") | dict.fromkeys(("anonymous", "stranger"), REFUSED)
WRITERS = dict.fromkeys(ROLES, REFUSED) | dict.fromkeys(("editor", "admin", "sysadmin"), "done")
EXPECTED = {
    "pcio_exchange_create": WRITERS,
    "pcio_exchange_update": WRITERS,
    "pcio_exchange_delete": WRITERS,
    "pcio_exchange_show": READERS,
    "pcio_exchange_list": READERS,
}
ENTRY = {"partner": "กรมตัวอย่าง", "tier": "department", "method": "api", "status": "waiting"}


def watched():
    return set(model.Session.scalars(sa.select(WATCH.c.account_id)))


def used(account, dataset, day, count, kind="api_data"):
    model.Session.execute(
        sa.insert(ACCOUNT).values(
            account_id=account, dataset_id=dataset, day=day, kind=kind, count=count
        )
    )
    model.Session.commit()


def errors(call, *args, **kwargs):
    with pytest.raises(tk.ValidationError) as refused:
        call(*args, **kwargs)
    return refused.value.error_dict


def test_every_action_of_every_role(make_dataset, record, act, people):
    make_dataset("water")
    found = {name: {} for name in EXPECTED}
    for role in ROLES:
        for name, outcomes in found.items():
            identity = {"id": record("water")["id"]}
            arguments = {
                "pcio_exchange_create": {"dataset": "water", **ENTRY},
                "pcio_exchange_update": {**identity, "version": 1, "purpose": "วางแผน"},
                "pcio_exchange_list": {},
            }.get(name, identity)
            try:
                act(role, name, **arguments)
                outcomes[role] = "done"
            except tk.NotAuthorized:
                outcomes[role] = REFUSED
    assert found == EXPECTED


def test_a_revoked_token_is_nobody(app, make_dataset, record, people):
    make_dataset("water")
    made = record("water")
    token = factories.SysadminWithToken()["token"]
    headers = {"Authorization": token}
    url = f"/api/3/action/pcio_exchange_show?id={made['id']}"
    assert app.get(url, headers=headers).status_code == 200
    call_action("api_token_revoke", token=token)
    answer = app.get(url, headers=headers)
    assert answer.status_code == 403
    assert made["partner"] not in answer.body


def test_private_datasets_of_another_office_are_not_there(make_dataset, record, act):
    make_dataset("hidden", private=True, **INTERNAL)
    made = record("hidden")
    for name, arguments in (
        ("pcio_exchange_show", {"id": made["id"]}),
        ("pcio_exchange_update", {"id": made["id"], "version": 1}),
        ("pcio_exchange_delete", {"id": made["id"]}),
        ("pcio_exchange_create", {"dataset": "hidden", **ENTRY}),
        ("pcio_exchange_create", {"dataset": "no-such-dataset", **ENTRY}),
    ):
        with pytest.raises(tk.ObjectNotFound):
            act("other_admin", name, **arguments)
    assert act("other_admin", "pcio_exchange_list")["count"] == 0
    assert act("other_admin", "pcio_exchange_list", dataset="hidden")["results"] == []
    assert act("member", "pcio_exchange_list")["count"] == 1


def test_the_account_is_for_the_datasets_office_only(make_dataset, record, act):
    make_dataset("water")
    made = record("water", account="health-office-api")
    for role, name in (
        ("member", "health-office-api"),
        ("sysadmin", "health-office-api"),
        ("other_admin", None),
    ):
        shown = act(role, "pcio_exchange_show", id=made["id"])
        assert (shown["account"], shown["has_account"]) == (name, True), role
        assert act(role, "pcio_exchange_list")["results"][0]["account"] == name, role
        assert ("health-office-api" in str(shown)) is (name is not None), role


@pytest.mark.parametrize("changes", [CONFIDENTIAL, {"data_category": "ข้อมูลใช้ภายใน"}])
def test_a_level_that_may_not_be_shared_is_refused(make_dataset, record, changes):
    make_dataset("secret", private=True, **changes)
    refused = errors(record, "secret")
    assert set(refused) == {"dataset"}
    assert "ข้อมูล secret" in refused["dataset"][0]
    assert model.Session.execute(sa.text("SELECT count(*) FROM pcio_exchange")).scalar() == 0


def test_references_that_are_not_there(make_dataset, record, people):
    make_dataset("water")
    refused = errors(
        record, "water", account="nobody", partner_organization="nowhere", partner="", tier=""
    )
    assert set(refused) == {"account", "partner_organization", "partner", "tier"}
    assert "nobody" in refused["account"][0]
    address = model.User.get(PARTNER).email
    assert set(errors(record, "water", account=address)) == {"account"}
    assert set(errors(record, "water", partner_organization="office")) == {"partner_organization"}


def test_without_a_dataset_everything_else_is_told_too(record, act):
    refused = errors(record, "", tier="", starts_on="ไม่รู้")
    assert set(refused) == {"dataset", "tier", "starts_on"}
    assert set(errors(act, "editor", "pcio_exchange_create")) >= {"dataset", "partner", "method"}


def test_a_partner_on_this_portal_goes_by_its_own_name(make_dataset, record, act):
    make_dataset("water")
    made = record("water", partner="", partner_organization="other")
    assert made["partner"] == "สำนักงานสาธารณสุขจังหวัด"
    site_user = call_action("get_site_user")["name"]
    call_action("organization_patch", {"user": site_user}, id="other", title="ชื่อใหม่")
    assert act("editor", "pcio_exchange_show", id=made["id"])["partner"] == "ชื่อใหม่"
    (told,) = queries.records(None)
    assert told.partner == "ชื่อใหม่"


def test_hostile_texts_are_kept_as_texts(app, make_dataset, record, act):
    make_dataset("water")
    made = record(
        "water",
        partner="=cmd|' /C calc'!A1 <script>alert(1)</script>\x00\ud800",
        purpose="'; DROP TABLE pcio_exchange; --",
    )
    assert made["partner"] == "=cmd|' /C calc'!A1 <script>alert(1)</script>"
    for hostile in ("%", "_", "\\", "\x00?", "?\ud800", "'; --"):
        found = act("editor", "pcio_exchange_list", partner=hostile)
        assert found["count"] == 0, hostile
    assert act("editor", "pcio_exchange_list", partner="CMD|")["count"] == 1
    assert act("editor", "pcio_exchange_list", offset=10**30)["results"] == []
    for wrong in ({"tier": "x"}, {"level": "x"}, {"sort": "x"}, {"limit": -1}, {"dataset": [1]}):
        assert set(errors(act, "editor", "pcio_exchange_list", **wrong)) == set(wrong)
    with pytest.raises(tk.ObjectNotFound):
        act("editor", "pcio_exchange_show", id="\x00\ud800x")


def test_filters_and_totals(make_dataset, record, act):
    make_dataset("water")
    make_dataset("inside", private=True, **INTERNAL)
    soon = (today_in_thailand() + timedelta(30)).isoformat()
    record("water", ends_on=soon, told_calls=5, told_records=100, told_on="2568-02-01")
    record("water", partner="กรมหนึ่ง", tier="department", told_calls=3, told_on="2568-02-01")
    record("water", partner="เลิกแล้ว", ends_on="2568-03-01", told_calls=1000, told_on="2568-02-01")
    record("inside", partner="กรมหนึ่ง", tier="other", status="preparing", starts_on="")
    found = act("editor", "pcio_exchange_list")
    assert (found["count"], found["partners"]) == (4, 2)
    levels = {level["level"]: level for level in found["levels"]}
    assert list(levels) == ["open", "internal"]
    water = levels["open"]
    assert (water["count"], water["linked"], water["datasets"], water["ending"]) == (3, 2, 1, 1)
    assert (water["calls"], water["records"]) == (8, 100)
    assert (levels["internal"]["linked"], levels["internal"]["calls"]) == (0, None)
    for arguments, count in (
        ({"dataset": "water"}, 3),
        ({"organization": "office"}, 4),
        ({"organization": "other"}, 0),
        ({"partner": "หนึ่ง"}, 2),
        ({"tier": "department"}, 1),
        ({"status": "preparing"}, 1),
        ({"level": "internal"}, 1),
        ({"ending": True}, 1),
        ({"level": "open", "partner": "กรม"}, 1),
    ):
        assert act("editor", "pcio_exchange_list", **arguments)["count"] == count, arguments
    pages = [act("editor", "pcio_exchange_list", limit=1, offset=n)["results"] for n in range(4)]
    assert len({page[0]["id"] for page in pages}) == 4
    assert [page[0]["level"] for page in pages] == ["open"] * 3 + ["internal"]


def test_calls_of_the_account_between_start_and_end(make_dataset, record, act, people):
    water, other = make_dataset("water"), make_dataset("elsewhere")
    made = record(
        "water",
        account="health-office-api",
        starts_on="2568-03-01",
        ends_on="2568-03-31",
        told_calls=7,
        told_last_use="2568-03-05",
        told_on="2568-04-30",
    )
    account = model.User.get("health-office-api").id
    stranger = model.User.get(people["stranger"]).id
    for day, counted in (
        ("2025-02-28", 1),
        ("2025-03-01", 10),
        ("2025-03-31", 100),
        ("2025-04-01", 1000),
    ):
        used(account, water["id"], day, counted)
    used(account, water["id"], "2025-03-10", 10000, "dump")
    used(account, water["id"], "2025-03-30", 50, "view")
    used(account, other["id"], "2025-03-10", 100000)
    used(stranger, water["id"], "2025-03-10", 1000000)
    shown = act("editor", "pcio_exchange_show", id=made["id"])
    assert (shown["counted_calls"], shown["told_calls"], shown["calls"]) == (10110, 7, 10117)
    assert (shown["counted_last_use"], shown["last_use"]) == ("2025-03-31", "2025-03-31")
    changed = act("editor", "pcio_exchange_update", id=made["id"], version=1, ends_on="")
    assert changed["calls"] == 11117
    (told,) = queries.records(frozenset({water["id"]}))
    assert (told.calls, told.last_use.isoformat()) == (11117, "2025-04-01")
    assert queries.records(frozenset()) == ()


def test_whose_calls_are_kept_follows_the_register(make_dataset, record, act):
    water = make_dataset("water")
    account = model.User.get("health-office-api").id
    second = factories.User(name="second-api")["id"]
    one = record("water", account="health-office-api")
    two = record("water", partner="อีกแห่ง", account="health-office-api")
    assert watched() == {account}
    used(account, water["id"], "2025-02-01", 3)
    act("editor", "pcio_exchange_delete", id=one["id"])
    assert watched() == {account}
    assert act("editor", "pcio_exchange_show", id=two["id"])["calls"] == 3
    act("editor", "pcio_exchange_update", id=two["id"], version=1, account="second-api")
    assert watched() == {second}
    assert act("editor", "pcio_exchange_show", id=two["id"])["calls"] == 0
    assert model.Session.execute(sa.select(sa.func.count()).select_from(ACCOUNT)).scalar() == 0
    act("editor", "pcio_exchange_update", id=two["id"], version=2, account="")
    assert watched() == set()


def test_an_account_that_left_does_not_block_the_form(make_dataset, record, act):
    make_dataset("water")
    made = record("water", account="health-office-api")
    call_action("user_delete", id="health-office-api")
    again = {"id": made["id"], "version": 1, "account": "health-office-api"}
    assert act("editor", "pcio_exchange_update", **again, purpose="ใหม่")["purpose"] == "ใหม่"
    assert set(errors(record, "water", account="health-office-api")) == {"account"}


def test_the_second_of_two_editors_is_told(make_dataset, record, act):
    make_dataset("water")
    made = record("water")
    act("editor", "pcio_exchange_update", id=made["id"], version=1, purpose="ของคนแรก")
    refused = errors(
        act, "admin", "pcio_exchange_update", id=made["id"], version=1, purpose="ของคนที่สอง"
    )
    assert set(refused) == {"version"}
    assert set(errors(act, "admin", "pcio_exchange_delete", id=made["id"], version=1)) == {
        "version"
    }
    assert act("admin", "pcio_exchange_show", id=made["id"])["purpose"] == "ของคนแรก"
    act("admin", "pcio_exchange_update", id=made["id"], version=2, purpose="ของคนที่สอง")
    refused = errors(act, "admin", "pcio_exchange_update", id=made["id"], version=3, dataset="x")
    assert set(refused) == {"dataset"}


def test_of_several_at_the_same_moment_one_is_saved(app, make_dataset, record, act):
    make_dataset("water")
    made = record("water")
    model.Session.commit()
    start = Barrier(4)

    def change(number):
        start.wait()
        try:
            with app.flask_app.test_request_context():
                arguments = {"id": made["id"], "version": 1, "account": "health-office-api"}
                return act("editor", "pcio_exchange_update", **arguments, purpose=f"คนที่ {number}")
        except tk.ValidationError as refused:
            return refused
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(change, range(4)))
    (saved,) = [each for each in results if isinstance(each, dict)]
    assert all(set(each.error_dict) == {"version"} for each in results if each is not saved)
    shown = act("editor", "pcio_exchange_show", id=made["id"])
    assert (shown["version"], shown["purpose"]) == (2, saved["purpose"])
    assert watched() == {model.User.get("health-office-api").id}


def test_a_deleted_dataset_takes_its_exchanges_along_and_brings_them_back(
    make_dataset, record, act
):
    dataset = make_dataset("water")
    made = record("water")
    user = call_action("get_site_user")["name"]
    site = {"user": user, "ignore_auth": True}
    call_action("package_delete", dict(site), id=dataset["id"])
    assert act("editor", "pcio_exchange_list")["count"] == 0
    assert call_action("pcio_counts_show")["all"]["sharable"] == 0
    with pytest.raises(tk.ObjectNotFound):
        act("editor", "pcio_exchange_show", id=made["id"])
    call_action("package_patch", dict(site), id=dataset["id"], state="active")
    assert act("editor", "pcio_exchange_list")["count"] == 1
    assert call_action("pcio_counts_show")["all"]["sharable"] == 1


def test_a_purged_dataset_takes_its_exchanges_along_for_good(make_dataset, record):
    water, rice = make_dataset("water"), make_dataset("rice")
    record("water", account=PARTNER)
    kept = record("rice")
    account = model.User.get(PARTNER).id
    used(account, water["id"], "2025-02-01", 3)
    user = call_action("get_site_user")["name"]
    call_action("dataset_purge", {"user": user, "ignore_auth": True}, id=water["id"])
    query = sa.text("SELECT id FROM pcio_exchange")
    assert list(model.Session.scalars(query)) == [kept["id"]]
    assert exchanged.ids(today_in_thailand()) == {rice["id"]}
    assert watched() == set()
    assert model.Session.execute(sa.select(sa.func.count()).select_from(ACCOUNT)).scalar() == 0


def test_the_list_costs_the_same_for_any_length(make_dataset, record, act):
    for number in range(3):
        make_dataset(f"water-{number}")
    record("water-0", account="health-office-api")

    def count():
        with statements() as seen:
            act("editor", "pcio_exchange_list")
        return len(seen), sum("FROM pcio_exchange" in each for each in seen)

    few = count()
    for number in range(3):
        for partner in ("หนึ่ง", "สอง"):
            record(f"water-{number}", partner=partner, account="health-office-api")
    assert count() == few
    assert few[1] == 3  # the rows, their totals, the number of partners
