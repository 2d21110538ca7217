"""What counting costs a request, beside the same request uncounted and beside core tracking.

    .pcio/venv/bin/python bench/usage_capture.py [--requests 600]

Brings up a throw-away stack and asks, within one process, for a dataset page, a download and API
reads: of an application that does not count, of one that does, and of one with CKAN's own
`tracking` plugin, in turns of the same run. "Waits" is the time until the last byte was handed
over, which is what a visitor waits for; "CPU" is all that the worker did, also after that. The
beacon core tracking's pages send (`POST /_tracking`) is measured too, as it is part of its price
for each page. Bar (design.md §11): 0.1 ms added and no SQL.
"""

from __future__ import annotations

import argparse
import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TURN = 50
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


@dataclass
class Sample:
    """The times of one page under one application, in seconds, and its SQL statements."""

    waits: list[float] = field(default_factory=list)
    waited_cpu: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    sql: int = 0

    def row(self, label: str, base: Sample | None) -> str:
        """Return a line of the table; `base` is the same page uncounted."""
        cuts = statistics.quantiles(self.waits, n=100)
        cpu = statistics.median(self.cpu)
        added = waited = cpu_added = ""
        if base is not None:
            added = f"{_added(self.waits, base.waits) * 1000:+9.3f}"
            waited = f"{_added(self.waited_cpu, base.waited_cpu) * 1000:+9.3f}"
            cpu_added = f"{_added(self.cpu, base.cpu) * 1000:+9.3f}"
        return (
            f"{label:34}{cuts[49] * 1000:9.3f}{cuts[98] * 1000:9.3f}{added:>10}{waited:>10}"
            f"{cpu * 1000:9.3f}{cpu_added:>10}{self.sql:6}"
        )


