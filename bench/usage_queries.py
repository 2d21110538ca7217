"""Questions about use with 100 million events in the tables, and a listing page with badges.

    .pcio/venv/bin/python bench/usage_queries.py [--datasets 3000] [--months 30]

Brings up a throw-away stack, writes generated days of use by SQL and their months from them, and
measures each question in the median of several. Baselines in the same run: the same question
answered from the days alone, and for a listing page of 100 datasets CKAN's own `tracking` plugin
on a `tracking_summary` with the same views. Whole pages are measured too. Bar: 0.1 s
for each question a page of numbers asks.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

EVENTS = 100_000_000
RUNS = 7
LISTED = 100

# Each dataset is used on a share of days by its rank, and so many times that all of it comes to
# the events asked for. Kinds and the share of days on which they happen on a day of use.
_DAYS = """
INSERT INTO pcio_usage_daily
    (dataset_id, day, resource_id, organization_id, kind, access, audience, count)
SELECT id, day, resource, '', kind, access, audience,
       greatest(1, (random() * 2 * :each / (1 + rank ^ 0.6))::bigint)
FROM (
    SELECT d.*, k.*, day::date AS day, random() AS luck
    FROM (SELECT package_id AS id, row_number() OVER (ORDER BY package_id) AS rank
          FROM pcio_dataset_facts) d
    CROSS JOIN generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') day
    CROSS JOIN (VALUES
        ('view', '', 'regular', 'public', 1.0), ('view', 'r0', 'regular', 'public', 0.5),
        ('view', '', 'regular', 'own_office', 0.1), ('view', '', 'robot', 'machine', 0.7),
        ('download', 'r0', 'regular', 'public', 0.4), ('api_data', 'r0', 'machine', 'machine', 0.4),
        ('api_metadata', '', 'machine', 'machine', 0.4), ('dump', 'r0', 'regular', 'public', 0.05),
        ('visitor', '', 'regular', 'public', 1.0), ('visitor', 'r0', 'regular', 'public', 0.6),
        ('visitor', '', 'machine', 'machine', 0.5),
        ('unique_investigation', '', 'regular', 'public', 1.0),
        ('unique_request', '', 'regular', 'public', 0.4)
    ) k(kind, resource, access, audience, share)
    OFFSET 0  -- one draw for each day, and not one for all days of a dataset
) drawn
WHERE luck < share * least(1, 0.15 + 30.0 / (30 + rank))
"""
_SCOPES = """
INSERT INTO pcio_usage_daily
    (dataset_id, day, resource_id, organization_id, kind, access, audience, count)
SELECT '', day::date, '', o.id, 'visitor', 'regular', 'public', 500
FROM (SELECT DISTINCT organization_id AS id FROM pcio_dataset_facts
      WHERE organization_id IS NOT NULL UNION SELECT '') o
CROSS JOIN generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') day
"""
_MONTHS = """
INSERT INTO pcio_usage_monthly
    (dataset_id, month, resource_id, organization_id, kind, access, audience, count)
SELECT dataset_id, date_trunc('month', day)::date, resource_id, organization_id, kind, access,
       audience, sum(count)
FROM pcio_usage_daily GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
# As the writer adds them up.
_SUMS = """
INSERT INTO {table} (dataset_id, month, {key}, {names})
SELECT dataset_id, month, {key}, {sums} FROM pcio_usage_monthly
WHERE {where} GROUP BY month, dataset_id, {key} ORDER BY month, dataset_id
"""
_BATCHES = """
INSERT INTO pcio_usage_batch (id, source, events, first_day, last_day, written_at)
SELECT 'bench ' || n, 'buffer', 770, CAST(:last AS date) - n / 1440, CAST(:last AS date) - n / 1440,
       CAST(:last AS timestamptz) - n * interval '1 minute'
FROM generate_series(0, 90 * 1440) n
UNION ALL SELECT 'bench first', 'buffer', 770, CAST(:first AS date), CAST(:first AS date), :first
"""
_TRACKED = """
INSERT INTO tracking_summary (url, package_id, tracking_type, count, running_total, recent_views,
                              tracking_date)
SELECT '/dataset/' || f.name, f.package_id, 'page', d.count, d.count, d.count, d.day
FROM pcio_usage_daily d JOIN pcio_dataset_facts f ON f.package_id = d.dataset_id
WHERE d.kind = 'view' AND d.access = 'regular' AND d.audience = 'public' AND d.resource_id = ''
"""
# Sum of the shares of the kinds that are events.
_KINDS_A_DAY = 3.55
_EVENT_KINDS = "('view', 'download', 'api_data', 'api_metadata', 'dump')"


