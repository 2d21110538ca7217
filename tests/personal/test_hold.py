"""Before a file becomes public it is looked through; until then nobody else gets it, by any way."""

from __future__ import annotations

import io
import json
import logging

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.common import config
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.pcio.catalog.dictionary.proposal import propose
from ckanext.pcio.catalog.personal import job, states, store
from ckanext.pcio.catalog.personal.model import DECISION, SCAN
from tests.dashboard import builders
from tests.dashboard.reading import get, soup, statements
from tests.personal import made

PID = [{"id": "pid", "type": "text"}]
PLAIN = "อำเภอ,จำนวน\nเมือง,10\nปากช่อง,12\n".encode()
REASON = "เป็นทะเบียนที่กฎหมายกำหนดให้เปิดเผย"


def state(resource) -> str:
    model.Session.expire_all()
    return store.row(resource["id"])["state"]


def address(resource) -> str:
    return f"/dataset/{resource['package_id']}/resource/{resource['id']}"


def status(portal, url: str, token: str | None = None) -> int:
    headers = {"Authorization": token} if token else {}
    return portal.get(url, headers=headers, follow_redirects=False).status_code


def download(portal, resource, token: str | None = None) -> int:
    return status(portal, f"{address(resource)}/download/people.csv", token)


def version(resource) -> int:
    return store.row(resource["id"])["version"]


def decide(action: str, resource, office, token="editor", **more):
    context = {"user": office["names"][token], "ignore_auth": False}
    asked = {"id": resource["id"], "reason": REASON, "version": version(resource), **more}
    return call_action(action, context, **asked)


def replace(resource, content: bytes) -> None:
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    file = FileStorage(io.BytesIO(content), filename="people.csv")
    call_action("resource_patch", context, id=resource["id"], upload=file, url="people.csv")


def test_the_story_of_a_file_with_people(portal, office, upload):
    resource = upload(made.PEOPLE)
    assert state(resource) == states.WAITING
    assert [
        download(portal, resource, office[role]) for role in ("anonymous", "stranger", "member")
    ] == [403] * 3
    assert [download(portal, resource, office[role]) for role in ("editor", "sysadmin")] == [
        200
    ] * 2
    job.run(resource["id"])
    assert state(resource) == states.FOUND
    assert download(portal, resource) == 403
    seen = call_action("pcio_personal_show", id=resource["id"])["files"][0]
    assert {(f["column"], f["kind"], f["count"], f["rows"]) for f in seen["findings"]} == {
        ("รหัส", "national_id", 30, 30),
        ("ชื่อ-สกุล", "name", 30, 30),
        ("เบอร์โทร", "mobile", 30, 30),
    }
    decide("pcio_personal_confirm", resource, office)
    assert download(portal, resource) == 200
    told = call_action("pcio_personal_show", id=resource["id"])["files"][0]
    assert (told["reason"], told["state"]) == (REASON, states.CONFIRMED)
    decide("pcio_personal_withdraw", resource, office)
    assert download(portal, resource) == 403


def test_a_file_without_people_is_free_after_the_look(portal, upload):
    resource = upload(PLAIN)
    assert download(portal, resource) == 403
    job.run(resource["id"])
    assert (state(resource), download(portal, resource)) == (states.CLEAR, 200)


@pytest.mark.parametrize(
    ("name", "content", "after"),
    [("a.pdf", b"%PDF-1.4", states.NOT_TABULAR), ("a.xls", b"\xd0\xcf\x11\xe0", states.UNREADABLE)],
)
def test_what_is_no_table_or_cannot_be_read_is_not_held(portal, upload, name, content, after):
    resource = upload(content, name)
    job.run(resource["id"])
    assert (state(resource), download(portal, resource)) == (after, 200)


def test_a_table_beside_a_file_that_was_looked_at_is_held_itself(portal, upload):
    resource = upload(b"%PDF-1.4", "a.pdf")
    job.run(resource["id"])
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    rows = [{"pid": one} for one in made.ids(5)]
    table = {"resource_id": resource["id"], "fields": PID, "records": rows, "force": True}
    call_action("datastore_create", context, **table)
    url = f"/api/3/action/datastore_search?resource_id={resource['id']}"
    assert (state(resource), status(portal, url)) == (states.WAITING, 403)
    job.run(resource["id"])
    assert (state(resource), status(portal, url)) == (states.FOUND, 403)


