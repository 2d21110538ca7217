"""The launcher's small rules: settings files, private files, stamps, refusals."""

from __future__ import annotations

import configparser
import errno
import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.pcio.portal import bootstrap, layout, processes, settings, stack
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
