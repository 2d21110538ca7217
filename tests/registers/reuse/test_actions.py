"""What the register's actions take, answer and keep back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from .conftest import dataset, forget_visitors, make_private, person, remove, told


def approved(api, token, *datasets, **changes):
    made = api("pcio_reuse_create", told(*datasets, **changes))
    return api("pcio_reuse_review", {"id": made["id"], "version": 1, "decision": "approve"}, token)


def listed(api, arguments=None, token=None):
    return [reuse["title"] for reuse in api("pcio_reuse_list", arguments or {}, token)["results"]]


def test_a_visitor_tells_an_officer_approves_and_everybody_reads(api, office):
    rice = call_action("package_show", id="rice")
    made = api("pcio_reuse_create", told("rice"))
    assert made["state"] == "waiting"
    assert listed(api) == []
    assert api("pcio_reuse_show", {"id": made["id"]})["status"] == 403
    own = api("pcio_reuse_show", {"id": made["id"], "key": made["key"]})
    assert own["state"] == "waiting"
    editor = person(office)
    decision = {"id": made["id"], "version": 1, "decision": "approve"}
    done = api("pcio_reuse_review", decision, editor)
    assert done["state"] == "approved"
    assert done["reviewed_by"]
    assert done["reviewed_at"]
    assert done["version"] == 2
    seen = api("pcio_reuse_show", {"id": made["id"]})
    assert seen["title"] == "แอปเตือนภัยแล้ง"
    assert seen["used_on"] == "2024-05-01"
    assert [d["id"] for d in seen["datasets"]] == [rice["id"]]
    assert listed(api) == ["แอปเตือนภัยแล้ง"]


def test_the_address_and_the_accounts_are_for_officers_only(api, office):
    editor = person(office)
    made = api("pcio_reuse_create", told("rice"))
    api("pcio_reuse_review", {"id": made["id"], "version": 1, "decision": "approve"}, editor)
    public = (
        made,
        api("pcio_reuse_show", {"id": made["id"]}),
        api("pcio_reuse_show", {"id": made["id"]}, person()),
        api("pcio_reuse_list", {})["results"][0],
        api("pcio_reuse_list", {}, editor)["results"][0],
    )
    for answer in public:
        assert "dev@example.com" not in str(answer)
        assert not {"email", "submitted_by", "reviewed_by"} & answer.keys()
    assert api("pcio_reuse_show", {"id": made["id"]}, editor)["email"] == "dev@example.com"


def test_the_submitter_reads_the_reason_and_nobody_else(api, office):
    editor = person(office)
    made = api("pcio_reuse_create", told("rice"))
    decision = {"id": made["id"], "version": 1, "decision": "reject"}
    assert "reason" in api("pcio_reuse_review", decision, editor)
    refused = api("pcio_reuse_review", {**decision, "reason": ""}, editor)
    assert refused["status"] == 409
    assert refused["reason"]
    api("pcio_reuse_review", {**decision, "reason": "ลิงก์เปิดไม่ได้"}, editor)
    own = api("pcio_reuse_show", {"id": made["id"], "key": made["key"]})
    assert (own["state"], own["reason"]) == ("rejected", "ลิงก์เปิดไม่ได้")
    for key in ("", "0" * 32, made["key"][:-1], "ก"):
        assert api("pcio_reuse_show", {"id": made["id"], "key": key})["status"] == 403


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("waiting", {"approve", "reject"}),
        ("approved", {"hide"}),
        ("rejected", {"approve"}),
        ("hidden", {"approve"}),
    ],
)
def test_each_state_has_its_decisions(api, office, state, possible):
    editor = person(office)
    made = api("pcio_reuse_create", told("rice"))
    for decision in {
        "approved": ["approve"],
        "rejected": ["reject"],
        "hidden": ["approve", "hide"],
    }.get(state, []):
        version = api("pcio_reuse_show", {"id": made["id"]}, editor)["version"]
        arguments = {"id": made["id"], "version": version, "decision": decision, "reason": "x"}
        api("pcio_reuse_review", arguments, editor)
    now = api("pcio_reuse_show", {"id": made["id"]}, editor)
    assert now["state"] == state
    assert set(now["decisions"]) == possible
    for decision in {"approve", "reject", "hide"} - possible:
        arguments = {
            "id": made["id"],
            "version": now["version"],
            "decision": decision,
            "reason": "x",
        }
        assert api("pcio_reuse_review", arguments, editor)["status"] == 409


def test_of_two_officers_at_once_the_second_is_told(api, office):
    first, second = person(office), person(office, "admin")
    made = api("pcio_reuse_create", told("rice"))
    decision = {"id": made["id"], "version": 1}
    api("pcio_reuse_review", {**decision, "decision": "approve"}, first)
    late = api("pcio_reuse_review", {**decision, "decision": "reject", "reason": "x"}, second)
    assert late["status"] == 409
    assert "อนุมัติแล้ว" in str(late["version"])
    edit = {**decision, "title": "ชื่ออื่น"}
    assert api("pcio_reuse_update", edit, second)["status"] == 409
    assert api("pcio_reuse_delete", decision, second)["status"] == 409
    now = api("pcio_reuse_show", {"id": made["id"]}, second)
    assert (now["state"], now["title"], now["version"]) == ("approved", "แอปเตือนภัยแล้ง", 2)


def test_one_link_is_one_reuse(api, office):
    editor = person(office)
    made = api("pcio_reuse_create", told("rice", link="https://www.App.example.com/x/?b=1&a=2"))
    again = told("rice", link="http://app.example.com:80/x?a=2&b=1&utm_source=mail#top")
    assert api("pcio_reuse_create", again)["link"] == ["มีผู้แจ้งผลงานที่ใช้ลิงก์นี้แล้ว ขอบคุณ"]
    reject = {"id": made["id"], "version": 1, "decision": "reject", "reason": "x"}
    api("pcio_reuse_review", reject, editor)
    assert "key" in api("pcio_reuse_create", again)
    back = {"id": made["id"], "version": 2, "decision": "approve"}
    assert api("pcio_reuse_review", back, editor)["link"]
    assert "key" in api("pcio_reuse_create", told("rice", link=None))
    assert "key" in api("pcio_reuse_create", told("rice", link=""))


def test_datasets_are_named_by_title_address_name_and_id(api, office, other):
    rice = call_action("package_show", id="rice")
    fish = call_action("package_show", id="fish")
    references = ["ข้อมูล rice", "http://test.ckan.net/dataset/fish", "/th/dataset/fish", rice["id"]]
    made = api("pcio_reuse_create", told(*references))
    assert [d["id"] for d in made["datasets"]] == [rice["id"], fish["id"]]


def test_only_published_datasets_the_submitter_sees_are_taken(api, office):
    dataset(office, "secret", private=True)
    gone = dataset(office, "gone")
    remove(gone["id"])
    dataset(office, "twin-1", title="ข้อมูลซ้ำ")
    dataset(office, "twin-2", title="ข้อมูลซ้ำ")
    for name in ("secret", "gone", "nothing", "ข้อมูลซ้ำ"):
        refused = api("pcio_reuse_create", told("rice", name), person(office))
        assert name in str(refused["datasets"])
    assert "twin-1, twin-2" in str(api("pcio_reuse_create", told("ข้อมูลซ้ำ"))["datasets"])
    assert api("pcio_reuse_create", told())["datasets"] == ["โปรดระบุชุดข้อมูลอย่างน้อยหนึ่งชุด"]


def test_a_dataset_that_is_hidden_later_leaves_the_answers(api, office, other):
    dataset(office, "maize")
    dataset(other, "crab")
    editor = person(office)
    one = approved(api, editor, "maize", "crab", title="สองชุด")
    approved(api, editor, "maize", title="ชุดเดียว", link=None)
    make_private("maize")
    assert listed(api) == ["สองชุด"]
    assert [d["name"] for d in api("pcio_reuse_show", {"id": one["id"]})["datasets"]] == ["crab"]
    assert listed(api, {"dataset": "maize"}) == []
    assert listed(api, {"organization": "office"}) == []
    assert listed(api, {"dataset": "maize"}, editor) == ["ชุดเดียว", "สองชุด"]
    remove("crab")
    assert listed(api) == []
    assert listed(api, {}, person(other, "admin")) == []
    assert api("pcio_reuse_show", {"id": one["id"]})["status"] == 403


def test_an_officers_correction_keeps_datasets_he_cannot_see(api, office, other):
    dataset(office, "sugar")
    shrimp = dataset(other, "shrimp")
    editor = person(office)
    made = approved(api, editor, "sugar", "shrimp")
    make_private("shrimp")
    seen = api("pcio_reuse_show", {"id": made["id"]}, editor)
    assert seen["datasets_unseen"] == 1
    change = {"id": made["id"], "version": 2, "datasets": ["sugar"], "title": "ใหม่"}
    api("pcio_reuse_update", change, editor)
    now = api("pcio_reuse_show", {"id": made["id"]}, person(other))
    assert [d["id"] for d in now["datasets"]][1:] == [shrimp["id"]]
    assert (now["title"], now["how"]) == ("ใหม่", made["how"])


def test_filters_of_the_list(api, office, other):
    admin = factories.SysadminWithToken()["token"]
    approved(api, admin, "rice", title="ก", link=None, how="ใช้ 100% ของข้อมูล")
    approved(api, admin, "fish", title="ข", link=None, type="news_article", user_kind="agency")
    assert listed(api, {"type": "news_article"}) == ["ข"]
    assert listed(api, {"user": "company"}) == ["ก"]
    assert listed(api, {"organization": "other"}) == ["ข"]
    assert listed(api, {"dataset": "rice"}) == ["ก"]
    assert listed(api, {"q": "100%"}) == ["ก"]
    assert listed(api, {"q": "%"}) == ["ก"]
    assert listed(api, {"q": "_ช้"}) == []
    assert listed(api, {"limit": 1, "offset": 1}) == ["ก"]
    assert api("pcio_reuse_list", {"limit": 0})["count"] == 2
    assert api("pcio_reuse_list", {"type": "nothing"})["status"] == 409
    assert api("pcio_reuse_list", {"offset": 10**30})["results"] == []


def test_entries_by_state_are_those_of_the_officers_own_offices(api, office, other):
    api("pcio_reuse_create", told("rice", title="ข้าว", link=None))
    api("pcio_reuse_create", told("fish", title="ปลา", link=None))
    api("pcio_reuse_create", told("fish", "rice", title="ทั้งสอง", link=None))
    waiting = {"state": "waiting"}
    assert listed(api, waiting, person(office)) == ["ข้าว", "ทั้งสอง"]
    assert listed(api, waiting, person(other, "admin")) == ["ปลา", "ทั้งสอง"]
    sysadmin = factories.SysadminWithToken()["token"]
    assert listed(api, waiting, sysadmin) == ["ข้าว", "ปลา", "ทั้งสอง"]
    for token in (None, person(), person(office, "member")):
        assert api("pcio_reuse_list", waiting, token)["status"] == 403


ROLES = ("anonymous", "stranger", "member", "editor", "admin", "other_admin", "sysadmin", "revoked")
OFFICERS = {"editor", "admin", "sysadmin"}


def test_who_may_do_what(api, office, other):
    revoked = factories.SysadminWithToken()["token"]
    call_action("api_token_revoke", token=revoked)
    tokens = {
        "anonymous": None,
        "stranger": person(),
        "member": person(office, "member"),
        "editor": person(office),
        "admin": person(office, "admin"),
        "other_admin": person(other, "admin"),
        "sysadmin": factories.SysadminWithToken()["token"],
        "revoked": revoked,
    }
    for role in ROLES:
        token = tokens[role]
        may = role in OFFICERS
        made = api("pcio_reuse_create", told("rice", link=None), None)
        here = {"id": made.get("id"), "version": 1}
        if role in ("anonymous", "stranger"):
            assert "key" in api("pcio_reuse_create", told("rice", link=None), token)
        for action, arguments in (
            ("pcio_reuse_show", {}),
            ("pcio_reuse_update", {"title": "แก้"}),
            ("pcio_reuse_review", {"decision": "approve", "version": 2}),
            ("pcio_reuse_delete", {"version": 3}),
        ):
            answer = api(action, {**here, **arguments}, token)
            assert (answer.get("status") != 403) is may, (role, action)
        if may:
            assert api("pcio_reuse_show", {"id": made["id"]}, token)["status"] in (403, 404)
        # The limit of visitors without a login is another test's subject.
        forget_visitors()


def test_a_list_costs_the_same_number_of_queries_whatever_its_length(api, office):
    for number in range(6):
        dataset(office, f"rice-{number}")
    admin = factories.SysadminWithToken()["token"]

    def cost(state):
        statements = []
        engine = model.meta.engine

        def count(*args):
            statements.append(args[2])

        sa.event.listen(engine, "before_cursor_execute", count)
        try:
            found = api("pcio_reuse_list", state, admin)
        finally:
            sa.event.remove(engine, "before_cursor_execute", count)
        return len(found["results"]), len(statements)

    names = [f"rice-{number}" for number in range(6)]
    approved(api, admin, names[0], link=None)
    one = [cost({}), cost({"state": "approved"})]
    for _ in range(4):
        approved(api, admin, *names, link=None)
    five = [cost({}), cost({"state": "approved"})]
    assert [length for length, _ in five] == [5, 5]
    assert [number for _, number in one] == [number for _, number in five]