def fill(number: int, first: date, last: date) -> dict[str, Any]:
    """Write `number` datasets and their days of use; return what came of it."""
    import sqlalchemy as sa
    from ckan import model
    from facts_table import fill as fill_datasets

    from ckanext.pcio.catalog import sync
    from ckanext.pcio.usage import partitions, statements
    from ckanext.pcio.usage.periods import add_months

    fill_datasets(number)
    sync.rebuild()
    engine: Any = model.meta.engine
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    partitions.ensure(engine, months)
    dates = {"first": first, "last": last}
    ranks = range(1, number + 1)
    uses = _KINDS_A_DAY * sum(min(1, 0.15 + 30 / (30 + n)) / (1 + n**0.6) for n in ranks)
    each = EVENTS / ((last - first).days * uses)
    with engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL synchronous_commit = off"))
        connection.execute(sa.text(_DAYS), {**dates, "each": each})
        connection.execute(sa.text(_SCOPES), dates)
        connection.execute(sa.text(_MONTHS))
        for table, key, numbers, where in (
            ("pcio_usage_monthly_dataset", "organization_id", statements.OF_DATASETS, "true"),
            (
                "pcio_usage_monthly_resource",
                *("resource_id", statements.OF_RESOURCES, "resource_id <> ''"),
            ),
        ):
            sums = ", ".join(numbers.values()).replace("sum(number)", "sum(count)")
            names = {"table": table, "key": key, "names": ", ".join(numbers), "where": where}
            connection.execute(sa.text(_SUMS.format(sums=sums, **names)))
        connection.execute(sa.text(_BATCHES), dates)
        connection.execute(sa.text(_TRACKED))
        events = connection.execute(
            sa.text(f"SELECT sum(count) FROM pcio_usage_monthly WHERE kind IN {_EVENT_KINDS}")
        ).scalar_one()
        rows = {
            table: connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in (
                *("pcio_usage_daily", "pcio_usage_monthly", "pcio_usage_monthly_dataset"),
                "tracking_summary",
            )
        }
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
    return {"events": events, **rows}


def median(work: Callable[[], Any]) -> float:
    """Return the median of several runs in seconds; the first one, which fills caches, apart."""
    from ckan import model

    times = []
    for _ in range(RUNS + 1):
        model.Session.rollback()
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


@contextmanager
def days_only() -> Any:
    """Answer from the days alone, as a portal without sums by month would."""
    from ckanext.pcio.usage import periods

    span = periods.span
    periods.span = lambda start, end, _today, *, by="month": periods.Span(None, ((start, end),))
    try:
        yield
    finally:
        periods.span = span


def questions(first: date, last: date) -> dict[str, Callable[[], Any]]:
    """Return what is measured, by name."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.types import Context

    from ckanext.pcio.catalog.model import TABLE as FACTS
    from ckanext.pcio.usage import periods, queries

    ids = list(model.Session.scalars(FACTS.select().order_by("package_id").limit(LISTED)))
    office: Any = model.Session.query(model.Group).filter_by(is_organization=True).first()
    year = periods.fiscal_range(last.year)
    visitor: Context = {"user": "", "auth_user_obj": None}
    admin: Context = {"ignore_auth": True}

    def ask(context: Context, action: str, **arguments: Any) -> Callable[[], Any]:
        def run() -> Any:
            return tk.get_action(action)({**context}, {**arguments})  # type: ignore

        return run

    fiscal = {"start": year[0].isoformat(), "end": year[1].isoformat()}
    whole = {"start": first.isoformat(), "end": last.isoformat()}
    return {
        "dataset by day over a year": ask(
            admin, "pcio_usage_show", dataset_id=ids[0], by="day", **fiscal
        ),
        "office by month over a fiscal year": ask(
            visitor, "pcio_usage_show", organization_id=office.id, by="month", **fiscal
        ),
        "portal by month over all months, visitor": ask(
            visitor, "pcio_usage_show", by="month", **whole
        ),
        "portal by month over all months, administrator": ask(
            admin, "pcio_usage_show", by="month", **whole
        ),
        "portal by month over a fiscal year, visitor": ask(
            visitor, "pcio_usage_show", by="month", **fiscal
        ),
        "top 20 datasets of a year": ask(
            visitor, "pcio_usage_list", limit=20, trend=False, **fiscal
        ),
        "top 20 datasets of a year, with change": ask(
            visitor, "pcio_usage_list", limit=20, **fiscal
        ),
        "offices of a year": ask(
            visitor, "pcio_usage_list", table="organizations", trend=False, **fiscal
        ),
        "badges of 100 datasets": lambda: queries.totals(ids),
        "rank of every dataset": lambda: queries.rank(FACTS.c.state == "active"),
    }


def measure(ini: str, datasets: int, months: int) -> None:
    """Fill and measure inside a CKAN process."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    from ckanext.pcio.standard.dates import today_in_thailand
    from ckanext.pcio.usage.periods import add_months

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        last = today_in_thailand()
        first = add_months(last, 1 - months)
        began = time.perf_counter()
        made = fill(datasets, first, last)
        seconds = time.perf_counter() - began
        print(
            f"{datasets:,} datasets, {made['events']:,} events in {months} months:"
            f" {made['pcio_usage_daily']:,} rows of days, {made['pcio_usage_monthly']:,} of months,"
            f" {made['pcio_usage_monthly_dataset']:,} of datasets,"
            f" {made['tracking_summary']:,} of core tracking ({seconds:.0f} s)",
            flush=True,
        )
        print(f"{'':52}{'ms':>9}{'days only':>11}{'ratio':>8}")
        for name, work in questions(first, last).items():
            ours = median(work)
            base = None
            if not name.startswith(("dataset", "badges", "rank")):
                with days_only():
                    base = median(work)
            told = f"{base * 1000:11.1f}{base / ours:7.1f}x" if base else ""
            print(f"{name:52}{ours * 1000:9.1f}{told}", flush=True)
    for name, address in (
        ("page of the last 12 months", "/usage"),
        ("page of a fiscal year", f"/usage?period=fy{last.year}"),
        ("page of all months", "/usage?period=all"),
    ):
        page(app._wsgi_app.test_client(), name, address)  # type: ignore[attr-defined] - the same