def test_a_dictionary_quotes_no_file_with_people(upload):
    resource, plain = upload(made.PEOPLE), upload(PLAIN)
    for _time in range(2):
        columns = propose(resource)
        assert "รหัส" in [column.name for column in columns]
        assert not any(column.example for column in columns)
        job.run(resource["id"])
    job.run(plain["id"])
    assert any(column.example for column in propose(plain))


def test_a_file_made_something_else_and_a_file_again_is_not_free(portal, upload):
    resource = upload(made.PEOPLE)
    job.run(resource["id"])
    assert download(portal, resource) == 403
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    for kind in ("elsewhere", "upload"):
        changed = {"id": resource["id"], "url_type": kind, "url": "people.csv"}
        call_action("resource_patch", dict(context), **changed)
    assert download(portal, resource) == 403


def test_every_way_out_is_shut_and_the_dataset_stays_to_be_seen(portal, office, upload):
    resource = upload(made.PEOPLE)
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    rows = [{"pid": one} for one in made.ids(5)]
    call_action(
        "datastore_create",
        dict(context),
        resource_id=resource["id"],
        fields=PID,
        records=rows,
        force=True,
    )
    view = call_action(
        "resource_view_create",
        dict(context),
        resource_id=resource["id"],
        title="ตาราง",
        view_type="datatables_view",
    )
    rid = resource["id"]
    api = "/api/3/action"
    ways = [
        f"{address(resource)}/download/people.csv",
        f"{address(resource)}/download",
        f"{address(resource)}/proxy",
        f"{address(resource)}/view/{view['id']}",
        f"{api}/datastore_search?resource_id={rid}",
        f"{api}/datastore_info?id={rid}",
        f'{api}/datastore_search_sql?sql=SELECT * FROM "{rid}"',
        f"{api}/resource_show?id={rid}",
        f"{api}/resource_view_show?id={view['id']}",
        f"/datastore/dump/{rid}",
        f"/datatables/ajax/{view['id']}",
        f"/datatables/filtered-download/{view['id']}",
    ]
    numbers = made.ids(30)
    for role in ("anonymous", "member"):
        headers = {"Authorization": office[role]} if office[role] else {}
        for way in ways:
            for method in (portal.get, portal.post):
                answer = method(way, headers=headers, follow_redirects=False)
                assert answer.status_code in (403, 404, 405, 400), way
                assert not any(number in answer.body for number in numbers), way
    for page in (
        f"/dataset/{resource['package_id']}",
        address(resource),
        f"/dataset/{resource['package_id']}.ttl",
    ):
        answer = portal.get(page)
        assert answer.status_code == 200, page
        assert not any(number in answer.body for number in numbers), page
    assert [status(portal, ways[place], office["editor"]) for place in (0, 4, 5, 7, 9)] == [200] * 5
    shown = portal.get(f"{api}/package_show?id={resource['package_id']}").json["result"]
    assert rid in [one["id"] for one in shown["resources"]]


def test_a_reader_is_told_why(portal, upload):
    resource = upload(PLAIN)
    refused = portal.get(f"{address(resource)}/download/people.csv", status=403)
    assert "กำลังตรวจหาข้อมูลส่วนบุคคล" in refused.body
    assert "กำลังตรวจหาข้อมูลส่วนบุคคล" in portal.get(address(resource)).body
    shown = portal.get(f"/api/3/action/resource_show?id={resource['id']}", status=403)
    assert "กำลังตรวจหาข้อมูลส่วนบุคคล" in shown.json["error"]["message"]


def test_a_private_dataset_is_its_members_until_it_is_published(portal, office, upload):
    resource = upload(made.PEOPLE, private=True)
    assert download(portal, resource, office["member"]) == 200
    job.run(resource["id"])
    assert state(resource) == states.FOUND
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    call_action("package_patch", context, id=resource["package_id"], private=False)
    assert [download(portal, resource, office[role]) for role in ("anonymous", "member")] == [
        403,
        403,
    ]


