"""What GD Catalog says is kept, in the background only; a service that is down stops nobody."""

from __future__ import annotations

import time

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories

from ckanext.pcio.catalog.registration import asking, queries, store
from ckanext.pcio.catalog.registration.service import Limits, Service, ServiceError
from tests.catalog.registration.service import Registration
from tests.schema.records import mandatory

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

HOST = "test.ckan.net"
QUICK = Limits(connect_timeout=0.3, read_timeout=0.3, answer_timeout=0.5)


@pytest.fixture(autouse=True)
def clean_queue():
    connection = connect_to_redis()
    for key in connection.scan_iter("pcio:registration:*"):
        connection.delete(key)
    jobs.get_queue().empty()


@pytest.fixture
def registration(monkeypatch):
    """The service, and a portal that is set to ask it."""
    with Registration() as server:
        monkeypatch.setitem(tk.config, "ckanext.pcio.registration.service_url", server.url)
        yield server


@pytest.fixture
def office():
    return factories.Organization(name="office")


def call_action(action: str, **arguments):
    """Act as the site itself does."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"ignore_auth": True, "user": site_user}, arguments)


def make(name: str, office, **changes):
    record = mandatory(name=name, title=f"ข้อมูล {name}", owner_org=office["id"], **changes)
    return call_action("package_create", **record)


def known(dataset, state, **more):
    return {
        "name": dataset["name"],
        "metadata_modified": dataset["metadata_modified"],
        "governance_state": state,
        "validate_time": "2026-02-03T04:05:06",
        **more,
    }


def shown(dataset):
    return call_action("pcio_registration_show", id=dataset["id"])["registration"]


def test_states_are_asked_for_and_kept(registration, office, cli):
    water, roads, rain = (make(name, office) for name in ("water", "roads", "rain"))
    closed = make("closed", office, private=True, allow_harvest="False")
    copy = make("copy", office, reference_url_catalog="https://x.example/dataset/y")
    registration.states = {
        water["id"]: known(water, "COMPLETED", name="gdpublish-water"),
        roads["id"]: known(roads, "VALIDATE"),
        closed["id"]: known(closed, "COMPLETED"),
    }
    done = cli.invoke(ckan, ["pcio", "registration", "refresh"], env={"PCIO_LANG": "en"})
    assert done.exit_code == 0, done.output
    assert "3 of 3 datasets asked about, 3 answered, 2 known there" in done.output

    assert queries.registered([water["id"], roads["id"], rain["id"]]) == {water["id"]}
    assert shown(water)["label"] == "ลงทะเบียนแล้ว"
    assert shown(water)["validated_at"] == "2026-02-03T04:05:06+00:00"
    assert shown(roads)["stage"] == "review"
    assert shown(rain)["state"] == ""
    assert shown(closed) is None
    assert shown(copy) is None

    # What is sent: the host and the id, to the two actions, and no secret.
    assert {path for path, _ in registration.questions} == {
        "/api/3/action/gdcatalog_published_state",
        "/api/3/action/gdcatalog_nonpublish_state",
    }
    assert registration.questions[0][1].keys() == {"site_url", "package"}
    assert {body["site_url"] for _, body in registration.questions} == {HOST}
    assert not any("Authorization" in headers for headers in registration.headers)

    call_action("package_patch", id=water["id"], title="ข้อมูลน้ำ")
    assert shown(water)["changed_since"] is True

    answer = call_action("pcio_registration_list", state="COMPLETED")
    assert (answer["count"], answer["datasets"]) == (1, 5)
    assert [row["name"] for row in answer["results"]] == ["water"]
    everything = call_action("pcio_registration_list")
    assert everything["states"] == {"": 1, "COMPLETED": 1, "VALIDATE": 1}
    assert [row["name"] for row in everything["results"]][-1] == "rain"


def test_a_dataset_that_was_registered_is_one_no_longer(registration, office):
    water = make("water", office)
    registration.states = {water["id"]: known(water, "COMPLETED")}
    asking.job(water["id"])
    assert queries.registered([water["id"]]) == {water["id"]}
    registration.states = {water["id"]: known(water, "DELETED")}
    asking.job(water["id"])
    assert queries.registered([water["id"]]) == set()
    call_action("dataset_purge", id=water["id"])
    assert queries.stored([water["id"]]) == {}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("hang", "timeout"),
        ("drip", "timeout"),
        ("drop", "unreachable"),
        ("html", "unreadable"),
        ("array", "unreadable"),
        (429, "busy"),
        (302, "refused"),
        (500, "refused"),
    ],
)
def test_every_bad_answer_has_its_reason(fault, reason):
    with Registration() as server:
        server.fault = fault
        started = time.monotonic()
        with pytest.raises(ServiceError) as raised:
            Service(server.url, HOST, QUICK).ask("x")
        assert raised.value.reason == reason
        assert time.monotonic() - started < 3


def test_a_service_that_is_down_is_left_alone_and_the_last_answer_stays(registration, office):
    datasets = [make(f"data-{number}", office) for number in range(7)]
    first = datasets[0]
    registration.states = {first["id"]: known(first, "COMPLETED")}
    asking.job(first["id"])
    registration.fault = 503
    registration.questions.clear()
    waits = []
    ids = asking.candidates()
    done = asking.ask_all(asking.service(), ids, sleep=waits.append)
    assert done.stopped
    assert done.asked == asking.MOST_FAILURES_IN_A_ROW
    assert len(registration.questions) == asking.MOST_FAILURES_IN_A_ROW * asking.ATTEMPTS
    assert max(waits) >= asking.BACKOFF / 2
    # The dataset that was asked about before comes last, and keeps what was said of it.
    assert ids[-1] == first["id"]
    assert shown(first)["state"] == "COMPLETED"
    store.failed(first["id"], "timeout")
    model.Session.commit()
    assert shown(first)["state"] == "COMPLETED"
    assert "ไม่ตอบ" in shown(first)["error"]
    assert queries.registered([first["id"]]) == {first["id"]}


def test_the_command_tells_that_the_service_is_down(registration, office, cli):
    make("water", office)
    registration.fault = 503
    done = cli.invoke(ckan, ["pcio", "registration", "refresh"], env={"PCIO_LANG": "en"})
    assert done.exit_code == 1
    assert "refused the question" in done.output
    assert "Traceback" not in done.output


def test_without_the_setting_nobody_is_asked(office, cli):
    make("water", office)
    assert jobs.get_queue().count == 0
    done = cli.invoke(ckan, ["pcio", "registration", "refresh"], env={"PCIO_LANG": "en"})
    assert done.exit_code == 1
    assert "service_url" in done.output


def test_a_service_that_hangs_delays_no_save_and_no_delete(registration, office, app):
    registration.fault = "hang"
    admin = factories.SysadminWithToken()
    headers = {"Authorization": admin["token"]}
    warm = make("warm", office)
    store.entered(warm["id"], "COMPLETED", None)
    model.Session.commit()
    started = time.monotonic()
    saved = make("water", office)
    call_action("package_patch", id=saved["id"], notes="ปริมาณน้ำในอ่างเก็บน้ำรายวัน")
    page = app.get("/dataset/warm", headers=headers)
    app.post("/dataset/delete/warm", data={"delete": ""}, headers=headers)
    call_action("package_delete", id=saved["id"])
    # One question to the service would already take its time-out of 15 seconds.
    assert time.monotonic() - started < 10
    assert registration.questions == []
    assert page.status_code == 200
    assert model.Package.get("warm").state == "deleted"


def test_a_save_asks_later_and_only_once_in_a_while(registration, office):
    water = make("water", office)
    call_action("package_patch", id=water["id"], notes="ปริมาณน้ำในอ่างเก็บน้ำรายวัน")
    assert registration.questions == []
    queue = jobs.get_queue()
    waiting = [job for job in queue.jobs if job.func_name.endswith("registration.asking.job")]
    assert len(waiting) == 1
    registration.states = {water["id"]: known(water, "WAIT")}
    waiting[0].func(*waiting[0].args)
    assert shown(water)["state"] == "WAIT"


def test_one_failure_of_the_worker_keeps_the_next_jobs_short(registration, office):
    water, roads = make("water", office), make("roads", office)
    registration.fault = 500
    asking.job(water["id"])
    number = len(registration.questions)
    asking.job(roads["id"])
    assert len(registration.questions) == number
    queue = jobs.get_queue()
    queue.empty()
    make("rain", office)
    assert queue.count == 0


def test_states_entered_from_a_list(office, cli, tmp_path):
    water, roads = make("water", office), make("roads", office)
    file = tmp_path / "states.csv"

    def imported(text, *more):
        file.write_text(text, encoding="utf-8-sig")
        command = ["pcio", "registration", "import", str(file), *more]
        return cli.invoke(ckan, command, env={"PCIO_LANG": "en"})

    wrong = imported("dataset,state\nwater,COMPLETED\nnowhere,WAIT\nroads,fine\n")
    assert wrong.exit_code == 1
    assert "3. nowhere" in wrong.output
    assert "4. roads" in wrong.output
    assert shown(water) is None

    good = f"dataset,state,date\nwater,COMPLETED,2566-05-02\n{roads['id']},ไม่ผ่านเกณฑ์,\n"
    assert "dry run" in imported(good, "--dry-run").output
    assert shown(water) is None
    assert imported(good).exit_code == 0
    assert shown(water)["validated_at"] == "2023-05-01T17:00:00+00:00"
    assert shown(roads)["state"] == "REJECT"
    assert imported("a,b\n1,2\n").exit_code == 1


def test_what_a_person_entered_outlives_a_service_that_knows_nothing(registration, office):
    water = make("water", office)
    call_action("pcio_registration_update", id="water", state="ลงทะเบียนแล้ว")
    asking.job(water["id"])
    assert shown(water)["state"] == "COMPLETED"
    assert shown(water)["source"] == "person"
    registration.states = {water["id"]: known(water, "REVOKE")}
    asking.job(water["id"])
    assert shown(water)["source"] == "service"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"id": "water", "state": "fine"}, "state"),
        ({"id": "water", "state": ""}, "state"),
        ({"id": "water", "state": "WAIT", "validated_on": "02/03/66"}, "validated_on"),
    ],
)
def test_a_wrong_state_is_refused_with_a_sentence(office, arguments, field):
    make("water", office)
    with pytest.raises(tk.ValidationError) as raised:
        call_action("pcio_registration_update", **arguments)
    assert field in raised.value.error_dict


def test_the_page_tells_editors_and_nobody_else(office, app):
    water = make("water", office)
    editor, reader = factories.UserWithToken(), factories.UserWithToken()
    for user, role in ((editor, "editor"), (reader, "member")):
        call_action("organization_member_create", id="office", username=user["name"], role=role)
    store.entered(water["id"], "VALIDATE", None)
    model.Session.commit()

    def section(token):
        headers = {"Authorization": token} if token else {}
        page = BeautifulSoup(app.get("/dataset/water", headers=headers).text, "html.parser")
        return page.select_one(".pcio-registration")

    told = section(editor["token"]).get_text(" ", strip=True)
    assert "อยู่ระหว่างกระบวนการอนุมัติ ควรหลีกเลี่ยงการแก้ไข" in told
    assert section(reader["token"]) is None
    assert section(None) is None

    headers = {"Authorization": editor["token"]}
    form = BeautifulSoup(app.get("/dataset/edit/water", headers=headers).text, "html.parser")
    button = form.select_one("[data-module=confirm-action]")
    assert "เพิกถอน" in button["data-module-content"]
    asked = app.get("/dataset/delete/water", headers=headers).text
    assert "เพิกถอนการลงทะเบียนที่ GD Catalog" in asked


def test_the_site_says_what_it_is_to_who_compares_catalogs(app):
    status = app.get("/api/3/action/status_show").json["result"]
    assert status["catalog_type"] == "area_based"
    assert "pcio" in status["extensions"]
    assert {"site_title", "site_url", "ckan_version", "pcio_version"} <= status.keys()
