"""Files: every form CKAN's tools write is read; any other is refused with what to do."""

import contextlib
import gzip
import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.catalog.readers import file as module
from ckanext.pcio.catalog.readers.file import read_file
from ckanext.pcio.catalog.readers.reading import SourceError
from tests.standard.records import REAL, complete

A, B = complete(id="a", name="a-a"), complete(id="b", name="b-b")


def as_lines(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def read(tmp_path, content, includes_private=False):
    path = tmp_path / "records.json"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    reading = read_file(path, includes_private)
    return reading, list(reading.datasets)


SEARCH = {"count": 2, "results": [A, B]}


def zipped(content: bytes) -> bytes:
    """Return the same bytes at any time: a test is known by its parameters."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"help": "x", "success": True, "result": SEARCH}),
        json.dumps({"help": "x", "success": True, "result": SEARCH}, indent=2),
        json.dumps(SEARCH),
        json.dumps([A, B]),
        json.dumps([A, B], ensure_ascii=False, indent=1),
        f"[\n{json.dumps(A)},\n{json.dumps(B)}\n]\n",
        json.dumps({"success": True, "result": [A, B]}),
        as_lines(A, B),
        as_lines(A, B).replace("\n", "\r\n"),
        as_lines(A) + "\n\n" + as_lines(B) + "\n",
        "\ufeff" + json.dumps([A, B]),
        "\ufeff" + as_lines(A, B),
        "\n\n" + as_lines(A, B),
        zipped(as_lines(A, B).encode()),
        zipped(b"\xef\xbb\xbf" + json.dumps(SEARCH).encode()),
        json.dumps([A, B]).encode("utf-16"),
    ],
)
def test_forms_of_two_datasets(tmp_path, content):
    reading, datasets = read(tmp_path, content)
    assert datasets == [A, B]
    assert reading.total in (None, 2)
    assert not reading.warnings
    assert (reading.source.kind, reading.source.location) == ("file", "records.json")


@pytest.mark.parametrize(
    "content", [json.dumps(A), json.dumps({"success": True, "result": A}), as_lines(A)]
)
def test_one_dataset(tmp_path, content):
    assert read(tmp_path, content)[1] == [A]


def test_an_empty_list_holds_no_datasets_and_that_is_fine(tmp_path):
    reading, datasets = read(tmp_path, "[]")
    assert (datasets, reading.total, reading.warnings) == ([], 0, [])


def test_real_records_come_through_as_list_and_as_lines(tmp_path):
    assert read(tmp_path, json.dumps(REAL))[1] == REAL
    assert read(tmp_path, as_lines(*REAL))[1] == REAL


@pytest.mark.parametrize(
    "broken", ['{"id": "x", "title":', "{{{", '{"id": 1}}', "ข้อมูล", "[" * 50_000]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_broken_line_is_a_warning_with_its_number(tmp_path, broken, place):
    lines = [json.dumps(A), json.dumps(B)]
    lines.insert(place, broken)
    reading, datasets = read(tmp_path, "\n".join(lines))
    assert datasets == [A, B]
    (warning,) = reading.warnings
    assert f"Line {place + 1} " in warning.text("en")
    assert f"บรรทัดที่ {place + 1} " in warning.text("th")


def test_what_is_nested_too_deeply_is_said_in_words(tmp_path):
    deep = "[" * 100_000 + "]" * 100_000
    reading, records = read(
        tmp_path, as_lines(A) + f'{{"id": "x", "title": {deep}}}\n' + as_lines(B)
    )
    assert [r["id"] for r in records] == ["a", "b"]
    assert "nested too deeply" in reading.warnings[0].text("en")
    assert "recursion" not in reading.warnings[0].text("th")


def test_a_number_longer_than_python_reads_spoils_nothing(tmp_path):
    digits = "1" + "0" * 5000
    _reading, records = read(tmp_path, f'[{{"id": "x", "update_frequency_interval": {digits}}}]')
    assert records[0]["update_frequency_interval"] == digits
    lines = f'{{"id": "x", "big": {digits}, "small": 1}}\n' + as_lines(A)
    assert [r["id"] for r in read(tmp_path, lines)[1]] == ["x", "a"]


def test_a_count_below_the_number_of_records_is_not_believed(tmp_path):
    reading, records = read(tmp_path, json.dumps({"count": -5, "results": [A, B]}))
    assert reading.total == len(records) == 2
    assert not reading.warnings


def test_many_broken_lines_are_summed_up(tmp_path):
    reading, datasets = read(tmp_path, as_lines(A) + "{broken\n" * 25 + as_lines(B))
    assert datasets == [A, B]
    assert len(reading.warnings) == 11
    assert "15" in reading.warnings[-1].text("en")


def test_bytes_that_are_no_text_spoil_one_line_only(tmp_path):
    reading, datasets = read(
        tmp_path, as_lines(A).encode() + b'{"id": "\xff"}\n' + as_lines(B).encode()
    )
    assert datasets == [A, B]
    assert "Line 2" in reading.warnings[0].text("en")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        (" \n \n", "is empty"),
        (zipped(b""), "is empty"),
        ("<!DOCTYPE html><html></html>", "web page"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a text file"),
        ("ข้อมูลสถิติ".encode("cp874"), "UTF-8"),
        ("title,notes\na,b\n", "not JSON"),
        (json.dumps([A, B])[:-40], "not JSON"),
        pytest.param("[" * 100_000, "not JSON", id="deep"),
        ("5", "holds no datasets"),
        ("null", "holds no datasets"),
        ('{"a": 1}', "holds no datasets"),
        ('["a-a", "b-b"]', "package_list"),
        ('[{"a": 1}]', "no datasets"),
        ('{"success": true, "result": ["a-a"]}', "package_list"),
        (
            '{"success": false, "error": {"message": "Access denied", "__type": "x"}}',
            "Access denied",
        ),
        ('{"success": false}', "error"),
        (zipped(as_lines(A, B).encode())[:-30], "damaged or cut off"),
        (b"\x1f\x8bnot really gzip", "damaged or cut off"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path, content, said):
    with pytest.raises(SourceError) as refused:
        read(tmp_path, content)
    assert said in refused.value.message.text("en")
    assert refused.value.message.text("th") != refused.value.message.text("en")


@pytest.mark.parametrize(
    ("name", "said"), [("absent.json", "no file"), (".", "folder"), ("a\0b", "opened")]
)
def test_what_cannot_be_opened(tmp_path, name, said):
    with pytest.raises(SourceError) as refused:
        read_file(f"{tmp_path}/{name}")
    assert said in refused.value.message.text("en")


def test_a_page_of_a_larger_search_is_a_warning(tmp_path):
    reading, datasets = read(tmp_path, json.dumps({"count": 500, "results": [A, B]}))
    assert (len(datasets), reading.total) == (2, 500)
    assert "2 of the 500" in reading.warnings[0].text("en")


def test_repeated_records_are_kept_once_and_named(tmp_path):
    changed = {**A, "title": "ชื่อใหม่"}
    reading, datasets = read(tmp_path, as_lines(A, B, changed))
    assert datasets == [A, B]
    assert "1 (a)" in reading.warnings[0].text("en")


def test_records_without_id_and_name_are_all_kept(tmp_path):
    nameless = complete(id="", name="")
    assert len(read(tmp_path, as_lines(nameless, nameless))[1]) == 2


def test_what_is_no_dataset_is_left_out_and_counted(tmp_path):
    harvest = {**B, "type": "harvest"}
    reading, datasets = read(tmp_path, json.dumps([A, harvest, 5, None, {"x": 1}]))
    assert datasets == [A]
    texts = " ".join(warning.text("en") for warning in reading.warnings)
    assert "left out: 1." in texts
    assert "left out: 3." in texts


@pytest.mark.parametrize(
    ("record", "sees"),
    [
        (A, False),
        ({**A, "private": True}, True),
        ({**A, "private": "True"}, True),
        ({**A, "private": "False"}, False),
        ({**A, "state": "draft"}, True),
        ({k: v for k, v in A.items() if k not in ("state", "private")}, False),
    ],
)
def test_a_file_sees_private_when_it_holds_one(tmp_path, record, sees):
    assert read(tmp_path, as_lines(B, record))[0].source.sees_private is sees


def test_a_person_can_say_that_private_ones_are_included(tmp_path):
    assert read(tmp_path, as_lines(A), includes_private=True)[0].source.sees_private


def test_lines_are_read_one_by_one(tmp_path):
    path = tmp_path / "large.jsonl"
    path.write_text(as_lines(*(complete(id=str(n), name=f"n-{n}") for n in range(2000))), "utf-8")
    datasets = read_file(path).datasets
    assert next(datasets)["id"] == "0"
    path.write_text("", "utf-8")  # what was not read yet is gone, but the first was there
    datasets.close()


def test_a_document_beyond_the_bound_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES_OF_A_DOCUMENT", 100)
    with pytest.raises(SourceError) as refused:
        read(tmp_path, json.dumps([A, B]))
    assert "JSON lines" in refused.value.message.text("en")


def test_standard_input(monkeypatch):
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(as_lines(A, B).encode())))
    monkeypatch.setattr(sys, "stdin", stdin)
    reading = read_file("-")
    assert list(reading.datasets) == [A, B]
    assert not stdin.buffer.closed


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "x.json"
    path.write_bytes(content)
    with contextlib.suppress(SourceError):
        assert all(isinstance(dataset, dict) for dataset in read_file(path).datasets)
