"""An exchange makes its dataset sharable: in counts, list, CSV and the survey, at once."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from freezegun import freeze_time

from ckanext.pcio.catalog import exchanged, sync
from ckanext.pcio.registers.exchange import queries
from ckanext.pcio.standard.dates import today_in_thailand
from tests.dashboard.reading import soup, statements
from tests.registers.exchange.conftest import CONFIDENTIAL, INTERNAL

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


def answer(question, **arguments):
    shown = call_action("pcio_assessment_show", **arguments)
    return next(each for each in shown["answers"] if each["id"] == question), shown


def numbers(app):
    """The number of sharable datasets as each place has it."""
    counted = call_action("pcio_counts_show")["all"]["sharable"]
    listed = call_action("pcio_facts_list", slice="sharable")
    proposal, shown = answer("P2.2.3.1")
    text = app.get("/readiness/csv/sharable").body.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    page = soup(app.get("/readiness/list/sharable"))
    return {
        "counts": counted,
        "list": listed["count"],
        "rows": len(listed["results"]),
        "csv": len(rows),
        "page": len(page.select(".pcio-row")),
        "assessment": shown["counts"]["all"]["sharable"],
        "P2.2.3.1": proposal["values"]["sharable"],
        "P2.2.3.2": answer("P2.2.3.2")[0]["values"]["sharable"],
    }


def test_all_numbers_are_one_number(app, make_dataset, record, act):
    for name in ("declared", "exchanged", "preparing", "plain"):
        make_dataset(name, **({"linkage_method": ["API"]} if name == "declared" else {}))
    assert set(numbers(app).values()) == {1}
    made = record("exchanged")
    record("preparing", status="preparing", starts_on="")
    assert set(numbers(app).values()) == {2}
    sync.rebuild()
    assert set(numbers(app).values()) == {2}
    act("editor", "pcio_exchange_delete", id=made["id"])
    assert set(numbers(app).values()) == {1}


def test_the_last_day_counts_and_the_next_does_not(make_dataset, record):
    dataset = make_dataset("water")
    record("water", ends_on="2569-06-30")
    record("water", partner="อีกแห่ง", ends_on="2569-05-31")
    assert exchanged.ids(date(2026, 6, 30)) == {dataset["id"]}
    assert exchanged.ids(date(2026, 7, 1)) == frozenset()
    for day, sharable in (("2026-06-30", 1), ("2026-07-01", 0)):
        with freeze_time(f"{day} 05:00"):
            assert call_action("pcio_counts_show")["all"]["sharable"] == sharable
            assert answer("P2.2.3.1")[0]["values"]["sharable"] == sharable
            assert len(queries.records(None)) == sharable


def test_one_exchange_without_end_outlasts_the_others(make_dataset, record, act):
    dataset = make_dataset("water")
    ended = record("water", ends_on="2568-02-01")
    endless = record("water")
    assert exchanged.ids(date(2090, 1, 1)) == {dataset["id"]}
    act("editor", "pcio_exchange_delete", id=endless["id"])
    assert exchanged.ids(today_in_thailand()) == frozenset()
    act("editor", "pcio_exchange_update", id=ended["id"], version=1, ends_on="")
    assert exchanged.ids(today_in_thailand()) == {dataset["id"]}
    act("editor", "pcio_exchange_update", id=ended["id"], version=2, status="preparing")
    assert exchanged.ids(today_in_thailand()) == frozenset()


def test_a_dataset_classed_higher_later_counts_no_more(app, make_dataset, record, act):
    dataset = make_dataset("water")
    made = record("water")
    site_user = {"user": "", "ignore_auth": True}
    user = call_action("get_site_user")["name"]
    call_action(
        "package_patch", {**site_user, "user": user}, id=dataset["id"], private=True, **CONFIDENTIAL
    )
    assert set(numbers(app).values()) == {0}
    assert act("editor", "pcio_exchange_show", id=made["id"])["warnings"] != []
    # It can still be ended.
    act("editor", "pcio_exchange_update", id=made["id"], version=1, ends_on="2568-12-31")


def test_the_survey_changes_at_once(make_dataset, record, act):
    """Design §8, P2.2.3.1 and P2.2.3.2, from nothing to linked and back."""
    make_dataset("water")
    make_dataset("internal", private=True, **INTERNAL)
    assert answer("P2.2.3.1")[0]["option"] == "none"
    assert answer("P2.2.3.2")[0]["option"] == "no"
    first = record("water", status="อยู่ระหว่างจัดเตรียมข้อมูล", starts_on="")
    assert answer("P2.2.3.1")[0]["option"] == "preparing"
    act(
        "editor",
        "pcio_exchange_update",
        id=first["id"],
        version=1,
        status="linked",
        starts_on="2568-02-01",
        told_calls="12",
        told_records="1,500",
        told_last_use="2568-05-01",
        told_on="2568-05-02",
    )
    record("internal", tier="other", partner="มหาวิทยาลัยตัวอย่าง", method="GDX/DG-Link")
    linked = answer("P2.2.3.1")[0]
    assert linked["option"] == "available"
    ticked = {name: linked["values"][name] for name in ("province", "department", "other")}
    assert ticked == {"province": True, "department": False, "other": True}
    assert linked["values"]["other_text"] == "มหาวิทยาลัยตัวอย่าง"
    assert linked["values"]["sharable_open_level"] == 1
    assert linked["values"]["sharable_internal_level"] == 1
    figures, shown = answer("P2.2.3.2", lang="en")
    assert figures["option"] == "yes"
    values = figures["values"]
    assert (values["exchanges"], values["partners"], values["calls"]) == (2, 2, 12)
    assert (values["records"], values["last_use"]) == (1500, "2025-05-01")
    notes = "\n".join(n["note"] for n in shown["notes"] if n["answer"] == "P2.2.3.2")
    for told in ("สำนักงานสาธารณสุขจังหวัดตัวอย่าง (API)", "calls: 12", "1 May 2025", "(GDX/DG-Link)"):
        assert told in notes
    act("editor", "pcio_exchange_delete", id=first["id"])
    assert answer("P2.2.3.1")[0]["values"]["province"] is False


def test_strangers_get_numbers_and_no_names(make_dataset, record, act):
    make_dataset("water")
    make_dataset("hidden", private=True, **INTERNAL)
    record("water", tier="other", told_calls=77, told_on="2568-06-01")
    record("hidden")
    for role, told in (
        ("anonymous", False),
        ("stranger", False),
        ("other_admin", True),
        ("editor", True),
    ):
        shown = act(role, "pcio_assessment_show", lang="en")
        values = next(a for a in shown["answers"] if a["id"] == "P2.2.3.2")["values"]
        assert values["sharable"] == values["exchanges"] == (2 if role == "editor" else 1), role
        assert ("สาธารณสุขจังหวัดตัวอย่าง" in str(shown)) is told, role
        assert values["calls"] == (77 if told else None), role
        assert ("have logged in" in str(shown)) is not told, role
        assert "no exchange on record states" not in str(shown), role


def test_the_survey_asks_no_more_for_more_exchanges(make_dataset, record):
    for number in range(4):
        make_dataset(f"water-{number}")
    record("water-0", account="health-office-api")

    def count():
        with statements() as seen:
            call_action("pcio_assessment_show")
        return len(seen)

    few = count()
    for number in range(4):
        record(f"water-{number}", partner=f"หน่วยงาน {number}", account="health-office-api")
    assert count() <= few


def test_rows_are_kept_in_the_transaction_of_the_exchange(make_dataset, record, monkeypatch):
    make_dataset("water")
    monkeypatch.setattr(model.repo, "commit", lambda: (_ for _ in ()).throw(RuntimeError("gone")))
    with pytest.raises(RuntimeError):
        record("water", account="health-office-api")
    monkeypatch.undo()
    model.Session.rollback()
    for table in ("pcio_exchange", "pcio_dataset_exchanged", "pcio_usage_watch"):
        assert model.Session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == 0
