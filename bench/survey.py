"""The survey of the year over 100,000 datasets: proposals, pages, exports.

    .pcio/venv/bin/python bench/survey.py [--datasets 100000] [--runs 7]

Brings up a throw-away stack, puts generated datasets into CKAN's own tables, opens the survey, asks
30 offices, lets a third of them answer, and measures:

- all proposals from the facts table, beside reading the same facts, registers and use without any
  rule, and beside the way without a facts table, which draws the facts from CKAN's rows first (the
  last two are the baselines; the answers of both ways have to be the same);
- reading the kept proposals as a page does, beside reading the datasets behind them too (baseline);
- pages as the secretary and as an office sees them in a browser they logged in with, whole requests
  through the application, beside the shortest page of CKAN itself (baseline); and the first of
  them again after every time something was written, when what was counted is counted again;
- exports as the secretary downloads them, beside reading the lists they are made from (baseline).

The bar for a page is 100 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from facts_table import fill

EDITION = "pcio-2567"
OFFICES = 30
ANSWERING = 10
BATCH = 2_000


def timed(label: str, work: Callable[[], Any], runs: int, baseline: float = 0.0) -> float:
    """Run `work` to warm up and `runs` times; print the median and the worst, return the median."""
    if runs > 1:
        work()
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    median = statistics.median(took)
    ratio = f"{median / baseline:9.2f} x baseline" if baseline else ""
    print(f"{label:52}{median:11,.1f} ms {max(took):11,.1f} ms worst {ratio}", flush=True)
    return median


# Of more datasets than these, proposals are drawn once and not several times.
FEW = 50_000


def told(text: str) -> None:
    """Say what begins, and when."""
    print(f"-- {time.strftime('%H:%M:%S')} {text}", flush=True)


def people(offices: list[str]) -> dict[str, str]:
    """Return the ids of the secretary and of an editor of the first office."""
    from ckan import model

    ids = {}
    for name, sysadmin in (("secretary", True), ("editor", False)):
        user = model.User(name=name, email=f"{name}@example.go.th", password="not-for-people-1")
        user.sysadmin = sysadmin
        model.Session.add(user)
        model.Session.flush()
        if not sysadmin:
            office = model.Group.get(offices[0])
            model.Session.add(
                model.Member(group=office, table_id=user.id, table_name="user", capacity="editor")
            )
        ids[name] = user.id
        model.Session.commit()
    return ids


def survey(offices: list[str]) -> None:
    """Open the survey, ask offices and let some of them answer."""
    import ckan.plugins.toolkit as tk

    from ckanext.pcio.survey.instrument import load_instrument

    def call(action: str, **arguments: Any) -> Any:
        context: Any = {"user": "secretary", "ignore_auth": False}
        return tk.get_action(action)(context, {"edition": EDITION, **arguments})

    asked = [q for q in load_instrument(EDITION).questions if q.asks == "every_office"]
    call("pcio_survey_open", deadline="2030-06-21")
    call("pcio_survey_assign", questions=[q.id for q in asked], organizations=offices)
    chance = random.Random(1)
    for office in offices[:ANSWERING]:
        for question in chance.sample(asked, len(asked) // 2):
            answer = (
                {"option": question.options[0].code} if question.answer == "one" else {"values": {}}
            )
            call(
                "pcio_contribution_update",
                **{"question": question.id, "organization": office, "answer": answer},
                **{"note": "", "send": True, "version": 0},
            )


def measure_proposals(runs: int, number: int) -> None:
    """All proposals by three ways, and the reading of those that are kept."""
    import ckan.plugins.toolkit as tk
    import sqlalchemy as sa

    from ckanext.pcio.catalog import records, sync
    from ckanext.pcio.catalog.extract import facts_from_dataset
    from ckanext.pcio.catalog.readers.local import read_facts
    from ckanext.pcio.registers.reader import read_registers
    from ckanext.pcio.standard.dates import today_in_thailand
    from ckanext.pcio.survey import kept
    from ckanext.pcio.survey.assessment import assess
    from ckanext.pcio.survey.config import counted_since, settings_from_config
    from ckanext.pcio.survey.instrument import load_instrument
    from ckanext.pcio.survey.proposed import record
    from ckanext.pcio.usage.queries import rank

    context: Any = {"ignore_auth": True, "user": ""}
    few = min(runs, 3) if number <= FEW else 1

    def read() -> tuple[Any, ...]:
        source, facts = read_facts(context)
        return source, facts, read_registers(context, facts), rank(sa.true())

    def drawn(source: Any, facts: Any, registers: Any, used: Any) -> dict[str, Any]:
        assessment = assess(
            load_instrument(EDITION),
            facts,
            source,
            today_in_thailand(),
            registers=registers,
            usage=used,
            counted_since=counted_since(),
            settings=settings_from_config(),
        )
        return {each.question: record(each, "")["digest"] for each in assessment.proposals}

    def from_rows() -> dict[str, Any]:
        source, _facts, registers, used = read()
        settings, ids, facts = sync.settings_from_config(), records.package_ids(), []
        site = tk.config["ckan.site_url"]
        for start in range(0, len(ids), BATCH):
            for dataset in records.read(ids[start : start + BATCH]):
                facts.append(facts_from_dataset(dataset, settings, site))
        return drawn(source, facts, registers, used)

    base = timed("facts, registers, use; no rule (baseline)", read, few)
    one: dict[str, Any] = {}
    timed("all proposals from the facts table", lambda: one.update(drawn(*read())), few, base)
    other: dict[str, Any] = {}
    timed("all proposals from CKAN's rows (baseline)", lambda: other.update(from_rows()), 1, base)
    if one != other:
        differ = ", ".join(question for question in one if one[question] != other[question])
        raise SystemExit(f"the facts table proposes otherwise than CKAN's rows: {differ}")
    timed(
        "all proposals, kept with every dataset behind them", lambda: kept.refresh(EDITION), 1, base
    )
    base = timed("every row behind kept proposals (baseline)", lambda: kept.lists(EDITION), few)
    timed("kept proposals, as a page reads them", lambda: kept.proposals(EDITION), runs, base)
    number = sum(each["evidence_count"] for each in kept.proposals(EDITION).values())
    print(f"{number:,} rows behind {len(kept.proposals(EDITION))} proposals", flush=True)


def logged_in(app: Any, user: str) -> Any:
    """Return a browser somebody has logged in with."""
    client = app._wsgi_app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": user, "_fresh": True})
    return client


def measure_pages(app: Any, ids: dict[str, str], runs: int) -> None:
    """Whole requests, each until the last byte, with the statements it sends."""
    import sqlalchemy as sa
    from ckan import model
    from sqlalchemy import event

    survey_page = f"/readiness/survey/{EDITION}"
    pages = (
        "/readiness",
        survey_page,
        f"{survey_page}/question/P2.2.1.1",
        f"{survey_page}/question/G1",
        f"{survey_page}/missing",
        f"{survey_page}/missing.csv",
        f"{survey_page}/history",
        "/readiness/survey",
        "/readiness/inventory",
        "/readiness/kpi/gd-catalog",
    )
    browsers = {name: logged_in(app, user) for name, user in ids.items()}
    engine: Any = model.meta.engine
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: sent.append(a[2]))

    def opened(path: str, who: str) -> int:
        answer = browsers[who].get(path)
        answer.get_data()
        return answer.status_code

    base = timed("/about of CKAN (baseline)", lambda: opened("/about", "secretary"), runs)
    for who in ("secretary", "editor"):
        for path in pages:
            status = opened(path, who)
            if status != 200:
                print(f"{path} as {who}: {status}", flush=True)
                continue
            sent.clear()
            opened(path, who)
            label = f"{path.replace(survey_page, '…')} as {who}, {len(sent)} SQL"
            timed(label, lambda path=path, who=who: opened(path, who), runs, base)

    def after_a_change(path: str) -> None:
        with engine.begin() as connection:
            connection.execute(sa.text(_CHANGE))
        opened(path, "secretary")

    for path in pages[:2]:
        label = f"{path.replace(survey_page, '…')} after a dataset was written"
        timed(label, lambda path=path: after_a_change(path), min(runs, 3), base)


_CHANGE = """
    update pcio_dataset_facts set title = title
    where package_id = (select min(package_id) from pcio_dataset_facts)
