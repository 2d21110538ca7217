"""The launcher's small rules: settings files, private files, stamps, refusals."""

from __future__ import annotations

import configparser
import errno
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ckanext.pcio.portal import (
    bootstrap,
    command,
    console,
    layout,
    portal,
    processes,
    services,
    settings,
    stack,
)
from ckanext.pcio.portal.console import Refusal

ROOT = Path(__file__).parents[2]


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("PCIO_LANG", "en")


def test_settings_survive_percent_signs():
    """ConfigParser reads % as interpolation; a password may hold one."""
    text = settings.render({"SECRET_KEY": "50%(x)s%"})
    parser = configparser.ConfigParser()
    parser.read_string(text)
    assert parser["app:main"]["SECRET_KEY"] == "50%(x)s%"


def test_the_operators_settings_are_never_overwritten(tmp_path):
    portal = layout.Layout(tmp_path)
    settings.write(portal, {"a": "1"})
    portal.ini.write_text("mine")
    settings.write(portal, {"a": "2"})
    assert portal.ini.read_text() == "mine"
    assert "a = 2" in portal.generated_ini.read_text()


def test_secrets_are_readable_by_the_owner_only(tmp_path):
    portal = layout.Layout(tmp_path)
    layout.load_state(portal)
    assert stat.S_IMODE(portal.state.stat().st_mode) == 0o600


def test_secrets_stay_the_same(tmp_path):
    portal = layout.Layout(tmp_path)
    first = layout.load_state(portal)
    assert layout.load_state(portal) == first
    assert len(set(first.values())) == len(first)


def test_a_damaged_state_is_refused_with_a_sentence(tmp_path, english):
    portal = layout.Layout(tmp_path)
    portal.state.write_text("{")
    with pytest.raises(Refusal, match="damaged"):
        layout.load_state(portal)


def test_a_failed_write_keeps_the_old_file(tmp_path, monkeypatch, english):
    file = tmp_path / "state.json"
    layout.write_private(file, "old")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal, match="disk is full"):
        layout.write_private(file, "new")
    assert file.read_text() == "old"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_every_refusal_of_the_disk_is_a_sentence(number, words, english):
    assert words in str(bootstrap.disk_refusal(OSError(number, "x"), Path("/data")))


