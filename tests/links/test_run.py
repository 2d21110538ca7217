"""A run: who is asked, what is kept, what a kill or a second runner changes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog.links import asking_again, run, schedule
from ckanext.pcio.catalog.links.cli import links
from ckanext.pcio.catalog.links.model import LINK

from .conftest import rows, settings
from .servers import HOST, Server, free_port, moved, slow, status


@pytest.fixture
def server():
    made = Server(
        {
            **{f"/{number}.csv": status(200, b"a") for number in range(40)},
            "/slow.csv": slow(0.3),
            "/busy.csv": status(429, Retry_After="3600"),
            "/inside": moved("http://127.0.0.1/"),
        }
    )
    yield made
    made.close()


def due_now() -> None:
    with model.meta.engine.begin() as connection:
        connection.execute(sa.update(LINK).values(next_at=sa.func.now()))


def age(days: int) -> None:
    """Let the checks that were made have been made some days ago."""
    with model.meta.engine.begin() as connection:
        before = LINK.c.checked_at - timedelta(days=days)
        connection.execute(sa.update(LINK).values(checked_at=before, next_at=sa.func.now()))


def test_what_is_found_is_kept(make, server):
    make("water", f"{server.url}/1.csv", f"{server.url}/missing", f"{server.url}/inside")
    make("other", "ftp://x.example/a", f"http://{HOST}:{free_port()}/connect")
    done = run.check_due(settings())
    assert done is not None
    assert (done.checked, done.postponed, done.left) == (5, 0, False)
    found = {url.rpartition("/")[2]: (r["state"], r["reason"]) for url, r in rows().items()}
    assert found == {
        "1.csv": ("ok", ""),
        "missing": ("unknown", "not_found"),
        "inside": ("refused", "redirect_private"),
        "a": ("unknown", "scheme"),
        "connect": ("unknown", "connect"),
    }
    assert rows()[f"{server.url}/missing"]["status"] == 404
    assert rows()[f"{server.url}/1.csv"]["answered_at"] is not None
    # Nothing is due any more: another run asks nobody.
    server.asked.clear()
    again = run.check_due(settings())
    assert again is not None
    assert again.checked == 0
    assert server.asked == []


def test_three_days_make_a_link_broken(make, server):
    url = f"{server.url}/missing"
    make("water", url)
    for day in range(3):
        run.check_due(settings())
        assert rows()[url]["failures"] == day + 1
        assert rows()[url]["state"] == ("broken" if day == 2 else "unknown")
        age(1)


def test_uploads_are_looked_for_where_the_portal_keeps_them(make, ckan_config):
    dataset = make("water")
    there, gone = (
        factories.Resource(package_id=dataset["id"], url=f"{name}.csv", url_type="upload")
        for name in ("there", "gone")
    )
    folder = Path(ckan_config["ckan.storage_path"]) / "resources" / there["id"][:3]
    file = folder / there["id"][3:6] / there["id"][6:]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a,b\n", encoding="utf-8")
    done = run.check_due(settings(enabled=False))
    assert done is not None
    by_id = {row["resource_id"]: row for row in rows().values()}
    assert by_id[there["id"]]["state"] == "ok"
    assert (by_id[gone["id"]]["state"], by_id[gone["id"]]["reason"]) == ("broken", "no_file")
    file.unlink()


def test_switched_off_nobody_is_asked(make, server):
    make("water", f"{server.url}/1.csv")
    done = run.check_due(settings(enabled=False))
    assert done is not None
    assert done.checked == 0
    assert server.asked == []
    assert rows()[f"{server.url}/1.csv"]["state"] == "unchecked"


def test_a_server_that_has_enough_is_left_alone(make, server):
    make("water", f"{server.url}/busy.csv", *[f"{server.url}/{n}.csv" for n in range(5)])
    with model.meta.engine.begin() as connection:
        first = LINK.c.url == f"{server.url}/busy.csv"
        early = datetime.now(timezone.utc) - timedelta(days=1)
        connection.execute(sa.update(LINK).where(first).values(next_at=early))
    done = run.check_due(settings())
    assert done is not None
    assert done.postponed == 5
    assert {path for _m, path, _h in server.asked} == {"/busy.csv"}
    soonest = datetime.now(timezone.utc) + timedelta(minutes=55)
    assert all(row["next_at"] > soonest for row in rows().values())


def test_a_server_that_takes_no_connection_is_not_asked_a_hundred_times(make, monkeypatch):
    port = free_port()
    make("water", *[f"http://{HOST}:{port}/{number}" for number in range(8)])
    asked = []
    real = run.ask
    monkeypatch.setattr(run, "ask", lambda url, manners: (asked.append(url), real(url, manners))[1])
    done = run.check_due(settings())
    assert done is not None
    assert len(asked) == run.MOST_IN_A_ROW
    assert {(row["reason"], row["failures"]) for row in rows().values()} == {("connect", 1)}


def test_a_server_that_is_slow_is_asked_later_and_not_blamed(make):
    server = Server({f"/{number}": slow(3) for number in range(6)})
    make("water", *[f"{server.url}/{number}" for number in range(6)])
    manners = replace(settings().manners, read_seconds=0.1, total_seconds=0.3)
    try:
        done = run.check_due(settings(manners=manners))
    finally:
        server.close()
    assert done is not None
    assert (done.checked, done.postponed) == (3, 3)
    failures = sorted(row["failures"] for row in rows().values())
    assert failures == [0, 0, 0, 1, 1, 1]


def test_an_error_of_ours_ends_neither_the_run_nor_blames_anybody(make, server, monkeypatch):
    make("water", f"{server.url}/1.csv", f"{server.url}/2.csv")
    real = run.ask

    def fails_once(url, manners):
        if url.endswith("/1.csv"):
            raise RuntimeError("a mistake")
        return real(url, manners)

    monkeypatch.setattr(run, "ask", fails_once)
    done = run.check_due(settings())
    assert done is not None
    found = {url[-5:]: (row["state"], row["reason"]) for url, row in rows().items()}
    assert found == {"1.csv": ("unknown", "unexpected"), "2.csv": ("ok", "")}


def test_one_runner_at_a_time(make, server):
    make("water", f"{server.url}/1.csv")
    with run.only_runner() as first:
        assert first
        assert run.check_due(settings()) is None
    assert server.asked == []
    done = run.check_due(settings())
    assert done is not None
    assert done.checked == 1


def test_a_run_ends_in_its_time_and_the_next_goes_on(make, server):
    urls = [f"{server.url}/slow.csv?{number}" for number in range(6)]
    make("water", *urls)
    done = run.check_due(settings(), seconds=0.4)
    assert done is not None
    assert done.left
    assert 0 < done.checked < 6
    rest = run.check_due(settings())
    assert rest is not None
    assert rest.checked + done.checked == 6


def test_an_address_that_is_changed_while_it_is_asked_keeps_nothing_of_the_old(make):
    asked, mended = threading.Event(), threading.Event()

    def held(handler):
        asked.set()
        mended.wait(30)
        status(200)(handler)

    server = Server({"/held.csv": held})
    dataset = make("water", f"{server.url}/held.csv")
    patient = replace(settings().manners, read_seconds=30, total_seconds=60)
    worker = threading.Thread(target=run.check_due, args=(settings(manners=patient),))
    worker.start()
    try:
        assert asked.wait(10)
        user = call_action("get_site_user")["name"]
        call_action(
            "resource_patch",
            {"user": user, "ignore_auth": True},
            id=dataset["resources"][0]["id"],
            url=f"{server.url}/missing",
        )
        mended.set()
        worker.join()
        row = rows()[f"{server.url}/missing"]
        # The run went on with the new address, because it was due.
        assert (row["state"], row["reason"]) == ("unknown", "not_found")
    finally:
        server.close()


_KILLED = """
import sys
from tests.links.conftest import settings
from ckan.config.middleware import make_app
from ckan.cli import CKANConfigLoader
make_app(CKANConfigLoader(sys.argv[1]).get_config())
from ckanext.pcio.catalog.links import run
run.check_due(settings(workers=1), progress=lambda n: print("one", flush=True))
"""


def test_a_killed_run_loses_nothing_it_found_and_the_next_goes_on(make, pytestconfig):
    server = Server({f"/{number}": slow(0.15) for number in range(8)})
    make("water", *[f"{server.url}/{number}" for number in range(8)])
    ini = Path(str(pytestconfig.getoption("ckan_ini"))).resolve()
    killed = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(ini)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        text=True,
    )
    try:
        assert killed.stdout is not None
        for _result in range(3):
            assert killed.stdout.readline() == "one\n"
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
        found = [row for row in rows().values() if row["state"] == "ok"]
        assert 3 <= len(found) < 8
        done = run.check_due(settings())
        assert done is not None
        assert done.checked == 8 - len(found)
        # None was asked twice, apart from the one in the air.
        assert len(server.asked) <= 9
    finally:
        killed.kill()
        server.close()


class TestAskingAgain:
    @pytest.fixture(autouse=True)
    def forget(self):
        client = connect_to_redis()
        for key in client.scan_iter("pcio:links:*"):
            client.delete(key)

    def test_once_in_ten_minutes_whoever_asks(self, make, server):
        dataset = make("water", f"{server.url}/1.csv")
        run.check_due(settings())
        first = call_action("pcio_links_check", id="water")
        assert first == {"asked": True, "addresses": 1, "wait_seconds": asking_again.SECONDS}
        second = call_action("pcio_links_check", id=dataset["id"])
        assert not second["asked"]
        assert 0 < second["wait_seconds"] <= asking_again.SECONDS
        done = run.check_due(settings())
        assert done is not None
        assert done.checked == 1

    def test_the_job_checks_what_is_due_and_is_asked_for_once(self, make, server, ckan_config):
        waiting = f"rq:queue:ckan:{ckan_config['ckan.site_id']}:default"
        client = connect_to_redis()
        client.delete(waiting)
        make("water", f"{server.url}/1.csv")
        make("roads", f"{server.url}/2.csv")
        # The second save finds the first one's job waiting.
        titles = [
            client.hget(f"rq:job:{job.decode()}", "meta") for job in client.lrange(waiting, 0, -1)
        ]
        assert sum(b"Check links" in (title or b"") for title in titles) == 1
        client.delete(waiting)

    def test_a_worker_with_a_scheduler_has_one_check_waiting(self, portal):
        """A save brings the next check forward; what was meant for tomorrow does not stay too."""
        client = connect_to_redis()
        queue = jobs.get_queue()
        lock = f"rq:scheduler-lock:{queue.name}"
        client.set(lock, "1", ex=30)
        # Other rooms' jobs wait in the same queue.
        before = set(queue.scheduled_job_registry.get_job_ids())
        try:
            schedule._enqueue(timedelta(days=1))
            schedule.soon()
            schedule.soon()
            schedule._enqueue(timedelta(days=1))
            waiting = queue.scheduled_job_registry
            (job_id,) = set(waiting.get_job_ids()) - before
            when = waiting.get_scheduled_time(job_id)
            assert when < datetime.now(timezone.utc) + timedelta(minutes=1)
            waiting.remove(job_id, delete_job=True)
        finally:
            client.delete(lock)

    @pytest.mark.usefixtures("ckan_config")
    @pytest.mark.ckan_config("ckanext.pcio.links.private_hosts", [HOST])
    @pytest.mark.ckan_config("ckanext.pcio.links.host_delay_ms", 0)
    def test_the_job_itself(self, make, server):
        make("water", f"{server.url}/1.csv")
        schedule.check_job()
        assert rows()[f"{server.url}/1.csv"]["state"] == "ok"
        agent = server.asked[0][2]["User-Agent"]
        assert agent.startswith("pcio-link-check/")
        assert "http://test.ckan.net" in agent


@pytest.mark.usefixtures("ckan_config")
@pytest.mark.ckan_config("ckanext.pcio.links.private_hosts", [HOST])
@pytest.mark.ckan_config("ckanext.pcio.links.host_delay_ms", 0)
class TestCommand:
    def test_check_and_show(self, make, server, cli):
        make("water", f"{server.url}/1.csv", f"{server.url}/missing")
        make("roads", f"{server.url}/2.csv")
        only = cli.invoke(links, ["check", "--dataset", "water"])
        assert only.exit_code == 0, only.output
        due_now()
        result = cli.invoke(links, ["check", "--all"])
        assert result.exit_code == 0, result.output
        shown = cli.invoke(links, ["show", "--dataset", "water"]).output
        assert "missing" in shown
        assert "404" in shown
        assert f"{server.url}/2.csv" not in shown

    def test_a_dataset_that_is_not_there(self, portal, cli):
        result = cli.invoke(links, ["check", "--dataset", "none"])
        assert result.exit_code == 1
        assert "none" in result.output

    def test_another_runner(self, portal, cli):
        with run.only_runner():
            assert cli.invoke(links, ["check"]).exit_code == 1


@pytest.mark.usefixtures("ckan_config")
@pytest.mark.ckan_config("ckanext.pcio.links.private_hosts", ["http://x"])
def test_a_setting_that_names_no_host_is_told(portal, cli):
    result = cli.invoke(links, ["check"])
    assert result.exit_code == 1
    assert "private_hosts" in result.output


def test_everything_in_the_table_can_be_written_as_json(make, server):
    make("water", f"{server.url}/1.csv")
    run.check_due(settings())
    found = call_action("pcio_quality_show", id="water")
    assert json.loads(json.dumps(found))["links"]["counts"]["ok"] == 1
