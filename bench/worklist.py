"""The worklist of a portal with 25,000 datasets: a page of it, its numbers, and both with filters.

    .pcio/venv/bin/python bench/worklist.py [--datasets 25000]

Brings up a throw-away stack, puts generated datasets and a year of use into the tables, and
measures. The baseline in the same run reads every row of facts into Python, says what each dataset
needs and gains there, sorts, and cuts off the page.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from facts_table import fill

RUNS = 15
BASELINE_RUNS = 3


def timed(label: str, work: Callable[[], Any], runs: int, baseline: float = 0.0) -> float:
    """Run `work` once to warm up and `runs` times, print the median and the worst, return it."""
    work()
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    median = statistics.median(took)
    ratio = f"{baseline / median:8.1f}x" if baseline else ""
    print(f"{label:48}{median:9.1f} ms {max(took):9.1f} ms worst {ratio}", flush=True)
    return median


def use(number: int) -> None:
    """Write a year of use of three quarters of the datasets, in each of twelve months."""
    import sqlalchemy as sa
    from ckan import model

    from ckanext.pcio.catalog import records
    from ckanext.pcio.catalog.model import TABLE as FACTS
    from ckanext.pcio.standard.dates import today_in_thailand
    from ckanext.pcio.usage.model import BY_DATASET

    drawn, today = random.Random(1), today_in_thailand()
    ids = [each for each in records.package_ids() if drawn.random() < 0.75]
    for back in range(12):
        months = today.year * 12 + today.month - 1 - back
        month = date(months // 12, months % 12 + 1, 1)
        rows = [
            {
                "dataset_id": each,
                "month": month,
                "organization_id": "",
                "view": int(drawn.paretovariate(0.8)) % 5000,
                "download": drawn.randrange(40),
            }
            for each in ids
        ]
        model.Session.execute(BY_DATASET.insert(), rows)
    model.Session.commit()
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        clean = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in (FACTS.name, BY_DATASET.name):
            clean.execute(sa.text(f"vacuum analyze {table}"))
    print(f"{number} datasets, {12 * len(ids)} months of use", flush=True)


def in_python() -> list[str]:
    """Return the ids of the worklist's first page as a program would that reads every row."""
    import sqlalchemy as sa

    from ckanext.pcio.catalog.readers.local import read_facts
    from ckanext.pcio.standard.dates import today_in_thailand
    from ckanext.pcio.standard.thai import sort_key
    from ckanext.pcio.survey.gains import gain, load_goals, progress
    from ckanext.pcio.survey.work import Beside, kinds_of
    from ckanext.pcio.usage.queries import rank

    _source, facts = read_facts({"ignore_auth": True})
    kept = list(facts)
    beside = Beside(today=today_in_thailand())
    standing = progress(load_goals("pcio-2567"), kept, beside, 80)
    used = rank(sa.true())
    todo = [each for each in kept if kinds_of(each, beside)]
    todo.sort(
        key=lambda f: (-gain(standing, f, beside), -used.get(f.id, 0), sort_key(f.title), f.id)
    )
    return [each.id for each in todo[:25]]


def measure(ini: str, number: int) -> None:
    """Measure inside a CKAN process."""
    import ckan.plugins.toolkit as tk
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    from ckanext.pcio.catalog import sync

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        fill(number)
        sync.rebuild()
        use(number)

        def ask(action: str, **arguments: Any) -> Callable[[], Any]:
            return lambda: tk.get_action(action)({"ignore_auth": True}, dict(arguments))

        first = ask("pcio_worklist_list", limit=25)
        found = first()
        if [row["id"] for row in found["results"]] != in_python():
            raise SystemExit("the baseline has another first page")
        print(f"{found['count']} datasets need something", flush=True)
        base = timed("reading every row in Python (baseline)", in_python, BASELINE_RUNS)
        timed("pcio_worklist_list, first 25 by gain", first, RUNS, base)
        for label, arguments in (
            ("page 200 by gain", {"offset": 5000}),
            ("most used", {"sort": "most_used"}),
            ("by title", {"sort": "title"}),
            ("oldest update", {"sort": "oldest"}),
            ("kind publish", {"kind": "publish"}),
            ("question P2.2.1.1", {"question": "P2.2.1.1"}),
        ):
            timed(f"  {label}", ask("pcio_worklist_list", limit=25, **arguments), RUNS, base)
        timed("pcio_worklist_summary", ask("pcio_worklist_summary"), RUNS, base)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=25_000)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        measure(arguments.inside, arguments.datasets)
        return
    from ckanext.pcio.portal import settings
    from ckanext.pcio.portal.layout import Layout
    from ckanext.pcio.portal.services import child_environment, ckan_command
    from ckanext.pcio.portal.stack import Stack

    with tempfile.TemporaryDirectory(prefix="pcio-bench-") as folder:
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
            ckan = [str(ckan_command()), "-c", str(layout.ini)]
            subprocess.run(
                [*ckan, "db", "upgrade"],
                check=True,
                stdout=subprocess.DEVNULL,
                env=child_environment(),
            )
            print(f"{os.cpu_count()} processors", flush=True)
            inside = ["--inside", str(layout.ini), "--datasets", str(arguments.datasets)]
            subprocess.run([sys.executable, __file__, *inside], check=True, env=child_environment())
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