def test_refusals_are_thai_unless_the_terminal_is_english(monkeypatch):
    monkeypatch.delenv("PCIO_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "th_TH.UTF-8")
    thai = str(bootstrap.disk_refusal(OSError(errno.ENOSPC, "x"), Path("/data")))
    assert any("\u0e01" <= letter <= "\u0e5b" for letter in thai)


def test_an_environment_without_a_stamp_is_not_ready(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("click==1\n")
    assert not bootstrap._is_ready(lock, "portal", tmp_path)


def test_an_environment_with_another_lock_file_is_not_ready(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("click==1\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    digest = bootstrap._digest(lock, ROOT / "setup.py")
    stamp = {"root": str(bootstrap.ROOT), "portal": digest}
    (tmp_path / bootstrap.STAMP.name).write_text(json.dumps(stamp))
    assert bootstrap._is_ready(lock, "portal", tmp_path)
    lock.write_text("click==2\n")
    assert not bootstrap._is_ready(lock, "portal", tmp_path)


def test_two_launchers_on_one_folder(tmp_path, english):
    portal = layout.Layout(tmp_path)
    with stack.take_lock(portal) as held:
        held.write("http://127.0.0.1:5000")
        held.flush()
        with pytest.raises(stack.Running, match=r"already runs.*5000"):
            stack.take_lock(portal)
    stack.take_lock(portal).close()


def test_reset_refuses_a_folder_that_is_no_portal(tmp_path, english):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(Refusal, match="not a portal"):
        stack.wipe(layout.Layout(tmp_path))
    assert (tmp_path / "thesis.docx").exists()


def test_a_busy_port_is_seen():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not processes.port_is_free("127.0.0.1", taken.getsockname()[1])


def test_a_child_that_ends_at_once_is_reported_with_its_last_words(tmp_path, english):
    child = processes.Child(
        "Example",
        [sys.executable, "-c", "print('no such table')"],
        log=tmp_path / "log",
        pidfile=tmp_path / "pid",
        environment=dict(os.environ),
    )
    child.start()
    with pytest.raises(Refusal, match=r"Example did not start.*no such table"):
        child.wait_until(lambda: False, 20)


def test_a_child_left_by_a_killed_launcher_is_ended_first(tmp_path):
    def make():
        return processes.Child(
            "Sleeper",
            [sys.executable, "-c", "import time; time.sleep(60)"],
            log=tmp_path / "log",
            pidfile=tmp_path / "pid",
            environment=dict(os.environ),
        )

    first, second = make(), make()
    first.start()
    assert first.running
    second.start()
    assert first.process is not None
    first.process.wait(10)
    assert second.running
    second.stop()
    assert not (tmp_path / "pid").exists()


@pytest.mark.parametrize("arguments", [["nonsense"], []])
def test_a_wrong_command_shows_the_usage(arguments):
    done = subprocess.run(
        [str(ROOT / "pcio"), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "./pcio portal" in done.stdout


def test_an_environment_whose_python_was_replaced_is_not_ready(tmp_path):
    """A new release of the system brings another python3 under the old environment."""
    lock, python = tmp_path / "lock.txt", tmp_path / "bin" / "python"
    lock.write_text("click==1\n")
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    digest = bootstrap._digest(lock, ROOT / "setup.py")
    real = str(Path(sys.executable).resolve())
    stamp = {"root": str(bootstrap.ROOT), "portal": digest, "python": real}
    (tmp_path / bootstrap.STAMP.name).write_text(json.dumps(stamp))
    assert bootstrap._is_ready(lock, "portal", tmp_path)
    python.unlink()
    python.symlink_to("/usr/bin/env")
    assert not bootstrap._is_ready(lock, "portal", tmp_path)
    python.unlink()
    python.symlink_to(tmp_path / "gone")
    assert not bootstrap._is_ready(lock, "portal", tmp_path)


def test_too_little_room_is_one_sentence(tmp_path, english):
    with pytest.raises(Refusal, match="free at least"):
        bootstrap.require_free(tmp_path, 2**60)


def test_redis_starts_in_a_folder_of_any_name(tmp_path):
    """Spaces and Thai letters are what a home folder is made of."""
    portal_layout = layout.Layout(tmp_path / 'ข้อมูล "เปิด" ของ จังหวัด')
    portal_layout.make()
    server = services.Redis(portal_layout, processes.free_port(), "secret")
    server.start()
    try:
        assert (portal_layout.redis / "appendonly.aof").exists()
    finally:
        server.child.stop()


def test_a_database_of_another_account_is_one_sentence(tmp_path, english, monkeypatch):
    portal_layout = layout.Layout(tmp_path)
    portal_layout.postgres.mkdir()
    server = services.Postgres(portal_layout, 1, "secret")
    server.user = None
    monkeypatch.setattr(os, "geteuid", lambda: portal_layout.postgres.stat().st_uid + 1)
    with pytest.raises(Refusal, match="made by the account"):
        server.start()


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "x" * 70])
def test_an_address_that_is_not_ours_is_said_so(host, english):
    with pytest.raises(Refusal, match="not an address of this machine"):
        processes.port_is_free(host, 5000)


def test_a_port_of_the_administrator_is_said_so(english, monkeypatch):
    def refuse(_socket, _address):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(Refusal, match="above 1023"):
        processes.port_is_free("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:5000"),
        ("0.0.0.0", "http://127.0.0.1:5000"),
        ("::1", "http://[::1]:5000"),
    ],
)
def test_the_address_shown_can_be_opened(host, url, tmp_path):
    assert services.Web(layout.Layout(tmp_path), host, 5000).url == url


def _web_server(portal_layout: layout.Layout, port: int) -> processes.Child:
    """A stand-in for the web server, under its pid file."""
    child = processes.Child(
        "Web",
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        log=portal_layout.logs / "web.log",
        pidfile=portal_layout.run / "web.pid",
        environment=dict(os.environ),
    )
    child.start()
    child.wait_until(lambda: not processes.port_is_free("127.0.0.1", port), 20)
    return child


def test_the_web_server_of_a_killed_launcher_gives_up_its_port(tmp_path):
    portal_layout = layout.Layout(tmp_path)
    portal_layout.make()
    port = processes.free_port()
    left = _web_server(portal_layout, port)
    portal.claim_port(portal_layout, "127.0.0.1", port)
    assert not left.running


def test_the_web_server_of_a_running_portal_keeps_its_port(tmp_path, english):
    portal_layout = layout.Layout(tmp_path)
    portal_layout.make()
    port = processes.free_port()
    server = _web_server(portal_layout, port)
    try:
        with (
            stack.take_lock(portal_layout),
            pytest.raises(stack.Running, match="already runs"),
        ):
            portal.claim_port(portal_layout, "127.0.0.1", port)
        assert server.running
    finally:
        server.stop()


_FIRST_START = """
import sys
from pathlib import Path
from ckanext.pcio.portal import layout, processes, services
home = layout.Layout(Path(sys.argv[1]))
services.Postgres(home, processes.free_port(), "secret", durable=False).start()
"""


def test_a_database_whose_making_was_killed_is_made_again(tmp_path):
    portal_layout = layout.Layout(tmp_path)
    portal_layout.make()
    first = subprocess.Popen([sys.executable, "-c", _FIRST_START, str(tmp_path)], cwd=ROOT)
    end = time.monotonic() + 30
    # initdb writes this file first of all, long before there is a database.
    while not list(tmp_path.glob("postgres*/PG_VERSION")):
        assert time.monotonic() < end
        time.sleep(0.005)
    first.kill()
    first.wait()
    server = services.Postgres(portal_layout, processes.free_port(), "secret", durable=False)
    server.start()
    try:
        server.connect("postgres").close()
    finally:
        server.child.stop()


def test_a_folder_that_is_no_cluster_is_never_removed(tmp_path, english):
    portal_layout = layout.Layout(tmp_path)
    portal_layout.make()
    portal_layout.postgres.mkdir()
    (portal_layout.postgres / "notes.txt").write_text("years of work")
    server = services.Postgres(portal_layout, processes.free_port(), "secret", durable=False)
    server.user = None
    with pytest.raises(Refusal):
        server.start()
    assert (portal_layout.postgres / "notes.txt").exists()


_PARENT = """
import subprocess, sys, time
from ckanext.pcio.portal.lifeline import die_with_parent
child = subprocess.Popen(["sleep", "60"], preexec_fn=die_with_parent())
print(child.pid, flush=True)
time.sleep(60)
"""


def test_a_child_dies_with_its_killed_parent():
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    end = time.monotonic() + 10
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_vanished_terminal_does_not_stop_the_stopping():
    """`./pcio portal | head`, or a closed window: the launcher still has services to stop."""
    words = "input(); say('a'); say('b'); sys.exit(7)"
    process = subprocess.Popen(
        [sys.executable, "-c", f"import sys; from ckanext.pcio.portal.console import say; {words}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    process.communicate(b"\n", timeout=20)
    assert process.returncode == 7


@pytest.mark.parametrize("command_name", ["assess", "ckan"])
def test_building_the_environment_is_no_part_of_the_answer(command_name, monkeypatch, capsys):
    """`./pcio assess URL --format json > answers.json` is as good on the first day."""

    def build(_command):
        console.say("building")
        raise Refusal("far enough")

    monkeypatch.setattr(bootstrap, "_python_for", build)
    assert bootstrap.main([command_name, "x"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "building" in shown.err


def test_a_terminal_without_thai_letters_still_gets_its_answer():
    done = subprocess.run(
        [str(ROOT / "pcio"), "nonsense"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PCIO_LANG": "th"},
        check=False,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"./pcio portal" in done.stdout


@pytest.mark.parametrize(
    "arguments", [["--port", "0"], ["--port", "99999"], ["--port", "abc"], ["--prot", "1"], ["x"]]
)
def test_a_wrong_argument_is_one_sentence(arguments):
    done = subprocess.run(
        [str(ROOT / "pcio"), "portal", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PCIO_LANG": "en"},
        check=False,
    )
    assert done.returncode == 2
    assert re.fullmatch(r"pcio: .*See --help.*\n", done.stderr)


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -TERM $$", 143)])
def test_the_exit_code_of_the_command_line_is_ckans(tmp_path, monkeypatch, script, code):
    program = tmp_path / "ckan"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(command, "ckan_command", lambda: program)
    before = signal.getsignal(signal.SIGINT)
    try:
        assert command._ckan(layout.Layout(tmp_path), []) == code
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_unsupported_python_looks_for_one_that_runs(tmp_path):
    """A version manager's shim is on PATH for versions that are not chosen; it fails when run."""
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    (tmp_path / "python3.11").symlink_to(sys.executable)
    text = (ROOT / "pcio").read_text(encoding="utf-8").partition("\nif not SUPPORTED")[0]
    names: dict = {"__file__": str(ROOT / "pcio")}
    exec(compile(text, "pcio", "exec"), names)
    names["os"].environ["PATH"], before = str(tmp_path), os.environ["PATH"]
    try:
        assert names["supported_python"]() == str(tmp_path / "python3.11")
    finally:
        os.environ["PATH"] = before
