"""The facts table of a portal with 25,000 datasets: rebuild, check, and what the dashboard asks.

    .pcio/venv/bin/python bench/facts_table.py [--datasets 25000]

Brings up a throw-away stack, puts generated datasets into CKAN's own tables, and measures. The
baseline in the same run is `package_show` for each dataset, the way a portal without a facts
table would have to look at its catalog (measured on 200 of them).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog_generator import datasets

SHOWN = 200


def timed(label: str, work: Callable[[], Any], number: int = 1, baseline: float = 0.0) -> float:
    """Run `work`, print what it took, and return the seconds for one of `number`."""
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    each = seconds / number
    ratio = f"{baseline / each:8.1f}x" if baseline else ""
    print(f"{label:34}{seconds:9.2f} s {number / seconds:12,.0f}/s {ratio}", flush=True)
    return each


def fill(number: int) -> None:
    """Put `number` generated datasets into CKAN's tables, past its actions."""
    from ckan import model

    packages, resources, tags, links = [], [], {}, []
    offices = {}
    columns = {column.name for column in model.package_table.columns}
    for record in datasets(number):
        office = record["organization"]
        offices[record["owner_org"]] = {
            "id": record["owner_org"],
            "name": office["name"],
            "title": office["title"],
            "type": "organization",
            "is_organization": True,
            "state": "active",
        }
        extras = {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in record.items()
            if key not in columns | {"organization", "resources", "tags"} and value is not None
        }
        core = {key: value for key, value in record.items() if key in columns and key != "extras"}
        packages.append({**core, "extras": extras})
        for tag in record.get("tags", ()):
            tag_id = tags.setdefault(tag["name"], f"tag-{len(tags)}")
            links.append({"package_id": record["id"], "tag_id": tag_id, "state": "active"})
        for position, each in enumerate(record["resources"]):
            resources.append(
                {
                    "id": f"{record['id']}-{position}",
                    "package_id": record["id"],
                    "position": position,
                    "url": each.get("url") or "",
                    "name": each.get("name"),
                    "format": each.get("format"),
                    "state": "active",
                    "extras": {},
                }
            )
    session = model.Session
    session.execute(model.group_table.insert(), list(offices.values()))
    session.execute(model.package_table.insert(), packages)
    session.execute(
        model.tag_table.insert(), [{"id": key, "name": name} for name, key in tags.items()]
    )
    links = [{"id": f"link-{number}", **link} for number, link in enumerate(links)]
    session.execute(model.package_tag_table.insert(), links)
    session.execute(model.resource_table.insert(), resources)
    session.commit()


def measure(ini: str, number: int) -> None:
    """Measure inside a CKAN process."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    from ckanext.pcio.catalog import records, sync

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        fill(number)
        ids = records.package_ids()[:SHOWN]

        def show() -> None:
            for package_id in ids:
                tk.get_action("package_show")({"ignore_auth": True}, {"id": package_id})

        base = timed("package_show (baseline)", show, len(ids))
        model.Session.remove()
        timed("facts rebuild", sync.rebuild, number, base)
        found = []
        timed("facts check", lambda: found.extend(sync.check()), number, base)
        if found:
            raise SystemExit(f"{len(found)} rows differ after a rebuild")

        def ask(action: str, **arguments: Any) -> Callable[[], Any]:
            return lambda: tk.get_action(action)({"ignore_auth": True}, arguments)

        ask("pcio_counts_show")()
        timed("pcio_counts_show", ask("pcio_counts_show"))
        timed("pcio_facts_list, 50 of incomplete", ask("pcio_facts_list", slice="incomplete"))
        timed("pcio_assessment_show", ask("pcio_assessment_show"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory of the process {peak:.0f} MB")


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
            print(f"{arguments.datasets} datasets, {os.cpu_count()} processors", flush=True)
            inside = ["--inside", str(layout.ini), "--datasets", str(arguments.datasets)]
            subprocess.run([sys.executable, __file__, *inside], check=True, env=child_environment())
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
