"""Tables of daily numbers: wholly or not at all, once, every wrong row named."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from ckan import model
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.usage import buffer, cli_history, csv_import, queries, writer
from ckanext.pcio.usage.csv_rows import CsvRefusal, read_table
from ckanext.pcio.usage.events import Counter
from ckanext.pcio.usage.log_events import Names
from tests.dashboard import builders
from tests.usage import reading
from tests.usage.logs import catalog, daily, forget_all

TODAY = date(2026, 11, 21)
KNOWN = Names({"rain": ("d1", ""), "d1": ("d1", ""), "roads": ("d2", "")}, {"r1": "d1"})
HEADINGS = "date,dataset,resource,kind,count"


def read(*rows, headings=HEADINGS, before=TODAY, mark=""):
    return read_table((mark + "\r\n".join([headings, *rows])).encode(), KNOWN, before)


def reasons(*rows, **options):
    return {number: reason.text("en") for number, reason in read(*rows, **options).wrong}


class TestRows:
    def test_headings_in_thai_or_english_in_any_order(self):
        english = read("2026-03-01,rain,r1,download,5", mark="\ufeff")
        thai = read("5;ดาวน์โหลด;r1;rain;2026-03-01", headings="จำนวน;ประเภท;ทรัพยากร;ชุดข้อมูล;วันที่")
        assert english.counters == thai.counters
        assert english.counters == {
            Counter("2026-03-01", "download", "regular", dataset_id="d1", resource_id="r1"): 5
        }

    def test_thai_windows_letters_are_read(self):
        content = "วันที่,ชุดข้อมูล,ประเภท,จำนวน\r\n1/3/2569,rain,เข้าชม,๑๒\r\n".encode("cp874")
        table = read_table(content, KNOWN, TODAY)
        assert table.wrong == []
        assert table.counters == {Counter("2026-03-01", "view", "regular", dataset_id="d1"): 12}

    @pytest.mark.parametrize("written", ["2569-03-01", "1/3/2569", "1 มี.ค. 2569", "2026-03-01"])
    def test_dates_by_the_rule_of_the_house(self, written):
        assert {c.day for c in read(f"{written},rain,,view,1").counters} == {"2026-03-01"}

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("3/4/2026,rain,,view,1", "day-month"),
            (",rain,,view,1", "no date"),
            ("2026-11-21,rain,,view,1", "not over yet"),
            ("2026-03-01,wet,,view,1", '"wet" is no dataset'),
            ("2026-03-01,,,view,1", "no dataset"),
            ("2026-03-01,rain,r9,view,1", '"r9" is no resource'),
            ("2026-03-01,roads,r1,view,1", "another dataset"),
            ("2026-03-01,rain,,click,1", '"click" is no kind'),
            ("2026-03-01,rain,,view,-1", '"-1" is not a whole number'),
            ("2026-03-01,rain,,view,1.5", "not a whole number"),
            ("2026-03-01,rain,,view,", "not a whole number"),
            ('2026-03-01,rain,,view,"=1+1"', "not a whole number"),
            ("2026-03-01,=cmd|x,,view,1", "no dataset"),
            ("2026-03-01,rain,,view,99999999999999", "too large"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_row(self, row, reason):
        found = reasons("2026-03-01,rain,,view,1", row)
        assert list(found) == [3]
        assert reason in found[3]

    def test_a_row_that_says_the_same_as_another(self):
        assert "row 2" in reasons("2026-03-01,rain,,view,1", "2026-03-01,d1,,view,4")[3]

    def test_audience_and_access(self):
        headings = HEADINGS + ",access,audience"
        rows = ["2026-03-01,rain,,view,1,,other_agency", "2026-03-01,rain,,view,2,robot,machine"]
        found = read(*rows, headings=headings).counters
        assert {(c.access, c.account) for c in found} == {
            ("regular", "=other_agency"),
            ("robot", "=machine"),
        }

    @pytest.mark.parametrize(
        "content",
        [b"a,b\n1,2\n", HEADINGS.encode(), b"PK\x03\x04\0\0", b"\xef\xbb\xbf", b""],
    )
    def test_what_is_no_such_table(self, content):
        with pytest.raises(CsvRefusal):
            read_table(content, KNOWN, TODAY)

    @given(st.binary(max_size=200))
    def test_nothing_breaks_the_reader(self, rest):
        with contextlib.suppress(CsvRefusal):
            table = read_table(HEADINGS.encode() + b"\n" + rest, KNOWN, TODAY)
            assert table.rows >= len(table.wrong) + len(table.counters)


@pytest.fixture(scope="module")
def portal_of_two(reset_db, migrate_db_for):
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        yield catalog()


@pytest.fixture
def ids(portal_of_two):
    forget_all()
    reading.forget()
    return portal_of_two


@pytest.fixture
def table(tmp_path):
    def write(*rows, headings=HEADINGS):
        path = tmp_path / "table.csv"
        path.write_text("\n".join([headings, *rows]), encoding="utf-8")
        return str(path)

    return write


def take(path, **options):
    return csv_import.import_csv(model.meta.engine, path, **options)


class TestIntoTheTables:
    def test_once(self, ids, table):
        path = table("2026-03-01,rain,,view,5", f"2026-03-01,,{ids.roads1},download,2")
        assert take(path, dry_run=True).rows == 2
        assert daily() == {}
        assert take(path).counted == {("view", "regular"): 5, ("download", "regular"): 2}
        assert take(path).again
        day = date(2026, 3, 1)
        assert daily() == {
            (ids.rain, day, "", "", "view", "regular", "public"): 5,
            (ids.roads, day, ids.roads1, "", "download", "regular", "public"): 2,
        }

    def test_one_wrong_row_and_nothing_is_written(self, ids, table):
        done = take(table("2026-03-01,rain,,view,5", "2026-03-01,wet,,view,5"))
        assert [number for number, _ in done.wrong] == [3]
        assert daily() == {}

    def test_live_days_are_refused_row_by_row(self, ids, table):
        buffer.connection().set(f"{buffer.prefix()}first", "2026-03-02T08:00:00+07:00")
        path = table("2026-03-01,rain,,view,5", "2026-03-02,rain,,view,5")
        assert [number for number, _ in take(path).wrong] == [3]
        assert take(path, including_live_days=True).wrong == []

    def test_the_export_of_numbers_by_day_comes_back_as_it_was(self, ids, tmp_path):
        day = (today_in_thailand() - timedelta(days=1)).isoformat()
        view = Counter(day, "view", "regular", "", "", ids.rain)
        counters = {
            view: 5,
            view._replace(kind="download", resource_id=ids.rain1, access="machine"): 3,
            view._replace(kind="visitor"): 2,
            view._replace(kind="unique_investigation", account="=other_agency"): 4,
            view._replace(access="robot"): 7,
            Counter(day, "api_metadata", "machine"): 1,
        }
        with Session(model.meta.engine) as session:
            writer.write(counters, batch_id="b", source="csv", detail={}, session=session)
            session.commit()
        before = daily()
        text = io.StringIO()
        file = csv.writer(text, lineterminator="\r\n")
        file.writerow(queries.DAY_COLUMNS)
        file.writerows(
            (key[1], key[0], key[2], key[4], key[5], key[6], number)
            for key, number in before.items()
        )
        path = tmp_path / "export.csv"
        path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
        forget_all()
        assert take(str(path)).wrong == []
        assert daily() == before
        assert {key[6] for key in before} == {"public", "machine", "other_agency"}


class TestCommand:
    def test_tells_and_refuses(self, ids, table, tmp_path):
        def run(*arguments):
            done = CliRunner().invoke(cli_history.import_csv, [*arguments, "--lang", "en"])
            return done.exit_code, done.output

        code, output = run(table("2026-03-01,wet,,view,5"))
        assert code == 1
        assert 'row 2: "wet" is no dataset of this portal' in output
        code, output = run(table("2026-03-01,rain,,view,5"))
        assert (code, "1 rows taken in" in output) == (0, True)
        assert "taken in before" in run(table("2026-03-01,rain,,view,5"))[1]
        for path in (str(tmp_path), str(tmp_path / "none.csv"), table(headings="a,b")):
            code, output = run(path)
            assert (code, "Traceback" in output) == (1, False)
        with model.meta.engine.connect() as connection:
            found = connection.execute(sa.text("SELECT source FROM pcio_usage_batch")).scalars()
            assert found.all() == ["csv"]
