"""The GD Catalog indicator of a portal with 100,000 datasets: its numbers and a page of its list.

    .pcio/venv/bin/python bench/gd_catalog.py [--datasets 100000]

Brings up a throw-away stack, puts generated facts and states of registration into the tables, and
measures. The baseline in the same run reads every row of facts into Python and asks the pure rule.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog_generator import datasets
from worklist import timed

RUNS = 15
# So many datasets differ; the rest repeat them under other names and titles.
DIFFERENT = 4000
BASELINE_RUNS = 2
STATES = ("COMPLETED", "COMPLETED", "COMPLETED", "REJECT", "WAIT", "", None)


def fill(number: int) -> None:
    """Write facts of generated datasets, their offices and states, straight into the tables."""
    from ckan import model

    from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
    from ckanext.pcio.catalog.model import TABLE, row_from_facts
    from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION

    drawn, offices, different = random.Random(1), {}, []
    for record in datasets(min(number, DIFFERENT)):
        office = record["organization"]
        offices[record["owner_org"]] = {
            "id": record["owner_org"],
            "name": office["name"],
            "title": office["title"],
            "type": "organization",
            "is_organization": True,
            "state": "active",
        }
        facts = facts_from_dataset(record, FactsSettings(), "http://127.0.0.1")
        labels = ["public"] if facts.published else [f"member-{record['owner_org']}"]
        different.append(row_from_facts(facts, record["owner_org"], labels))
    rows, states = [], []
    for place in range(number):
        row = different[place % len(different)]
        name = f"{row['package_id']}-{place // len(different)}"
        rows.append({**row, "package_id": name, "name": name, "title": f"{row['title']} {place}"})
        state = drawn.choice(STATES)
        if state is not None:
            told = {"name": "", "source": "service", "error": "", "package_id": name}
            states.append({**told, "state": state})
    model.Session.execute(model.group_table.insert(), list(offices.values()))
    for start in range(0, len(rows), 5000):
        model.Session.execute(TABLE.insert(), rows[start : start + 5000])
        if states[start : start + 5000]:
            model.Session.execute(REGISTRATION.insert(), states[start : start + 5000])
    model.Session.commit()
    engine = model.Session.get_bind().engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.exec_driver_sql("ANALYZE")


def in_python() -> tuple[int, int]:
    """Return numerator and denominator as a program would that reads every row."""
    import sqlalchemy as sa
    from ckan import model

    from ckanext.pcio.catalog.readers.local import read_facts
    from ckanext.pcio.catalog.registration.model import TABLE as REGISTRATION
    from ckanext.pcio.standard.dates import today_in_thailand
    from ckanext.pcio.survey.gd_catalog import counts

    known = sa.select(REGISTRATION.c.package_id, REGISTRATION.c.state)
    states = {row[0]: row[1] for row in model.Session.execute(known)}
    today = today_in_thailand()
    _source, facts = read_facts({"ignore_auth": True})
    among = [each for each in facts if each.open]
    return sum(counts(each, states.get(each.id, ""), today) for each in among), len(among)


def measure(ini: str, number: int) -> None:
    """Measure inside a CKAN process."""
    import ckan.plugins.toolkit as tk
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        fill(number)

        def ask(**arguments: Any) -> Callable[[], Any]:
            asked = {"limit": 25, **arguments}
            return lambda: tk.get_action("pcio_gd_catalog_show")({"ignore_auth": True}, dict(asked))

        found = ask()()
        numbers = found["all"]
        if (numbers["standard"], numbers["open"]) != in_python():
            raise SystemExit("the baseline has other numbers")
        print(f"{numbers['standard']} of {numbers['open']} open datasets count", flush=True)
        base = timed("reading every row in Python (baseline)", in_python, BASELINE_RUNS)
        timed("pcio_gd_catalog_show, first 25", ask(), RUNS, base)
        last = max(0, found["count"] - 25)
        for label, arguments in (
            ("last page", {"offset": last}),
            ("reason current", {"reason": "current"}),
            ("reason registered, own", {"reason": "registered", "own": True}),
            ("one office", {"organization": found["organizations"][0]["name"]}),
        ):
            timed(f"  {label}", ask(**arguments), RUNS, base)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=100_000)
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
