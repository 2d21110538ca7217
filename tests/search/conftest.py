"""A running search service, and an index in memory."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pysolr
import pytest

from ckanext.pcio.search.index import Core

ROOT = Path(__file__).parents[2]
_numbers = itertools.count()


def command(directory: Path, port: int, *more: str) -> list[str]:
    program = [sys.executable, "-m", "ckanext.pcio.search"]
    return [*program, "--data", str(directory), "--port", str(port), *more]


class Service:
    """One process of the service on a port of its own."""

    def __init__(self, directory: Path, log: Path) -> None:
        self.directory = directory
        self.log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command(self.directory, self.port),
                stdout=output,
                stderr=output,
                cwd=ROOT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=5):
                    return
            except (URLError, ConnectionError):
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.05)

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def kill(self) -> None:
        """End every process at once, as a power cut would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def solr(self, core: str = "ckan") -> pysolr.Solr:
        return pysolr.Solr(f"http://127.0.0.1:{self.port}/solr/{core}", timeout=20)


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    directory = tmp_path_factory.mktemp("search-service")
    running = Service(directory / "data", directory / "log.txt")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_service(tmp_path):
    """A service the test may stop, kill and start again."""
    running = Service(tmp_path / "data", tmp_path / "log.txt")
    yield running
    if running.process is not None and running.process.poll() is None:
        running.kill()


@pytest.fixture
def solr(service):
    """A client of an empty core."""
    return service.solr(f"core{next(_numbers)}")


@pytest.fixture
def core():
    return Core(None)