def test_publishing_asks_for_files_from_before_this_check(portal, office, upload):
    resource = upload(made.PEOPLE, private=True)
    store.remove([resource["id"]])
    model.Session.commit()
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    call_action("package_patch", context, id=resource["package_id"], private=False)
    assert state(resource) == states.WAITING
    assert download(portal, resource) == 403


def test_what_was_public_before_is_flagged_and_not_held(portal, office, upload):
    resource = upload(made.PEOPLE)
    store.remove([resource["id"]])
    model.Session.commit()
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    call_action("package_patch", context, id=resource["package_id"], notes="ปรับคำอธิบาย")
    assert store.row(resource["id"]) is None
    call_action("pcio_personal_scan", context, id=resource["package_id"])
    assert download(portal, resource) == 200
    job.run(resource["id"])
    assert (state(resource), download(portal, resource)) == (states.FOUND, 200)
    decide("pcio_personal_withdraw", resource, office)
    assert download(portal, resource) == 403


def test_a_description_changed_asks_for_nothing(upload):
    resource = upload(PLAIN)
    job.run(resource["id"])
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    call_action("resource_patch", dict(context), id=resource["id"], description="คำอธิบายใหม่")
    full = call_action("resource_show", dict(context), id=resource["id"])
    full.pop("last_modified")
    call_action("resource_update", dict(context), **{**full, "name": "ชื่อใหม่"})
    assert (state(resource), store.row(resource["id"])["due"]) == (states.CLEAR, False)


def test_the_same_bytes_keep_a_confirmation_and_others_do_not(portal, office, upload):
    resource = upload(made.PEOPLE)
    job.run(resource["id"])
    decide("pcio_personal_confirm", resource, office)
    replace(resource, made.PEOPLE)
    assert (state(resource), download(portal, resource)) == (states.WAITING, 403)
    job.run(resource["id"])
    assert (state(resource), store.row(resource["id"])["reason"]) == (states.CONFIRMED, REASON)
    replace(resource, made.PEOPLE + b"31,x,y,z\n")
    job.run(resource["id"])
    assert (state(resource), store.row(resource["id"])["reason"]) == (states.FOUND, None)
    history = call_action("pcio_personal_show", id=resource["id"])["files"][0]["decisions"]
    assert [(one["decision"], one["reason"]) for one in history] == [("confirmed", REASON)]


def test_a_file_replaced_while_it_is_scanned_is_scanned_again(upload, monkeypatch):
    resource = upload(PLAIN)
    outcome = job._outcome

    def slow(*arguments):
        values = outcome(*arguments)
        monkeypatch.setattr(job, "_outcome", outcome)
        replace(resource, made.PEOPLE)
        return values

    monkeypatch.setattr(job, "_outcome", slow)
    job.run(resource["id"])
    assert state(resource) == states.WAITING
    job.run(resource["id"])
    assert state(resource) == states.FOUND


def test_a_worker_that_died_leaves_its_scan_to_the_next(upload):
    resource, other = upload(made.PEOPLE), upload(PLAIN)
    assert store.claim(resource["id"])
    model.Session.commit()
    job.run(resource["id"])
    assert state(resource) == states.WAITING
    long_ago = store.now() - store.STALE * 2
    model.Session.execute(
        sa.update(SCAN).where(SCAN.c.resource_id == resource["id"]).values(started_at=long_ago)
    )
    model.Session.commit()
    job.run(other["id"])
    assert (state(resource), state(other)) == (states.FOUND, states.CLEAR)


def test_a_file_that_breaks_the_scan_is_for_a_person(portal, upload, monkeypatch, caplog):
    resource = upload(made.PEOPLE)
    number = made.ids(1)[0]

    def broken(*_arguments):
        raise ValueError(number)

    monkeypatch.setattr(job, "scan_tables", broken)
    job.run(resource["id"])
    row = store.row(resource["id"])
    assert (row["state"], row["problem"], download(portal, resource)) == (
        states.FOUND,
        job.FAILED,
        403,
    )
    assert number not in caplog.text


