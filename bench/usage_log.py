"""`ckan pcio usage import-log` against GoAccess on the same generated log.

    .pcio/venv/bin/python bench/usage_log.py [--lines 1000000] [--rounds 3]

Brings up a throw-away stack, puts the datasets of the log into CKAN's tables, and takes the log in,
from the file to the committed rows, with one reading process and with one for each core. The
baseline of the same run is `goaccess --log-format=COMBINED -o out.json`, which reads the same file
and writes a report. The best of the rounds is shown for each; they take turns.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import log_generator


def fill() -> None:
    """Put the datasets of the log into CKAN's tables."""
    from ckan import model

    datasets = log_generator.portal()
    model.Session.execute(
        model.package_table.insert(),
        [{"id": d.id, "name": d.name, "owner_org": d.office, "state": "active"} for d in datasets],
    )
    model.Session.execute(
        model.resource_table.insert(),
        [
            {"id": each, "package_id": d.id, "url": "x", "state": "active"}
            for d in datasets
            for each in d.resources
        ],
    )
    model.Session.commit()


def forget() -> None:
    """Empty the tables of use."""
    import sqlalchemy as sa
    from ckan import model

    engine: Any = model.meta.engine
    with engine.begin() as connection:
        tables = ", ".join(f"pcio_usage_{name}" for name in ("daily", "monthly", "batch"))
        connection.execute(sa.text(f"TRUNCATE {tables}"))


def take(path: Path, jobs: int) -> float:
    """Take the log in; return the seconds."""
    from ckan import model

    from ckanext.pcio.usage import names
    from ckanext.pcio.usage.log_files import LogFile
    from ckanext.pcio.usage.log_import import LogImport, Options

    forget()
    began = time.perf_counter()
    known = names.load(model.Session)
    model.Session.remove()
    file = LogFile(str(path))
    list(LogImport(model.meta.engine, known, Options(jobs=jobs)).run([file]))
    file.close()
    return time.perf_counter() - began


def goaccess(path: Path) -> float:
    """Let GoAccess read the log; return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        report = str(Path(folder) / "out.json")
        command = ["goaccess", str(path), "--log-format=COMBINED", "--no-progress", "-o", report]
        began = time.perf_counter()
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        return time.perf_counter() - began


def show(label: str, lines: int, seconds: float, baseline: float) -> None:
    print(
        f"{label:34}{seconds:8.2f} s {lines / seconds:11,.0f} lines/s {baseline / seconds:6.1f}x",
        flush=True,
    )


def measure(ini: str, path: Path, lines: int, rounds: int) -> None:
    """Measure inside a CKAN process."""
    import sqlalchemy as sa
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    app = make_app(CKANConfigLoader(ini).get_config())
    cores = sorted(os.sched_getaffinity(0))
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        fill()
        base, one, all_ = [], [], []
        for _ in range(rounds):
            base.append(goaccess(path) if shutil.which("goaccess") else 0.0)
            one.append(take(path, 1))
            all_.append(take(path, len(cores)))
        print(f"load {os.getloadavg()[0]:.1f} at the end, {len(cores)} cores, {lines:,} lines")
        if not min(base):
            print("goaccess is not installed: no baseline")
        show("goaccess (baseline)", lines, min(base) or float("nan"), min(base))
        show("import-log, one reading process", lines, min(one), min(base))
        show(f"import-log, {len(cores)} reading processes", lines, min(all_), min(base))
        engine: Any = model.meta.engine
        with engine.connect() as connection:
            events = connection.execute(sa.text("SELECT sum(events) FROM pcio_usage_batch"))
            rows = connection.execute(sa.text("SELECT count(*) FROM pcio_usage_daily"))
            print(f"{events.scalar():,} events in {rows.scalar():,} daily rows")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory of the counting process {peak:.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--log", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        measure(arguments.inside, arguments.log, arguments.lines, arguments.rounds)
        return
    from ckanext.pcio.portal import settings
    from ckanext.pcio.portal.layout import Layout
    from ckanext.pcio.portal.services import child_environment, ckan_command
    from ckanext.pcio.portal.stack import Stack

    with tempfile.TemporaryDirectory(prefix="pcio-bench-") as folder:
        path = Path(folder).resolve() / "access.log"
        log_generator.write(arguments.lines, path)
        layout = Layout(Path(folder).resolve() / "data")
        stack = Stack(layout)
        try:
            stack.start()
            values = settings.portal_settings(
                layout,
                site_url="http://127.0.0.1:5000",
                secret_key=stack.state["secret_key"],
                demo=False,
                **stack.urls,
            )
            settings.write(layout, values)
            stack.set_datastore_permissions()
            subprocess.run(
                [str(ckan_command()), "-c", str(layout.ini), "db", "upgrade"],
                check=True,
                stdout=subprocess.DEVNULL,
                env=child_environment(),
            )
            inside = ["--inside", str(layout.ini), "--log", str(path)]
            inside += ["--lines", str(arguments.lines), "--rounds", str(arguments.rounds)]
            subprocess.run([sys.executable, __file__, *inside], check=True, env=child_environment())
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
