"""Import of a workbook of 5,000 datasets: check and import in rows a minute, and memory.

    .pcio/venv/bin/python bench/imports.py [--rows 5000]

Brings up a throw-away stack, writes generated datasets with their resources into a workbook, and
takes it in as `ckan pcio import` does. The baseline in the same run is what a script without an
importer would do: `package_create` of the same records one by one (measured on 200 of them).
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catalog_generator import datasets

BASELINE = 200
MINUTE = 60
NOT_IN_A_WORKBOOK = ("id", "private", "state", "organization", "owner_org", "resources")


def records(number: int) -> list[dict[str, Any]]:
    """Return generated datasets as an office describes them: without ids, with their resources."""
    found = []
    for place, record in enumerate(datasets(number)):
        taken = {key: value for key, value in record.items() if key not in NOT_IN_A_WORKBOOK}
        files = [
            {key: each[key] for key in ("name", "url", "format", "description") if each.get(key)}
            for each in record["resources"]
        ]
        found.append({**taken, "name": f"generated-{place}", "resources": files})
    return found


def processor() -> float:
    """Return the processor seconds of this process and its ended children (without databases)."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def timed(label: str, work: Callable[[], Any], number: int, baseline: float = 0.0) -> float:
    """Run `work`, print what it took, and return the seconds for one of `number`."""
    began, busy = time.perf_counter(), processor()
    work()
    seconds, busy = time.perf_counter() - began, processor() - busy
    each = seconds / number
    ratio = f"{baseline / each:8.1f}x" if baseline else ""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{label:44}{seconds:8.1f} s {MINUTE / each:10,.0f} rows/min {ratio:9}"
        f"  processor {1000 * busy / number:6.1f} ms/row"
        f"  peak {memory:,.0f} MB, children {children:,.0f} MB",
        flush=True,
    )
    return each


def measure(ini: str, number: int) -> None:
    """Measure inside a CKAN process."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    from ckanext.pcio.catalog import sync
    from ckanext.pcio.catalog.imports import files, job, store
    from ckanext.pcio.standard.workbook import writing

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
        office = tk.get_action("organization_create")(
            {"ignore_auth": True, "user": site_user["name"]}, {"name": "office", "title": "Office"}
        )
        generated = records(number)

        def create() -> None:
            for record in generated[:BASELINE]:
                told = {**record, "name": f"base-{record['name']}", "owner_org": office["id"]}
                context: Any = {"user": site_user["name"], "pcio_import": True}
                tk.get_action("package_create")(context, told)

        base = timed("package_create one by one (baseline)", create, BASELINE)
        model.Session.remove()
        target = io.BytesIO()
        writing.write(generated, target)
        print(f"workbook of {len(target.getvalue()) / (1 << 20):.1f} MB", flush=True)
        generated.clear()

        def upload() -> dict[str, Any]:
            import_id = str(uuid.uuid4())
            target.seek(0)
            digest = files.keep(import_id, target)
            store.add(
                {
                    **{"id": import_id, "user_id": site_user["id"], "sha256": digest},
                    **{"organization_id": office["id"], "filename": "bench.xlsx"},
                    "options": {"publish": True, "owner_text": ""},
                }
            )
            model.Session.commit()
            return store.get(import_id) or {}

        def take(found: dict[str, Any]) -> dict[str, Any]:
            job.take(found)
            return store.get(found["id"]) or {}

        for title in ("first", "again"):
            found = upload()
            timed(f"check, {title}", lambda f=found: take(f), number, base)
            found = store.get(found["id"]) or {}
            print("   ", found["totals"], found["error"])
            store.change(found["id"], state="queued")
            model.Session.commit()
            found["state"] = "queued"
            timed(f"import, {title}", lambda f=found: take(f), number, base)
            print("   ", (store.get(found["id"]) or {})["state"])
        if sync.check():
            raise SystemExit("facts differ after the import")
        search = tk.get_action("package_search")(
            {"ignore_auth": True}, {"rows": 0, "include_private": True, "include_drafts": True}
        )
        print(f"{search['count']} datasets in the search index")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        measure(arguments.inside, arguments.rows)
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
            for command in (["db", "upgrade"], ["db", "upgrade", "-p", "pcio"]):
                subprocess.run(
                    [*ckan, *command],
                    check=True,
                    stdout=subprocess.DEVNULL,
                    env=child_environment(),
                )
            print(f"{arguments.rows} rows, {os.cpu_count()} processors", flush=True)
            inside = ["--inside", str(layout.ini), "--rows", str(arguments.rows)]
            subprocess.run([sys.executable, __file__, *inside], check=True, env=child_environment())
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