def test_the_worker_of_ckan_runs_the_job_it_is_given(portal, upload):
    """A save queues its job when the file is in its place, and the payload is an id."""
    jobs.get_queue().empty()
    resource = upload(made.PEOPLE)
    queued = [one for one in jobs.get_queue().jobs if one.func_name.endswith("personal.job.run")]
    assert [one.args for one in queued] == [[resource["id"]]] or [one.args for one in queued] == [
        (resource["id"],)
    ]
    jobs.Worker().work(burst=True)
    assert state(resource) == states.FOUND


def test_no_value_is_kept_anywhere(portal, office, upload, caplog):
    caplog.set_level(logging.DEBUG)
    jobs.get_queue().empty()
    resource = upload(made.PEOPLE)
    payloads = repr(
        [(one.args, one.kwargs, one.meta, one.description) for one in jobs.get_queue().jobs]
    )
    jobs.Worker().work(burst=True)
    decide("pcio_personal_confirm", resource, office)
    page = get(portal, f"/personal/{resource['id']}", office["editor"]).body
    shown = json.dumps(call_action("pcio_personal_show", id=resource["id"]), ensure_ascii=False)
    with model.meta.engine.connect() as connection:
        rows = repr([connection.execute(sa.select(one)).fetchall() for one in (SCAN, DECISION)])
    redis = connect_to_redis()
    kept = repr([redis.dump(key) for key in redis.scan_iter("rq:*")])
    for number in [*made.ids(30), "ตัวอย่าง1", "0800000001"]:
        for where in (caplog.text, payloads, page, shown, rows, kept):
            assert number not in where


def test_a_table_in_the_datastore_is_looked_through(portal, office):
    package = builders.create("tourism", 900)
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    rows = [{"pid": one} for one in made.ids(20)]
    created = call_action(
        "datastore_create",
        dict(context),
        resource={"package_id": package["id"]},
        fields=PID,
        records=rows,
    )
    resource = {"id": created["resource_id"], "package_id": package["id"]}
    search = f"/api/3/action/datastore_search?resource_id={resource['id']}"
    assert status(portal, search) == 403
    job.run(resource["id"])
    assert state(resource) == states.FOUND
    decide("pcio_personal_confirm", resource, office)
    assert status(portal, search) == 200
    more = [{"pid": one} for one in made.ids(5, seed=9)]
    call_action(
        "datastore_upsert",
        dict(context),
        resource_id=resource["id"],
        method="insert",
        records=more,
        force=True,
    )
    assert (state(resource), store.row(resource["id"])["due"]) == (states.CONFIRMED, True)
    job.run(resource["id"])
    assert (state(resource), status(portal, search)) == (states.CONFIRMED, 200)


def test_rows_added_later_are_found_and_then_held(portal, office):
    package = builders.create("tourism", 901)
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    created = call_action(
        "datastore_create",
        dict(context),
        resource={"package_id": package["id"]},
        fields=PID,
    )
    resource = {"id": created["resource_id"], "package_id": package["id"]}
    job.run(resource["id"])
    assert state(resource) == states.CLEAR
    rows = [{"pid": one} for one in made.ids(20)]
    call_action(
        "datastore_upsert",
        dict(context),
        resource_id=resource["id"],
        method="insert",
        records=rows,
        force=True,
    )
    job.run(resource["id"])
    assert state(resource) == states.FOUND
    assert status(portal, f"/api/3/action/datastore_search?resource_id={resource['id']}") == 403


def test_an_address_elsewhere_is_neither_fetched_nor_held(portal, office):
    package = builders.create("tourism", 902)
    assert store.rows_of(package["id"]) == {}
    resource = package["resources"][0]
    assert download(portal, resource) == 302


def test_files_that_go_take_their_scan_along_and_decisions_stay(office, upload):
    resource = upload(made.PEOPLE)
    job.run(resource["id"])
    decide("pcio_personal_confirm", resource, office)
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}
    call_action("resource_delete", context, id=resource["id"])
    assert store.row(resource["id"]) is None
    assert [one["reason"] for one in store.decisions(resource["package_id"])] == [REASON]