def page(client: Any, name: str, address: str) -> None:
    """Measure a whole page as a visitor gets it, and count the statements over tables of use."""
    from ckan import model
    from sqlalchemy import event

    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if "pcio_usage_monthly" in arguments[2] or "pcio_usage_daily" in arguments[2]:
            seen.append(arguments[2])

    def ask() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status}")

    ours = median(ask)
    event.listen(model.meta.engine, "before_cursor_execute", note)
    ask()
    event.remove(model.meta.engine, "before_cursor_execute", note)
    with days_only():
        began = time.perf_counter()
        ask()
        base = time.perf_counter() - began
    named = f"{name}, visitor ({len(seen)} statements)"
    print(f"{named:52}{ours * 1000:9.1f}{base * 1000:11.1f}{base / ours:7.1f}x", flush=True)


def listing(ini: str) -> None:
    """Measure a listing page of 100 datasets: plain, with badges, with core tracking.

    Each in a process of its own, as plugins are loaded once in one.
    """
    print(f"\n{'listing page of ' + str(LISTED) + ' datasets':52}{'ms':>9}{'SQL':>8}")
    for name in ("plain", "badges", "tracking"):
        subprocess.run([sys.executable, __file__, "--listing", name, "--inside", ini], check=True)


def list_once(ini: str, name: str) -> None:
    """Measure the listing page in this process and print its line."""
    import sqlalchemy as sa
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app
    from ckan.lib.search import rebuild
    from sqlalchemy import event

    config: Any = CKANConfigLoader(ini).get_config()
    config["ckan.datasets_per_page"] = str(LISTED)
    config["ckanext.pcio.usage.enabled"] = "false"
    config["ckanext.pcio.usage.badges"] = str(name == "badges").lower()
    if name == "tracking":
        config["ckan.plugins"] += " tracking"
    app = make_app(config)
    flask: Any = app._wsgi_app  # type: ignore[attr-defined] - as CKAN itself
    if name == "plain":
        with flask.test_request_context():
            public = model.Package.private.is_(False) & (model.Package.state == "active")
            query = sa.select(model.Package.id).where(public).order_by(model.Package.id)
            query = query.limit(LISTED)
            for package_id in model.Session.scalars(query).all():
                rebuild(package_id, defer_commit=True)
            rebuild(model.Session.scalars(query).first())
    client, seen, times = flask.test_client(), [], []
    answer, shown = None, 0
    event.listen(
        model.meta.engine, "before_cursor_execute", lambda *args: seen.append(args[2]), named=False
    )
    for _ in range(RUNS + 2):
        seen.clear()
        began = time.perf_counter()
        answer = client.get("/dataset/")
        times.append(time.perf_counter() - began)
        shown = answer.get_data(as_text=True).count('class="dataset-item"')
    if answer is None or shown != LISTED:
        raise SystemExit(f"{name}: {shown} datasets listed")
    middle = statistics.median(times[2:])
    print(f"{name + f' ({shown} datasets)':52}{middle * 1000:9.1f}{len(seen):8}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=3000)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--listing", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.listing:
        list_once(arguments.inside, arguments.listing)
        return
    if arguments.inside:
        measure(arguments.inside, arguments.datasets, arguments.months)
        listing(arguments.inside)
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
            upgrade = [*ckan, "db", "upgrade"]
            subprocess.run(upgrade, check=True, stdout=subprocess.DEVNULL, env=child_environment())
            inside = ["--inside", str(layout.ini), "--datasets", str(arguments.datasets)]
            inside += ["--months", str(arguments.months)]
            subprocess.run([sys.executable, __file__, *inside], check=True, env=child_environment())
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
