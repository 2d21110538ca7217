"""Sums over the tables of use: what they hold, in how many statements, by which index."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from ckan import model
from freezegun import freeze_time

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.usage import flush, queries, tables
from ckanext.pcio.usage.model import BATCH, BY_DATASET, MONTHLY
from ckanext.pcio.usage.periods import Span
from tests.dashboard.reading import statements
from tests.usage import filling
from tests.usage.filling import used

pytestmark = pytest.mark.usefixtures("used_province")


@pytest.fixture(autouse=True)
def nothing_used(used_province):
    filling.empty()
    yield
    filling.empty()


def test_totals_of_many_datasets_are_one_statement(used_province):
    filling.fill(
        used("2040-01-05", used_province.dataset, "view", 3, office="o"),
        used("2046-11-20", used_province.dataset, "view", 4, access="machine"),
        used("2046-11-20", used_province.dataset, "view", 100, access="robot"),
        used("2046-11-20", used_province.dataset, "download", 2, resource_id="r"),
        used("2046-11-20", used_province.other, "api_data", 5),
        used("2046-11-20", used_province.other, "api_metadata", 1),
        used("2046-11-20", used_province.other, "dump", 7),
    )
    asked = [used_province.dataset, used_province.other, used_province.private, "none"]
    with statements() as seen:
        found = queries.totals(asked)
    assert len(seen) == 1
    assert found == {
        used_province.dataset: {"view": 7, "download": 2, "api": 0, "dump": 0},
        used_province.other: {"view": 0, "download": 0, "api": 6, "dump": 7},
    }


def test_no_dataset_has_no_totals():
    assert queries.totals([]) == {}


def test_rank_counts_every_use_of_the_last_twelve_months(used_province):
    filling.fill(
        used("2045-11-30", used_province.dataset, "view", 1000),
        used("2045-12-01", used_province.dataset, "view", 3),
        used("2046-11-20", used_province.dataset, "download", 2, resource_id="r"),
        used("2046-11-20", used_province.dataset, "view", 50, access="robot"),
        used("2046-11-20", used_province.private, "view", 9),
        used("2046-11-20", "", "api_metadata", 9),
    )
    with freeze_time("2046-11-21"), statements() as seen:
        found = queries.rank(sa.not_(FACTS.c.private))
        assert len(seen) == 1
        assert found == {used_province.dataset: 5}
        assert queries.rank(sa.true())[used_province.private] == 9


def test_numbers_of_a_page_are_one_statement(used_province):
    filling.fill(
        used("2044-01-05", used_province.dataset, "view", 3),
        used("2046-11-20", used_province.dataset, "view", 4),
        used("2046-11-20", used_province.dataset, "download", 2, resource_id="a"),
        used("2046-11-20", used_province.dataset, "dump", 1, resource_id="a"),
        used("2046-11-20", used_province.dataset, "api_data", 6, resource_id="b"),
    )
    with freeze_time("2046-11-21"), statements() as seen:
        found = queries.of_dataset(used_province.dataset)
    assert len(seen) == 1
    assert found.year == {"view": 4, "download": 2, "api": 6, "dump": 1}
    assert found.ever == {"view": 7, "download": 2, "api": 6, "dump": 1}
    assert found.resources == {"a": 2}


def test_since_when_is_counted_outlives_the_ids_of_old_batches(used_province):
    filling.fill(used("2026-01-05", used_province.dataset))
    filling.fill(used("2026-02-05", used_province.dataset))
    long_ago = datetime.now(timezone.utc) - timedelta(days=flush.KEEP_BATCH_DAYS + 1)
    with model.meta.engine.begin() as connection:
        connection.execute(sa.update(BATCH).values(source="buffer", written_at=long_ago))
    flush._forget_old_ids()
    written = queries.written()
    assert str(written.since) == str(written.live_since) == "2026-01-05"
    assert model.Session.execute(sa.select(sa.func.count()).select_from(BATCH)).scalar() == 1


class TestPlans:
    """On a table of many datasets, what a page asks for is found by the index."""

    @pytest.fixture(autouse=True)
    def many_rows(self, nothing_used):
        with model.meta.engine.begin() as connection:
            connection.execute(
                sa.text(
                    "INSERT INTO pcio_usage_monthly "
                    "SELECT md5(d::text), '2044-01-01'::date + m * interval '1 month', '', '', k,"
                    " 'regular', 'public', 5 FROM generate_series(1, 2000) d,"
                    " generate_series(0, 23) m, unnest(ARRAY['view', 'download']) k"
                )
            )
            connection.execute(
                sa.text(
                    "INSERT INTO pcio_usage_monthly_dataset (dataset_id, month, view, download) "
                    "SELECT dataset_id, month, 5, 5 FROM pcio_usage_monthly GROUP BY 1, 2"
                )
            )
        # Only this one may not run in a transaction's place of other statements.
        with model.meta.engine.connect() as connection:
            connection.execute(sa.text("ANALYZE pcio_usage_monthly, pcio_usage_monthly_dataset"))
            connection.commit()

    def plan(self, run) -> list[str]:
        """Return how the nodes of a query's plan read the tables of months."""
        with statements_with_parameters() as seen:
            run()
        (statement, parameters) = seen[-1]
        with model.meta.engine.connect() as connection:
            found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plan = found.scalar_one()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        return list(nodes(plan[0]["Plan"]))

    def test_badges(self):
        ids = [row[0] for row in model.Session.execute(sa.text(_SOME_IDS))]
        assert len(ids) == 100
        read = self.plan(lambda: queries.totals(ids))
        assert read
        assert "Seq Scan" not in read

    def test_a_dataset(self):
        one = model.Session.execute(sa.text(_SOME_IDS)).scalars().first()
        for run in (
            lambda: queries.of_dataset(one),
            lambda: queries.sums(queries.Scope(dataset_id=one), _TWO_YEARS),
            lambda: tables.numbers_of([one], _TWO_YEARS, "dataset_id"),
        ):
            read = self.plan(run)
            assert read
            assert "Seq Scan" not in read


_SOME_IDS = "SELECT DISTINCT dataset_id FROM pcio_usage_monthly ORDER BY 1 LIMIT 100"
_TWO_YEARS = Span((datetime(2044, 1, 1).date(), datetime(2045, 12, 1).date()), ())


def nodes(plan):
    months = (MONTHLY.name, BY_DATASET.name)
    if plan.get("Relation Name") in months or plan["Node Type"] == "Bitmap Index Scan":
        yield plan["Node Type"]
    for part in plan.get("Plans", ()):
        yield from nodes(part)


class statements_with_parameters:  # noqa: N801 - used as a function is
    """Collect statements with what they are given."""

    def __enter__(self):
        self.seen = []
        sa.event.listen(model.meta.engine, "before_cursor_execute", self.note)
        return self.seen

    def note(self, _connection, _cursor, statement, parameters, *_rest):
        self.seen.append((statement, parameters))

    def __exit__(self, *_error):
        sa.event.remove(model.meta.engine, "before_cursor_execute", self.note)
