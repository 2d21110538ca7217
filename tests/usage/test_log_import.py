"""Access logs into the tables: each line once, whatever the log is called and whoever is killed."""

from __future__ import annotations

import gzip
import logging
import os
import random
import re
import signal
import time
from datetime import date, datetime, timedelta, timezone
from functools import partial

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from click.testing import CliRunner
from sqlalchemy.orm import Session

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage import buffer, cli_history, history, names, writer
from ckanext.pcio.usage.counting import Tally
from ckanext.pcio.usage.events import Counter, Event
from ckanext.pcio.usage.log_files import LogFile, LogRefusal
from ckanext.pcio.usage.log_import import LogImport, Options
from tests.dashboard import builders
from tests.usage import reading
from tests.usage.logs import (
    CURL,
    FIREFOX,
    GOOGLEBOT,
    START,
    busy,
    by_kind,
    catalog,
    daily,
    forget_all,
    line,
    monthly,
)


@pytest.fixture(scope="module")
def portal_of_two(reset_db, migrate_db_for):
    """Two datasets in CKAN's tables, for all tests of the module."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        yield catalog()


@pytest.fixture
def ids(portal_of_two):
    """The ids of the datasets; nothing was ever counted."""
    forget_all()
    reading.forget()
    return portal_of_two


@pytest.fixture
def log(tmp_path):
    """Write lines as a log and return its path."""

    def write(lines, name="access.log", end="\n"):
        path = tmp_path / name
        text = ("\n".join(lines) + end).encode()
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        return str(path)

    return write


def take(*paths, aliases=None, **options):
    with Session(model.meta.engine) as session:
        known = names.load(session, aliases)
    files = [LogFile(path) for path in paths]
    try:
        return list(LogImport(model.meta.engine, known, Options(**options)).run(files))
    finally:
        for file in files:
            file.close()


class TestWhatCounts:
    def test_by_kind_and_access(self, ids, log):
        at = [START + timedelta(minutes=n) for n in range(20)]
        file = f"/dataset/rain/resource/{ids.rain1}/download/x.csv"
        lines = [
            line("/dataset/rain", at[0]),
            line(file, at[1], status=206),
            line(file, at[1] + timedelta(seconds=20), status=206),
            line(file, at[2], status=302, agent=CURL),
            line(f"/datastore/dump/{ids.rain2}", at[3], agent=CURL),
            line("/dataset/rain", at[4], agent=GOOGLEBOT),
            line("/api/3/action/package_show?id=roads", at[5], agent=CURL),
            line("/api/3/action/datastore_search", at[6], agent=CURL, method="POST"),
            line("/dataset/rain", at[7], status=404),
            line("/dataset/rain", at[8], method="HEAD"),
            line("/dataset/rain", at[9], status=302),
            line(file, at[10], status=403),
        ]
        (done,) = take(log(lines))
        assert by_kind() == {
            ("view", "regular"): 1,
            ("view", "robot"): 1,
            ("download", "regular"): 1,
            ("download", "machine"): 1,
            ("dump", "machine"): 1,
            ("api_metadata", "machine"): 1,
            ("api_data", "machine"): 1,
        }
        assert (done.lines, done.malformed) == (12, [])
        day = date(2026, 3, 1)
        assert daily()[ids.rain, day, ids.rain2, "", "dump", "machine", "machine"] == 1
        assert daily()["", day, "", "", "api_data", "machine", "machine"] == 1
        assert daily()[ids.rain, day, "", "", "visitor", "regular", "public"] == 1
        assert daily()["", day, "", "office", "visitor", "regular", "public"] == 1

    def test_as_the_tally_of_the_same_events(self, ids, log):
        lines = busy(ids, 600)
        take(log(lines))
        tally = Tally()
        for event in _events(lines, ids):
            tally.add(event)
        with Session(model.meta.engine) as session:
            imported = daily()
            forget_all()
            writer.write(tally.counters(), batch_id="x", source="log", detail={}, session=session)
            session.commit()
        assert imported == daily()
        assert len(imported) > 20

    def test_names_not_known_here_are_told_and_an_alias_finds_them(self, ids, log):
        at = [START + timedelta(minutes=n) for n in range(3)]
        path = log([line("/dataset/wet", at[0]), line("/dataset/wet", at[1]), line(at=at[2])])
        (done,) = take(path, dry_run=True)
        assert done.unknown == {"wet": 2}
        assert done.counted["view", "regular"] == 1
        (done,) = take(path, aliases={"wet": "rain"})
        assert not done.unknown
        assert by_kind() == {("view", "regular"): 3}

    def test_an_alias_to_nowhere_is_refused(self, ids):
        with pytest.raises(names.UnknownDataset), Session(model.meta.engine) as session:
            names.load(session, {"wet": "nowhere"})

    def test_a_resource_by_its_id_belongs_to_its_dataset_whatever_the_address_calls_it(
        self, ids, log
    ):
        take(log([line(f"/dataset/old-name/resource/{ids.rain1}")]))
        assert {key[0] for key in daily()} == {ids.rain, ""}

    def test_visitors_behind_a_proxy_of_ours(self, ids, log):
        lines = [line(at=START) + f' "203.0.113.{n}, 198.51.100.1"' for n in (1, 2, 3)]
        take(log(lines))
        assert by_kind() == {("view", "regular"): 1}
        forget_all()
        take(log(lines), proxies=2)
        assert by_kind() == {("view", "regular"): 3}

    def test_lines_that_are_none_are_told_by_number(self, ids, log):
        future = datetime.now(timezone.utc) + timedelta(days=400)
        lines = ["-- no line --", line(), "", line(at=future), "x"]
        (done,) = take(log(lines))
        assert done.malformed == [1, 4, 5]
        assert by_kind() == {("view", "regular"): 1}


class TestOnce:
    def test_again_renamed_packed_nothing_is_counted(self, ids, log):
        lines = busy(ids, 300)
        take(log(lines))
        once = daily()
        for name in ("access.log", "access.log.1", "access.log.2.gz"):
            (done,) = take(log(lines, name))
            assert (done.lines, done.passed_over) == (0, len(lines))
        (done,) = take(log(lines[:100], "cut.log"))
        assert done.lines == 0
        assert daily() == once

    def test_twice_in_one_command(self, ids, log):
        lines = busy(ids, 300)
        take(log(lines))
        once = daily()
        forget_all()
        take(log(lines), log(lines, "copy.gz"))
        assert daily() == once
        forget_all()
        first, second = take(log(lines), log(lines, "copy.gz"), dry_run=True)
        assert (first.lines, second.lines) == (len(lines), 0)

    def test_any_splitting_is_one_pass(self, ids, log):
        lines = busy(ids, 1200)
        take(log(lines))
        once, months = daily(), monthly()
        chance = random.Random(7)
        for _ in range(4):
            forget_all()
            for cut in sorted({*chance.sample(range(1, len(lines)), 3), len(lines)}):
                take(log(lines[:cut]))
            assert daily() == once
            assert monthly() == months

    def test_chunks_and_processes_change_nothing(self, ids, log):
        lines = busy(ids)
        take(log(lines))
        once = daily()
        forget_all()
        take(log(lines), chunk_lines=1, jobs=2)
        assert daily() == once

    def test_many_blocks_in_many_processes_and_chunks(self, ids, log, monkeypatch):
        monkeypatch.setattr("ckanext.pcio.usage.log_files._BLOCK", 8_192)
        lines = busy(ids)
        take(log(lines))
        once = daily()
        for name, jobs in (("access.log", 2), ("access.gz", 3)):
            forget_all()
            take(log(lines, name), chunk_lines=100, jobs=jobs)
            assert len(_batches()) > 5
            assert daily() == once

    def test_logs_of_one_command_are_one_in_the_order_of_time(self, ids, log):
        lines = busy(ids)
        take(log(lines))
        once = daily()
        parts = [lines[:500], lines[500:900], lines[900:]]
        forget_all()
        paths = [log(part, f"part{n}") for n, part in enumerate(parts)]
        take(paths[2], paths[0], paths[1])
        assert daily() == once
        forget_all()
        take(paths[0])
        take(paths[0], paths[1])
        take(paths[0], paths[1], paths[2])
        assert daily() == once

    def test_killed_at_any_moment(self, ids, log, monkeypatch):
        monkeypatch.setattr("ckanext.pcio.usage.log_files._BLOCK", 8_192)
        lines = busy(ids, 2500)
        path = log(lines)
        began = time.perf_counter()
        take(path, chunk_lines=100)
        whole = time.perf_counter() - began
        once = daily()
        chance = random.Random(3)
        for jobs in (1, 2):
            forget_all()
            for _ in range(3):
                _killed(partial(take, path, chunk_lines=100, jobs=jobs), chance.random() * whole)
            take(path, chunk_lines=100, jobs=jobs)
            assert daily() == once

    def test_one_import_at_a_time(self, ids, log):
        with (
            history.one_at_a_time(model.meta.engine),
            pytest.raises(history.HistoryRefusal),
        ):
            take(log([line()]))
        assert by_kind() == {}


class TestFiles:
    def test_a_last_line_without_an_end(self, ids, log):
        first, second = line(), line(at=START + timedelta(minutes=1))
        (done,) = take(log([first, second[:-30]], end=""))
        assert done.lines == 1
        assert done.remarks
        (done,) = take(log([first, second], end=""))
        assert (done.lines, done.remarks) == (1, [])
        (done,) = take(log([first, second], end=""))
        assert (done.lines, done.passed_over) == (0, 2)
        third = line(at=START + timedelta(minutes=2))
        (done,) = take(log([first, second, third]))
        assert done.lines == 1
        assert by_kind() == {("view", "regular"): 3}

    def test_gzip_that_breaks_off_is_read_so_far_and_finished_later(self, ids, log, tmp_path):
        lines = busy(ids, 800)
        take(log(lines))
        once = daily()
        forget_all()
        whole = gzip.compress("\n".join([*lines, ""]).encode())
        path = tmp_path / "broken.gz"
        path.write_bytes(whole[: len(whole) // 2])
        (done,) = take(str(path))
        assert 0 < done.lines < len(lines)
        assert done.remarks
        path.write_bytes(whole)
        take(str(path))
        assert daily() == once

    def test_two_gzip_files_one_after_another(self, ids, log, tmp_path):
        lines = [line(at=START + timedelta(minutes=n)) for n in range(4)]
        path = tmp_path / "two.gz"
        path.write_bytes(b"".join(gzip.compress(f"{text}\n".encode()) for text in lines))
        (done,) = take(str(path))
        assert done.lines == 4

    def test_what_is_no_log_is_refused_before_anything_is_written(self, ids, log, tmp_path):
        good = log([line()])
        (tmp_path / "zeros").write_bytes(b"\0" * (3 << 20))
        other = log(["date,dataset,count", "2026-03-01,rain,3"], "table.csv")
        for bad in (str(tmp_path / "missing"), str(tmp_path), str(tmp_path / "zeros"), other):
            with pytest.raises(LogRefusal):
                take(good, bad)
        assert _batches() == []

    def test_an_empty_log_is_nothing_yet(self, ids, log):
        (done,) = take(log([], end=""))
        assert (done.lines, len(done.remarks)) == (0, 1)


class TestLiveDays:
    def test_are_left_out_and_can_be_taken_later(self, ids, log):
        _first_live("2026-03-02T01:00:00+07:00")
        lines = [line(at=START + timedelta(hours=n)) for n in range(4)]
        path = log(lines)
        (done,) = take(path)
        assert done.live_from == (3, date(2026, 3, 2))
        assert {key[1] for key in daily()} == {date(2026, 3, 1)}
        (done,) = take(path, including_live_days=True)
        assert (done.lines, done.passed_over) == (2, 2)
        assert by_kind() == {("view", "regular"): 4}

    def test_are_known_without_redis_too(self, ids, log):
        with Session(model.meta.engine) as session:
            counter = Counter("2026-03-02", "view", "regular", dataset_id=ids.rain)
            writer.write({counter: 1}, batch_id="b", source="buffer", detail={}, session=session)
            session.commit()
            assert history.live_since(session) == date(2026, 3, 2)

    def test_with_several_processes_the_next_log_is_read_well(self, ids, log, monkeypatch):
        """Blocks that were read ahead of the first live day say nothing to what comes after."""
        monkeypatch.setattr("ckanext.pcio.usage.log_files._BLOCK", 4_096)
        _first_live("2026-03-02T01:00:00+07:00")
        lines = [line(at=START - timedelta(minutes=1)), *busy(ids, 1200)]
        late = f"/datastore/dump/{ids.roads2}"
        lines += [line(late, START + timedelta(hours=5, minutes=n)) for n in range(99)]
        dumps = [line(f"/datastore/dump/{ids.roads1}", agent=agent) for agent in (FIREFOX, CURL)]
        second = [*dumps, *busy(ids, 500, seed=2)] * 2
        paths = log(lines, "a"), log(second, "b")
        one, two = take(*paths)
        assert one.live_from is not None
        assert two.live_from is None
        once = daily()
        forget_all()
        take(*paths, jobs=2)
        assert daily() == once


class TestCommand:
    def test_tells_what_it_did(self, ids, log, cli):
        """Under its name in `ckan`; the other tests call it directly, which is faster."""
        at = [START + timedelta(minutes=n) for n in range(3)]
        path = log([line(at=at[0]), "?", line("/dataset/wet", at[1]), line(at=at[2], agent=CURL)])
        done = cli.invoke(ckan, ["pcio", "usage", "import-log", path, "--lang", "en"])
        assert done.exit_code == 0, done.output
        assert "4 lines read" in done.output
        assert "views of pages: people 1, programs 1" in done.output
        assert "the first of them: 2" in done.output
        assert "wet (1)" in done.output
        assert "1 March 2026" in done.output
        assert "0 บรรทัด ข้าม 4 บรรทัด" in _run(path, "--lang", "th").output
        assert by_kind() == {("view", "regular"): 1, ("view", "machine"): 1}

    def test_refuses_in_sentences(self, ids, log, tmp_path):
        for arguments, sentence in (
            ([str(tmp_path / "no.log")], "is not there"),
            ([str(tmp_path)], "is a folder"),
            ([log(["x"], "other.log")], "no access log"),
            ([log([line()]), "--alias", "x"], "OLD=NEW"),
            ([log([line()]), "--alias", "x=nowhere"], 'no dataset "nowhere"'),
            ([log([line()]), "--type", "a/b"], "cannot be the first part"),
        ):
            done = _run(*arguments, "--lang", "en")
            assert done.exit_code == 1
            assert sentence in done.output
            assert "Traceback" not in done.output

    def test_from_standard_input(self, ids):
        text = line() + "\n"
        done = _run("-", "--lang", "en", stdin=text)
        assert done.exit_code == 0, done.output
        assert by_kind() == {("view", "regular"): 1}

    def test_no_address_or_user_agent_stays_anywhere(self, ids, log, caplog):
        secrets = ("192.0.2.77", "UnusualAgent/7.7", "officer-of-the-day")
        lines = busy(ids, 100)
        odd = line(address=secrets[0], agent=secrets[1])
        lines += [odd, odd.replace("- - [", f"- {secrets[2]} [", 1), odd[:-20], f"? {odd}"]
        with caplog.at_level(logging.DEBUG):
            done = _run(log(lines), "--lang", "en")
        assert done.exit_code == 0, done.output
        assert "are no lines of an access log" in done.output
        everywhere = done.output + caplog.text + _database() + _redis()
        assert ids.rain in everywhere
        for secret in secrets:
            assert secret not in everywhere
        assert not re.search(r"192\.0\.2\.\d", everywhere)


def _run(*arguments, stdin=None):
    return CliRunner().invoke(cli_history.import_log, list(arguments), input=stdin)


def _events(lines, ids):
    """The same lines, read by a plain hand."""
    agents = {FIREFOX: "regular", CURL: "machine", GOOGLEBOT: "robot"}
    for text in lines:
        found = re.fullmatch(r'(\S+) - - \[(.*?)\] "GET (\S+) .*?" 200 512 "-" "(.*)"', text)
        if found is None:
            continue
        address, stamp, path, agent = found.groups()
        parts = path.removeprefix("/th").split("/")
        use = {"url": path.removeprefix("/th")}
        if "api" in parts:
            use |= {"kind": "api_data", "resource_id": path.partition("resource_id=")[2]}
        elif "download" in parts:
            use |= {"kind": "download", "resource_id": parts[4], "url": parts[4]}
        elif "resource" in parts:
            use |= {"kind": "view", "resource_id": parts[4]}
        elif path in ("/dataset/rain", "/dataset/roads"):
            use |= {"kind": "view", "dataset_id": getattr(ids, parts[2])}
        else:
            continue
        if "resource_id" in use:
            rain = use["resource_id"] in (ids.rain1, ids.rain2)
            use["dataset_id"] = ids.rain if rain else ids.roads
        at = datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z").astimezone(THAILAND)
        visitor = address + agent
        yield Event(at=at, access=agents[agent], visitor=visitor, organization_id="office", **use)


def _killed(work, seconds):
    """Do `work` in another process and kill that after `seconds`."""
    model.meta.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _first_live(moment):
    buffer.connection().set(f"{buffer.prefix()}first", moment)


def _batches():
    with model.meta.engine.connect() as connection:
        return connection.execute(sa.text("SELECT id FROM pcio_usage_batch")).scalars().all()


def _database():
    """Return all there is in PostgreSQL as text."""
    with model.meta.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return "\n".join(
            str(row)
            for table in tables
            for row in connection.execute(sa.text(f'SELECT to_jsonb(t)::text FROM "{table}" t'))
        )


def _redis():
    client, found = buffer.connection(), []
    for key in client.scan_iter("*"):
        found += [repr(key), repr(client.dump(key))]
    return "\n".join(found)