@pytest.mark.parametrize("mode", ["warn", "off"])
def test_a_portal_may_only_warn_or_not_look_at_all(portal, upload, monkeypatch, mode):
    monkeypatch.setitem(config, "ckanext.pcio.personal.mode", mode)
    resource = upload(made.PEOPLE)
    assert download(portal, resource) == 200
    job.run(resource["id"])
    assert download(portal, resource) == 200
    assert (store.row(resource["id"]) is None) == (mode == "off")


def test_a_decision_needs_a_reason_the_version_and_the_state(office, upload):
    resource = upload(made.PEOPLE)
    with pytest.raises(tk.ValidationError, match="in the state it is in"):
        decide("pcio_personal_confirm", resource, office)
    job.run(resource["id"])
    for reason in ("", "สั้น", " " * 30, "x" * 1001):
        with pytest.raises(tk.ValidationError) as refused:
            decide("pcio_personal_confirm", resource, office, reason=reason)
        assert "reason" in refused.value.error_dict
    with pytest.raises(tk.ValidationError) as refused:
        decide("pcio_personal_confirm", resource, office, version=version(resource) - 1)
    assert "version" in refused.value.error_dict
    with pytest.raises(tk.NotAuthorized):
        decide("pcio_personal_confirm", resource, office, token="member")
    assert state(resource) == states.FOUND


def test_pages_add_one_statement_however_many_files(portal, office, upload, monkeypatch):
    first = upload(PLAIN)
    context = {"user": call_action("get_site_user")["name"], "ignore_auth": True}

    def cost(url: str) -> int:
        portal.get(url)
        with statements() as seen:
            portal.get(url)
        return len([one for one in seen if "pcio_personal_scan" in one])

    urls = (
        f"/dataset/{first['package_id']}",
        "/dataset/",
        "/api/3/action/package_search?q=*:*",
        address(first),
    )
    few = [cost(url) for url in urls]
    for _number in range(3):
        file = FileStorage(io.BytesIO(PLAIN), filename="a.csv")
        call_action(
            "resource_create",
            dict(context),
            package_id=first["package_id"],
            name="x",
            format="CSV",
            url="a.csv",
            upload=file,
        )
    assert [cost(url) for url in urls] == few == [1, 0, 0, 1]


def test_pages_for_editors(portal, office, upload):
    resource = upload(made.PEOPLE)
    url = f"/personal/{resource['id']}"
    assert [status(portal, url, office[role]) for role in ("stranger", "member", "editor")] == [
        404,
        404,
        200,
    ]
    job.run(resource["id"])
    page = soup(get(portal, url, office["editor"]))
    assert [cell.text for cell in page.select(".pcio-table tbody th")] == [
        "รหัส",
        "ชื่อ-สกุล",
        "เบอร์โทร",
    ]
    assert "30 จาก 30" in page.select_one(".pcio-table").text
    headers = {"Authorization": office["editor"]}
    data = {"version": version(resource), "reason": "สั้น", "confirm": "1"}
    refused = portal.post(url, data=data, headers=headers)
    assert soup(refused).select_one("#error-reason") is not None
    portal.post(url, data={**data, "reason": REASON}, headers=headers)
    assert state(resource) == states.CONFIRMED
    assert REASON in get(portal, url, office["editor"]).body
    listed = soup(get(portal, "/personal?state=confirmed", office["editor"]))
    assert resource["id"] in str(listed.select(".pcio-row a"))
    assert get(portal, "/personal?state=not_tabular&page=7", office["editor"])
    assert status(portal, "/personal", office["stranger"]) == 403
    assert status(portal, "/personal") == 302
    assert (
        resource["id"] in get(portal, f"/dataset/{resource['package_id']}", office["editor"]).body
    )


def test_the_doctor_says_how_it_stands(office, upload, cli):
    from ckan.cli.cli import ckan

    upload(made.PEOPLE)
    said = cli.invoke(ckan, ["pcio", "personal", "status"])
    assert said.exit_code == 1
    assert "ckan jobs worker" in said.output
    done = cli.invoke(ckan, ["pcio", "personal", "scan", "--all"])
    assert done.exit_code == 0, done.output
    assert cli.invoke(ckan, ["pcio", "personal", "status"]).exit_code == 0
