"""Numbers of CKAN's own tracking: each day once, what core could not place placed by address."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from ckan import model
from click.testing import CliRunner

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.usage import buffer, cli_history, core_import, history
from tests.dashboard import builders
from tests.usage import reading
from tests.usage.logs import catalog, daily, forget_all

DAY = date(2026, 3, 1)
NOWHERE = "~~not~found~~"


@pytest.fixture(scope="module")
def portal_of_two(reset_db, migrate_db_for):
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        found = catalog()
        with model.meta.engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE resource SET url = 'https://files.example/' || id WHERE id = :id"),
                {"id": found.rain2},
            )
            connection.execute(
                sa.text("UPDATE resource SET url = 'https://files.example/both' WHERE id IN :ids"),
                {"ids": (found.roads1, found.roads2)},
            )
        yield found


@pytest.fixture
def ids(portal_of_two):
    forget_all()
    reading.forget()
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM tracking_summary"))
    return portal_of_two


def tracked(*rows):
    """Put rows (url, type, package, count, day) into core's table."""
    with model.meta.engine.begin() as connection:
        for url, kind, package_id, number, day in rows:
            connection.execute(
                sa.text(
                    "INSERT INTO tracking_summary "
                    "(url, tracking_type, package_id, count, tracking_date) "
                    "VALUES (:url, :kind, :package, :number, :day)"
                ),
                {"url": url, "kind": kind, "package": package_id, "number": number, "day": day},
            )


def take(**options):
    return core_import.import_core(model.meta.engine, **options)


def test_pages_and_clicks(ids):
    tracked(
        ("/dataset/rain", "page", ids.rain, 5, DAY),
        ("/th/dataset/what-it-was-called", "page", ids.rain, 2, DAY),
        (f"/dataset/{ids.rain}", "page", NOWHERE, 3, DAY),
        (f"/dataset/rain/resource/{ids.rain1}", "page", NOWHERE, 4, DAY),
        ("/dataset/gone", "page", NOWHERE, 6, DAY),
        ("/dataset/", "page", NOWHERE, 100, DAY),
        ("/about", "page", NOWHERE, 100, DAY),
        (f"https://x/dataset/a/resource/{ids.rain1}/download/f.csv", "resource", None, 7, DAY),
        (f"https://files.example/{ids.rain2}", "resource", None, 8, DAY),
        ("https://files.example/both", "resource", None, 9, DAY),
        ("https://files.example/gone", "resource", None, 10, DAY),
    )
    done = take()
    row = ("regular", "public")
    assert daily() == {
        (ids.rain, DAY, "", "", "view", *row): 10,
        (ids.rain, DAY, ids.rain1, "", "view", *row): 4,
        (ids.rain, DAY, ids.rain1, "", "download", *row): 7,
        (ids.rain, DAY, ids.rain2, "", "download", *row): 8,
    }
    assert (done.days, done.unknown, done.shared) == (1, 16, 9)


def test_an_alias_finds_a_renamed_dataset(ids):
    tracked(("/dataset/gone", "page", NOWHERE, 6, DAY))
    assert take(aliases={"gone": "roads"}).counted == {("view", "regular"): 6}


def test_each_day_once(ids):
    tracked(("/dataset/rain", "page", ids.rain, 5, DAY))
    assert take(dry_run=True).days == 1
    assert daily() == {}
    take()
    tracked(("/dataset/rain", "page", ids.rain, 6, DAY + timedelta(days=1)))
    done = take()
    assert (done.days, done.again) == (1, 1)
    assert sum(daily().values()) == 11


def test_days_that_may_still_change_or_were_counted_live_are_left_out(ids):
    today = today_in_thailand()
    tracked(("/dataset/rain", "page", ids.rain, 5, today - timedelta(days=1)))
    assert take().days == 0
    tracked(
        ("/dataset/rain", "page", ids.rain, 5, DAY), ("/x", "page", ids.rain, 5, date(2026, 4, 1))
    )
    buffer.connection().set(f"{buffer.prefix()}first", "2026-04-01T08:00:00+07:00")
    done = take()
    assert (done.days, done.before) == (1, date(2026, 4, 1))


def test_days_of_a_log_are_left_out(ids):
    tracked(("/dataset/rain", "page", ids.rain, 5, DAY))
    with model.meta.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO pcio_usage_batch (id, source, events, first_day, last_day, written_at)"
                " VALUES ('log:x', 'log', 1, '2026-02-27', '2026-03-02', now())"
            )
        )
    done = take()
    assert (done.days, done.of_logs) == (0, 1)


def test_without_the_table_there_is_a_sentence(ids):
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE tracking_summary RENAME TO tracking_put_aside"))
    try:
        with pytest.raises(history.HistoryRefusal):
            take()
        done = CliRunner().invoke(cli_history.import_core, ["--lang", "en"])
        assert done.exit_code == 1
        assert "no tracking_summary" in done.output
    finally:
        with model.meta.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE tracking_put_aside RENAME TO tracking_summary"))


def test_the_command_says_what_the_numbers_are_worth(ids):
    tracked(("/dataset/rain", "page", ids.rain, 5, DAY))
    done = CliRunner().invoke(cli_history.import_core, ["--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "1 days taken in" in done.output
    assert "JavaScript" in done.output