"""


def measure_exports() -> None:
    """Each format as the secretary downloads it, written to a file."""
    from ckanext.pcio.dashboard import survey_export
    from ckanext.pcio.survey.response import filling

    context: Any = {"user": "secretary", "ignore_auth": False}
    base = timed("every row behind the answers (baseline)", lambda: filling.lists(EDITION), 1)

    def export(ending: str) -> None:
        with tempfile.TemporaryFile() as target:
            survey_export.read(context, EDITION).write(ending, target, "th", "thai")
            size = target.tell()
        print(f"  {ending}: {size / (1 << 20):.1f} MB", flush=True)

    for ending in ("docx", "json", "csv", "xlsx", "zip"):
        timed(f"export as {ending}", lambda ending=ending: export(ending), 1, base)


def measure(ini: str, number: int, runs: int) -> None:
    """Measure inside a CKAN process."""
    import sqlalchemy as sa
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    from ckanext.pcio.catalog import sync

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        told("datasets are written")
        fill(number)
        told("their facts are drawn")
        sync.rebuild()
        engine: Any = model.meta.engine
        with engine.connect() as connection:
            clean = connection.execution_options(isolation_level="AUTOCOMMIT")
            clean.execute(sa.text("vacuum analyze"))
        query = sa.select(model.Group.id).order_by(model.Group.name).limit(OFFICES)
        offices = list(model.Session.scalars(query))
        ids = people(offices)
        load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
        today = time.strftime("%Y-%m-%d")
        print(f"{number:,} datasets, {os.cpu_count()} processors, load {load}, {today}", flush=True)
        told("proposals")
        measure_proposals(runs, number)
        told("the survey is opened, offices are asked and answer")
        survey(offices)
        model.Session.remove()
    told("pages")
    measure_pages(app, ids, runs)
    told("exports")
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined] - as CKAN itself
        measure_exports()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"-- {time.strftime('%H:%M:%S')} peak memory of the process {peak:.0f} MB, load {load}")


def main() -> None:
    """Bring up a stack, measure inside it, take it down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--datasets", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        measure(arguments.inside, arguments.datasets, arguments.runs)
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
            inside = ["--inside", str(layout.ini), "--runs", str(arguments.runs)]
            inside += ["--datasets", str(arguments.datasets)]
            subprocess.run([sys.executable, __file__, *inside], check=True, env=child_environment())
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
