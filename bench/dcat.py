"""DCAT documents: a page of 100 datasets and one dataset, cold and unchanged, and SHACL.

    .pcio/venv/bin/python bench/dcat.py [--datasets 300]

Brings up a throw-away stack, puts generated datasets into it, and asks for the documents as a
harvester does, through the whole application. The baseline in the same run is
ckanext-dcat's own profile euro_dcat_ap_3 with nothing of ours in between.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from facts_table import fill

FORMATS = ("ttl", "xml", "jsonld")
SITE = "http://127.0.0.1:5000"


def milliseconds(work: Callable[[], Any], times: int = 5) -> float:
    """Return the median time of `times` runs."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def show(label: str, ms: float, baseline: float = 0.0) -> None:
    """Print one figure and how many times faster than the baseline it is."""
    ratio = f"{baseline / ms:8.1f}x" if baseline else ""
    print(f"{label:52}{ms:10.1f} ms{ratio}", flush=True)


def measure(app: Any, client: Any, dataset: str) -> None:
    """Ask for the documents and print what each took."""
    from ckan.lib.redis import connect_to_redis

    from ckanext.pcio.standard.dcat import endpoints

    def get(path: str, **headers: str) -> Any:
        response = client.get(path, headers=headers, base_url=SITE)
        assert response.status_code in (200, 304), (path, response.status_code)
        return response

    def forget() -> None:
        for key in connect_to_redis().scan_iter("pcio:dcat:*"):
            connect_to_redis().delete(key)

    def cold(path: str) -> Callable[[], Any]:
        def ask() -> None:
            forget()
            get(path)

        return ask

    ours = endpoints._answer
    for form in FORMATS:
        pages = (("page of 100", f"/catalog.{form}"), ("dataset", f"/dataset/{dataset}.{form}"))
        for name, path in pages:
            stock_path = f"{path}?profiles=euro_dcat_ap_3"
            handlers = app.before_request_funcs[None]
            at = handlers.index(ours)
            handlers.remove(ours)
            get(stock_path)
            stock = milliseconds(lambda p=stock_path: get(p))
            handlers.insert(at, ours)
            show(f"{name}, {form}: euro_dcat_ap_3 (baseline)", stock)
            show(f"{name}, {form}: th_gdc, cold", milliseconds(cold(path)), stock)
            tag = get(path).headers["ETag"]
            kept = milliseconds(lambda p=path: get(p), 20)
            show(f"{name}, {form}: unchanged, given again", kept, stock)
            asked = {"If-None-Match": tag}
            again = milliseconds(lambda p=path, a=asked: get(p, **a), 20)
            show(f"{name}, {form}: unchanged, 304", again, stock)


def validate(client: Any, dataset: str) -> None:
    """Measure the official shapes on one dataset and on a page."""
    import rdflib

    from tests.standard.dcat.shapes import shapes, violations

    shapes()
    for name, path in (("dataset", f"/dataset/{dataset}.ttl"), ("page of 100", "/catalog.ttl")):
        graph = rdflib.Graph().parse(data=client.get(path, base_url=SITE).data, format="turtle")
        found = violations(graph)
        if found:
            raise SystemExit(f"{len(found)} violations, such as {found[0]}")
        times = 20 if name == "dataset" else 3
        took = milliseconds(lambda g=graph: violations(g), times)
        show(f"SHACL of a {name}, {len(graph)} triples", took)


def inside(ini: str, number: int) -> None:
    """Measure inside a CKAN process."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app
    from ckan.lib.search import rebuild

    sys.path.insert(0, str(Path(__file__).parents[1]))
    app = make_app(CKANConfigLoader(ini).get_config())._wsgi_app  # type: ignore[attr-defined]
    with app.test_request_context():
        from ckan import model

        fill(number)
        rebuild(quiet=True)
        public = model.Session.query(model.Package).filter_by(state="active", private=False)
        dataset = public.order_by(model.Package.id).limit(1).one().id
        print(f"{public.count()} public datasets; a page holds 100; median of 5 or 20", flush=True)
        model.Session.remove()
    client = app.test_client()
    measure(app, client, dataset)
    validate(client, dataset)


def main() -> None:
    """Bring up a stack, and measure in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=300)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(options.inside, options.datasets)
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
                site_url=SITE,
                secret_key=stack.state["secret_key"],
                demo=False,
                **stack.urls,
            )
            # A number of clicks is not what is measured.
            settings.write(layout, {**values, "ckanext.pcio.usage.enabled": "false"})
            stack.set_datastore_permissions()
            upgrade = [str(ckan_command()), "-c", str(layout.ini), "db", "upgrade"]
            quiet = subprocess.DEVNULL
            subprocess.run(upgrade, check=True, stdout=quiet, env=child_environment())
            command = [sys.executable, __file__, "--inside", str(layout.ini)]
            command += ["--datasets", str(options.datasets)]
            subprocess.run(command, check=True, env=child_environment())
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