def _added(seconds: list[float], base: list[float]) -> float:
    """Return the median of what each request took more than the one beside it."""
    return statistics.median(one - other for one, other in zip(seconds, base, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="What counting costs a request.")
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--ini", help="settings of a running stack; internal")
    arguments = parser.parse_args()
    if arguments.ini:
        measure(arguments.ini, arguments.requests)
    else:
        bring_up(arguments.requests)


def bring_up(requests: int) -> None:
    """Start a stack of its own and measure in a process that knows its settings from the start."""
    from ckanext.pcio.portal import testing
    from ckanext.pcio.portal.layout import Layout
    from ckanext.pcio.portal.services import child_environment, ckan_command
    from ckanext.pcio.portal.stack import Stack

    layout = Layout(Path(tempfile.mkdtemp(prefix="pcio-bench-")).resolve())
    stack = Stack(layout, main="ckan_test", datastore="datastore_test")
    try:
        stack.start()
        ini = testing._write_ini(layout, stack)
        stack.set_datastore_permissions()
        environment = child_environment()
        upgrade = [str(ckan_command()), "-c", str(ini), "db", "upgrade"]
        subprocess.run(upgrade, check=True, env=environment, stdout=subprocess.DEVNULL)
        again = [sys.executable, __file__, "--ini", str(ini), "--requests", str(requests)]
        subprocess.run(again, check=True, env=environment, cwd=ROOT)
    finally:
        stack.stop()
        shutil.rmtree(layout.data, ignore_errors=True)


def measure(ini: str, requests: int) -> None:
    import ckan.plugins as p
    from ckan.cli import load_config
    from ckan.cli.db import _run_migrations
    from ckan.config.middleware import make_app

    settings: Any = load_config(ini)
    settings["ckanext.pcio.usage.enabled"] = False
    plain = make_app(settings)
    settings["ckanext.pcio.usage.enabled"] = True
    counting = make_app(settings)
    settings["ckanext.pcio.usage.enabled"] = False
    p.load("tracking")
    _run_migrations("tracking", "head", True)
    settings["ckan.plugins"] = f"{settings['ckan.plugins']} tracking"
    tracking = make_app(settings)
    p.unload("tracking")
    with vars(plain)["_wsgi_app"].test_request_context():
        pages = make_pages()

    samples: dict[tuple[str, str], Sample] = {}
    for turn in range(-1, requests // TURN):
        for page, ask in pages.items():
            # One after the other, so that whatever else the machine does hits both alike.
            for number in range(TURN):
                asked = ask(turn * TURN + number)
                pair = [("uncounted", plain), ("counted", counting)]
                # The second of a pair finds everything warm.
                for name, app in pair if number % 2 else reversed(pair):
                    sample = samples.setdefault((page, name), Sample())
                    take(sample, app, asked, keep=turn >= 0)
        p.load("tracking")
        for page, ask in pages.items():
            sample = samples.setdefault((page, "core tracking"), Sample())
            for number in range(TURN):
                take(sample, tracking, ask(turn * TURN + number), keep=turn >= 0)
        sample = samples.setdefault(("", "its beacon"), Sample())
        for _ in range(TURN):
            take(sample, tracking, beacon(), keep=turn >= 0)
        p.unload("tracking")
    say(samples)


def say(samples: dict[tuple[str, str], Sample]) -> None:
    heads = [("p50 ms", 9), ("p99 ms", 9), ("added", 10), ("its CPU", 10), ("CPU ms", 9)]
    heads += [("added", 10), ("SQL", 6)]
    print(" " * 34 + "".join(f"{head:>{width}}" for head, width in heads))
    for (page, name), sample in samples.items():
        base = samples.get((page, "uncounted")) if name != "uncounted" else None
        print(sample.row(f"{page} {name}".strip(), base))


def make_pages() -> dict[str, Callable[[int], dict[str, Any]]]:
    """Make a dataset with a file and a table, and return what to ask for, by a number."""
    from ckan.tests import helpers
    from werkzeug.datastructures import FileStorage

    sys.path.insert(0, str(ROOT))
    from tests.dashboard import builders

    user = helpers.call_action("get_site_user")["name"]
    context: dict[str, Any] = {"user": user, "ignore_auth": True}
    helpers.call_action("organization_create", dict(context), name="office", title="สำนักงาน")
    dataset = builders.create("office", 1)
    own = helpers.call_action(
        "resource_create",
        dict(context),
        package_id=dataset["id"],
        name="ไฟล์",
        format="CSV",
        upload=FileStorage(io.BytesIO(b"a,b\n1,2\n" * 100), filename="a.csv"),
        url="a.csv",
    )
    records = [{"a": number, "b": number} for number in range(50)]
    helpers.call_action(
        "datastore_create", dict(context), resource_id=own["id"], records=records, force=True
    )
    name, file = dataset["name"], own["id"]
    return {
        "dataset page": get(f"/dataset/{name}"),
        "download": get(f"/dataset/{name}/resource/{file}/download"),
        "package_show": get(f"/api/3/action/package_show?id={name}"),
        "datastore_search": get(
            f"/api/3/action/datastore_search?resource_id={file}", varying="offset"
        ),
    }


def get(path: str, varying: str = "n") -> Callable[[int], dict[str, Any]]:
    """Return how to ask for `path` as one of a few hundred visitors, never as a double click."""
    path, _mark, query = path.partition("?")

    def ask(number: int) -> dict[str, Any]:
        return {
            "path": path,
            "query_string": f"{query}&{varying}={max(number, 0)}",
            "environ_overrides": {"REMOTE_ADDR": f"192.0.2.{number % 250}"},
            "headers": {"User-Agent": AGENT},
        }

    return ask


def beacon() -> dict[str, Any]:
    body = "url=/dataset/x&type=page"
    return {
        "path": "/_tracking",
        "method": "POST",
        "data": body,
        "environ_overrides": {"REMOTE_ADDR": "192.0.2.1"},
        "headers": {"User-Agent": AGENT},
    }


@contextmanager
def statements() -> Iterator[list[str]]:
    from ckan import model
    from sqlalchemy import event

    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(model.meta.engine, "before_cursor_execute", note)
    yield sent
    event.remove(model.meta.engine, "before_cursor_execute", note)


def begin_answer(status: str, _headers: Any, _error: Any = None) -> Callable[[bytes], None]:
    if not status.startswith(("200", "404", "405")):
        raise RuntimeError(status)
    return lambda _body: None


def take(sample: Sample, app: Any, asked: dict[str, Any], *, keep: bool) -> None:
    """Ask as a server does: hand on every part, then close."""
    from werkzeug.test import EnvironBuilder

    environ = EnvironBuilder(**asked).get_environ()
    with statements() as sent:
        cpu, began = time.thread_time(), time.perf_counter()
        parts = app(environ, begin_answer)
        for _part in parts:
            pass
        waited, waited_cpu = time.perf_counter() - began, time.thread_time() - cpu
        parts.close()
        cpu = time.thread_time() - cpu
    if keep:
        sample.waits.append(waited)
        sample.waited_cpu.append(waited_cpu)
        sample.cpu.append(cpu)
        sample.sql = len(sent)


if __name__ == "__main__":
    main()
