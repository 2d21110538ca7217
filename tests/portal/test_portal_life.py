"""A portal's life as an operator meets it: start, use, stop, kill, start again."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Launcher:
    """`./pcio portal` as a process, read line by line."""

    def __init__(self, data: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [str(ROOT / "pcio"), "portal", "--no-demo", "--port", str(port), "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PCIO_LANG": "en"},
        )
        self.lines: list[str] = []

    def wait_ready(self) -> float:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("Portal ready:"):
                return time.monotonic() - self.began
        raise AssertionError("\n".join(self.lines))

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def get(self, path: str, token: str | None = None) -> tuple[int, bytes]:
        request = urllib.request.Request(self.url + path)
        if token:
            request.add_header("Authorization", token)
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read()

    def post(self, action: str, token: str, **data: object) -> dict:
        request = urllib.request.Request(
            f"{self.url}/api/3/action/{action}",
            json.dumps(data).encode(),
            {"Content-Type": "application/json", "Authorization": token},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)["result"]


def _all_gone(family: list[psutil.Process], seconds: float = 30) -> list[psutil.Process]:
    _gone, alive = psutil.wait_procs(family, timeout=seconds)
    return alive


@pytest.fixture(scope="module")
def data():
    with tempfile.TemporaryDirectory(prefix="pcio-life-") as folder:
        yield Path(folder) / "data"


def test_a_portal_lives_through_stop_and_kill(data):
    """First start, an organization made over the API, Ctrl-C, start, kill -9, start."""
    port = _free_port()
    portal = Launcher(data, port)
    portal.wait_ready()
    assert portal.lines[-1] == f"Portal ready: {portal.url}"
    shown = next(line for line in portal.lines if line.startswith("Administrator:"))

    admin = json.loads((data / "admin.json").read_text())
    assert admin["password"] in shown
    assert stat.S_IMODE((data / "admin.json").stat().st_mode) == 0o600
    for path in ("/", "/dataset", "/dataset/?q=" + urllib.parse.quote("น้ำ"), "/readiness"):
        status, _body = portal.get(path)
        assert status == 200, path
    portal.post("organization_create", admin["token"], name="office", title="สำนักงานจังหวัด")

    second = subprocess.run(
        [str(ROOT / "pcio"), "portal", "--port", str(_free_port()), "--data", str(data)],
        capture_output=True,
        text=True,
        env={**os.environ, "PCIO_LANG": "en"},
        check=False,
    )
    assert second.returncode == 2
    assert "already runs" in second.stderr

    family = portal.family()
    assert len(family) >= 5
    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(60) == 0
    assert _all_gone(family) == []

    portal = Launcher(data, port)
    portal.wait_ready()
    assert not any(line.startswith("Administrator:") for line in portal.lines)
    assert "สำนักงานจังหวัด" in portal.post("organization_show", admin["token"], id="office")["title"]

    family = portal.family()
    portal.process.kill()
    portal.process.wait()
    assert _all_gone(family) == []

    # What a first start leaves that was killed between making the account and showing it.
    state = json.loads((data / "state.json").read_text())
    del state["shown"]
    (data / "state.json").write_text(json.dumps(state))
    portal = Launcher(data, port)
    portal.wait_ready()
    assert any(admin["password"] in line for line in portal.lines)
    assert portal.post("organization_show", admin["token"], id="office")["name"] == "office"
    family = portal.family()
    portal.process.send_signal(signal.SIGTERM)
    assert portal.process.wait(60) == 0
    assert _all_gone(family) == []

    done = subprocess.run(
        [str(ROOT / "pcio"), "ckan", "--data", str(data), "pcio", "facts", "check"],
        capture_output=True,
        text=True,
        env={**os.environ, "PCIO_LANG": "en"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    logs = "".join(file.read_text(errors="replace") for file in (data / "log").iterdir())
    assert admin["token"] not in logs
    assert admin["password"] not in logs


def test_a_busy_port_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [str(ROOT / "pcio"), "portal", "--port", str(port), "--data", str(tmp_path / "d")],
            capture_output=True,
            text=True,
            env={**os.environ, "PCIO_LANG": "en"},
            check=False,
        )
    assert done.returncode == 2
    assert re.search(rf"Port {port} is in use", done.stderr)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "d").exists()


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [str(ROOT / "pcio"), "portal", "--data", str(tmp_path / "file" / "data")],
        capture_output=True,
        text=True,
        env={**os.environ, "PCIO_LANG": "en"},
        check=False,
    )
    assert done.returncode == 2
    assert "cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_without_a_portal_is_one_sentence(tmp_path):
    done = subprocess.run(
        [str(ROOT / "pcio"), "ckan", "--data", str(tmp_path / "none"), "user", "list"],
        capture_output=True,
        text=True,
        env={**os.environ, "PCIO_LANG": "en"},
        check=False,
    )
    assert done.returncode == 2
    assert "./pcio portal" in done.stderr
