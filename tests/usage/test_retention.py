"""Days are dropped after their time, their months stay; what knows visitors expires by itself."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import redis
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from click.testing import CliRunner
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.orm import Session

from ckanext.pcio.standard.dates import THAILAND, today_in_thailand
from ckanext.pcio.usage import batches, buffer, partitions, retention, visitor, writer
from ckanext.pcio.usage.cli import usage
from ckanext.pcio.usage.events import Counter, Event
from ckanext.pcio.usage.model import BATCH, DAILY, MONTHLY


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2026, 11, 21), 1, date(2026, 10, 1)),
        (date(2026, 11, 30), 12, date(2025, 11, 1)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
        (date(2026, 12, 31), 24, date(2024, 12, 1)),
    ],
)
def test_the_first_day_kept(today, months, expected):
    assert retention.first_kept(today, months) == expected


@pytest.fixture
def old_numbers(with_plugins, no_usage, monkeypatch):
    monkeypatch.setenv("PCIO_LANG", "en")
    with model.meta.engine.begin() as connection:
        for month in partitions.existing(connection):
            partitions.drop(connection, month)
    today = today_in_thailand()
    months = [retention.first_kept(today, ago) for ago in (14, 13, 12, 0)]
    counters = {
        Counter((month.replace(day=day)).isoformat(), "view", "regular", "", "", f"d{day}"): day
        for month in months
        for day in (1, 2)
    }
    write(counters, "old")
    return months


def write(counters, batch_id):
    with Session(model.meta.engine) as session:
        writer.write(counters, batch_id=batch_id, source="csv", detail={}, session=session)
        session.commit()


def kept(table, column):
    query = sa.select(table.c[column], sa.func.sum(table.c.count)).group_by(table.c[column])
    with model.meta.engine.connect() as connection:
        return {day.replace(day=1): int(number) for day, number in connection.execute(query)}


def purge(*arguments, **options):
    return CliRunner().invoke(usage, ["purge", *arguments], **options)


class TestPurge:
    def test_by_default_every_day_is_kept(self, old_numbers):
        result = purge("--yes")
        assert result.exit_code == 0
        assert "Every day is kept" in result.output
        assert len(kept(DAILY, "day")) == 4

    @pytest.mark.ckan_config("ckanext.pcio.usage.retention_months", 12)
    def test_old_months_lose_their_days_and_keep_their_sums(self, old_numbers):
        result = purge("--yes")
        assert result.exit_code == 0, result.output
        assert result.output.count("2 rows") == 2
        assert set(kept(DAILY, "day")) == set(old_numbers[2:])
        assert kept(MONTHLY, "month") == dict.fromkeys(old_numbers, 3)
        assert "No month is older" in purge("--yes").output

    @pytest.mark.ckan_config("ckanext.pcio.usage.retention_months", 12)
    def test_it_asks_first(self, old_numbers):
        result = purge(input="n\n")
        assert "Nothing was dropped" in result.output
        assert len(kept(DAILY, "day")) == 4

    @pytest.mark.ckan_config("ckanext.pcio.usage.retention_months", 12)
    def test_a_month_whose_sums_lack_numbers_is_kept(self, old_numbers):
        with model.meta.engine.begin() as connection:
            lacking = MONTHLY.c.month == old_numbers[0]
            connection.execute(sa.delete(MONTHLY).where(lacking, MONTHLY.c.dataset_id == "d2"))
        result = purge("--yes")
        assert result.exit_code == 1
        assert "lack 1 of its numbers" in result.output
        assert set(kept(DAILY, "day")) == {old_numbers[0], *old_numbers[2:]}

    @pytest.mark.ckan_config("ckanext.pcio.usage.retention_months", 12)
    def test_a_month_that_is_written_again_can_be_purged_again(self, old_numbers):
        purge("--yes")
        late = Counter(old_numbers[0].isoformat(), "view", "regular", "", "", "d1")
        write({late: 10}, "late")
        assert kept(MONTHLY, "month")[old_numbers[0]] == 13
        assert purge("--yes").exit_code == 0
        assert set(kept(DAILY, "day")) == set(old_numbers[2:])

    @pytest.mark.ckan_config("ckanext.pcio.usage.retention_months", 12)
    def test_a_table_in_use_is_left_for_later(self, old_numbers, monkeypatch):
        monkeypatch.setattr(retention, "_WAIT", "50ms")
        with model.meta.engine.begin() as reader:
            reader.execute(sa.select(DAILY)).all()
            result = purge("--yes")
        assert result.exit_code == 1
        assert "in use" in result.output
        assert len(kept(DAILY, "day")) == 4


@pytest.mark.usefixtures("with_plugins", "no_usage", "clean_redis")
class TestFlushCommand:
    @pytest.fixture(autouse=True)
    def english(self, monkeypatch):
        monkeypatch.setenv("PCIO_LANG", "en")

    def test_it_says_what_it_wrote(self, cli):
        client = batches.connect().client
        view = Counter("2026-11-20", "view", "regular", "", "", "d1")
        client.hset(f"{buffer.prefix()}buffer", view.packed(), 5)
        result = cli.invoke(ckan, ["pcio", "usage", "flush"])
        assert result.exit_code == 0
        assert "5 events written in 1 counters, 1 batches." in result.output
        assert "0 events" in CliRunner().invoke(usage, ["flush"]).output

    def test_much_shows_how_far_it_is(self):
        client = batches.connect().client
        day = Counter("2026-11-20", "view", "regular")
        many = {day._replace(dataset_id=f"d{n}").packed(): 1 for n in range(20_001)}
        client.hset(f"{buffer.prefix()}buffer", mapping=many)
        result = CliRunner().invoke(usage, ["flush"])
        assert "Writing usage" in result.output
        assert "20001 events" in result.output

    def test_redis_down_is_one_sentence(self, monkeypatch):
        gone = batches.Batches(redis.Redis(port=1, retry=Retry(NoBackoff(), 0)), "pcio:")
        monkeypatch.setattr(batches, "connect", lambda: gone)
        result = CliRunner().invoke(usage, ["flush"])
        assert result.exit_code == 1
        assert "Nothing is lost" in result.output
        assert "Traceback" not in result.output


@pytest.mark.usefixtures("with_plugins", "no_usage", "clean_redis")
def test_what_knows_visitors_expires_within_a_day_or_so():
    now = datetime.now(THAILAND)
    client = batches.connect().client
    # This process may know the day's salt already, from another test's Redis.
    buffer._salts.clear()
    key = visitor.key("192.0.2.1 Mozilla", now.date().isoformat())
    buffer.record(Event(now, "download", "regular", key, "/f", "", "o1", "d1", "r1"))
    lasting = {"buffer", "last", "first", "since", "job"}
    seen = set()
    for name in client.scan_iter(f"{buffer.prefix()}*"):
        kind = name.decode().removeprefix(buffer.prefix()).partition(":")[0]
        seen.add(kind)
        if kind not in lasting:
            assert 0 < client.ttl(name) <= 26 * 3600, name
        if kind in lasting:
            value = client.hgetall(name) if client.type(name) == b"hash" else client.get(name)
            assert key.encode() not in repr(value).encode()
            assert b"192.0.2.1" not in repr(value).encode()
    assert {"click", "hour", "day", "salt"} <= seen


@pytest.mark.usefixtures("with_plugins", "no_usage", "clean_redis")
def test_ids_of_batches_long_flushed_are_forgotten():
    from ckanext.pcio.usage import flush

    with model.meta.engine.begin() as connection:
        for number, (source, year) in enumerate(
            [("buffer", 2020), ("log", 2020), ("buffer", date.today().year + 1)]
        ):
            connection.execute(
                sa.insert(BATCH).values(
                    id=str(number),
                    source=source,
                    events=1,
                    written_at=datetime(year, 1, 1, tzinfo=THAILAND),
                )
            )
    flush.flush()
    with model.meta.engine.connect() as connection:
        assert set(connection.execute(sa.select(BATCH.c.id)).scalars()) == {"1", "2"}
