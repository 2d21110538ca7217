"""A portal that answers over HTTP, with a few datasets in it, and a headless Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ckan.common import config
from playwright.sync_api import Browser, Page, sync_playwright

from tests.dashboard import builders

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise RuntimeError(f"the portal did not start:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="package")
def catalog(reset_db, migrate_db_for, reset_index) -> dict:
    """The datasets of `builders.province`, in the database and in the search index."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        return builders.province()


@contextmanager
def served(ini: str) -> Iterator[str]:
    """The address of a portal with the settings of `ini`, for as long as the body runs."""
    url = f"http://127.0.0.1:{_free_port()}"
    log = Path(tempfile.mkstemp(prefix="pcio-browser-", suffix=".log")[1])
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *(str(Path(sys.executable).with_name("ckan")), "-c", ini, "run"),
                *("--host", "127.0.0.1", "--port", url.rpartition(":")[2], "--disable-reloader"),
            ],
            env={**os.environ, "CKAN_SITE_URL": url},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"{url}/api/3/action/status_show", server, log)
            yield url
        finally:
            server.terminate()
            server.wait(20)
            log.unlink()


@pytest.fixture(scope="package")
def portal(catalog) -> Iterator[str]:
    """The address of a portal that serves `catalog` with the settings of the test run."""
    with served(config["__file__"]) as url:
        yield url


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Headless Chromium; its absence is an error, never a skip."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, portal) -> Iterator[Page]:
    """A fresh page; the test fails when the browser's console reported an error."""
    context = chromium.new_context(viewport=DESKTOP, base_url=portal, locale="th-TH")
    opened = context.new_page()
    problems: list[str] = []
    opened.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    # The browser reports every answer that is an error; the tests of error pages ask for one.
    assert [text for text in problems if "404 (NOT FOUND)" not in text] == []
