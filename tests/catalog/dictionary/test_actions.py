"""Dictionaries over the API: where they are kept, who is told what, and what the facts say."""

from __future__ import annotations

import io
import threading

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.dictionary import queries, source, store
from ckanext.pcio.standard.columns import Column
from tests.dashboard.reading import statements

from .conftest import COLUMNS, FIELDS, call, has_dictionary, into_datastore, package_of, save, show

YEAR = Column("year", "integer", "", "ปี พ.ศ.", True, "")
PLACE = Column("place", "text", "", "ชื่อสถานที่", None, "วัดโพธิ์")


def test_a_dictionary_of_a_file_outside_the_datastore(file):
    assert show(file) == {
        **{"resource_id": file, "source": "none", "version": "0", "described": False},
        **{"modified": None, "columns": []},
    }
    package = package_of(file)
    assert has_dictionary(package) is False
    saved = save(file)
    assert (saved["source"], saved["described"]) == ("stored", True)
    assert show(file) == saved
    assert queries.columns([file]) == {file: (YEAR, PLACE)}
    assert has_dictionary(package) is True
    assert sync.check() == []
    # What is not whole does not count; the order is the file's.
    turned = [{"name": "place"}, COLUMNS[0]]
    assert [column["name"] for column in save(file, turned)["columns"]] == ["place", "year"]
    assert has_dictionary(package) is False
    save(file)
    call("pcio_dictionary_delete", resource_id=file)
    assert show(file)["source"] == "none"
    assert has_dictionary(package) is False
    assert sync.check() == []


def test_other_tools_words_are_taken(file):
    columns = save(file, [{"name": " a ", "type": "VARCHAR2(10)", "required": "จำเป็น"}])["columns"]
    assert (columns[0]["name"], columns[0]["type"], columns[0]["required"]) == ("a", "text", True)


@pytest.mark.parametrize(
    ("columns", "errors"),
    [
        ([], {"columns": ["Describe one column at least. To have no dictionary, delete it."]}),
        (
            [{"name": "a"}, {"name": "a"}, {"type": "text"}],
            {
                "columns": [
                    {},
                    {"name": ["The column “a” is already in row 1."]},
                    {"name": ["Name the column as the file does."]},
                ]
            },
        ),
        (
            [{"name": "a" * 201}],
            {
                "columns": [
                    {"name": ["This has 201 characters; at most 200 can be kept."]},
                ]
            },
        ),
    ],
)
def test_what_cannot_be_kept_is_told_by_column(file, columns, errors):
    with pytest.raises(tk.ValidationError) as refused:
        save(file, columns)
    assert refused.value.error_dict.keys() == errors.keys()
    told = refused.value.error_dict["columns"]
    assert [type(each) for each in told] == [type(each) for each in errors["columns"]]
    if isinstance(told[0], dict):
        assert [list(each) for each in told] == [list(each) for each in errors["columns"]]
    assert show(file)["source"] == "none"


@pytest.mark.parametrize("wrong", [{"type": "ขนาด"}, {"required": "บางครั้ง"}, {"name": ["a"]}])
def test_what_is_no_word_is_told_by_column(file, wrong):
    with pytest.raises(tk.ValidationError) as refused:
        save(file, [{"name": "a", **wrong}])
    assert list(refused.value.error_dict["columns"][0]) == list(wrong)


def test_the_datastore_is_the_source_and_keeps_what_others_wrote(file):
    into_datastore(file)
    shown = show(file)
    assert shown["source"] == "datastore"
    assert [(c["name"], c["type"], c["native_type"]) for c in shown["columns"]] == [
        ("year", "number", "integer"),
        ("place", "text", "text"),
    ]
    package = package_of(file)
    assert has_dictionary(package) is False
    saved = save(
        file,
        [
            {"name": "year", "description": "ปี พ.ศ.", "label": "ปี", "required": True},
            {"name": "place", "description": "ที่", "example": "วัด", "type_override": "text"},
        ],
    )
    assert saved["described"] is True
    assert has_dictionary(package) is True
    assert sync.check() == []
    fields = call("datastore_info", id=file)["fields"]
    assert {field["id"]: field["info"] for field in fields} == {
        "year": {
            **{"label": "ปี", "notes": "ปี พ.ศ.", "required": True},
            **{"type_override": "numeric", "colour": "blue"},
        },
        "place": {"notes": "ที่", "example": "วัด", "type_override": "text"},
    }
    assert [field["type"] for field in fields] == ["int4", "text"]
    assert queries.columns([file])[file][0] == Column("year", "number", "ปี", "ปี พ.ศ.", True)
    assert store.row_of(file) is None
    # Deleting takes the words, and no column.
    call("pcio_dictionary_delete", resource_id=file, version=saved["version"])
    fields = call("datastore_info", id=file)["fields"]
    assert [(field["id"], field.get("info")) for field in fields] == [
        ("year", {"colour": "blue"}),
        ("place", {}),
    ]
    assert has_dictionary(package) is False


@pytest.mark.parametrize(
    ("columns", "part"),
    [
        ([{"name": "year"}], "name"),
        ([{"name": "year"}, {"name": "place"}, {"name": "more"}], "name"),
        ([{"name": "year", "type": "text"}, {"name": "place"}], "type"),
        ([{"name": "year", "type_override": "int"}, {"name": "place"}], "type_override"),
    ],
)
def test_a_tables_columns_and_types_stay(file, columns, part):
    into_datastore(file)
    before = call("datastore_info", id=file)["fields"]
    with pytest.raises(tk.ValidationError) as refused:
        save(file, columns)
    assert part in {key for each in refused.value.error_dict["columns"] for key in each}
    assert call("datastore_info", id=file)["fields"] == before


def test_a_dictionary_written_before_the_table_goes_over_to_it(file):
    long = "จำนวนนักท่องเที่ยวชาวต่างประเทศที่พักแรม"
    save(file, [*COLUMNS, {"name": long, "type": "number", "description": "คน"}])
    cut = long.encode()[:63].decode(errors="ignore")
    into_datastore(file, [{"id": "year", "type": "int"}, {"id": "place", "type": "text"}])
    assert store.row_of(file) is not None, "a column without a place in the table is not lost"
    into_datastore(
        file, [*({"id": n, "type": "text"} for n in ("year", "place")), {"id": cut, "type": "int"}]
    )
    shown = show(file)
    assert shown["source"] == "datastore"
    assert [c["description"] for c in shown["columns"]] == ["ปี พ.ศ.", "ชื่อสถานที่", "คน"]
    assert shown["columns"][0]["required"] is True
    assert store.row_of(file) is None
    assert has_dictionary(package_of(file)) is True


def test_words_the_table_brings_are_not_overwritten(file):
    save(file)
    into_datastore(file)
    assert [c["label"] for c in show(file)["columns"]] == ["ปี", ""]
    assert [c["description"] for c in show(file)["columns"]] == ["", "ชื่อสถานที่"]


@pytest.mark.parametrize("table", [False, True])
def test_of_two_editors_the_second_is_told(file, table):
    if table:
        into_datastore(file)
    seen = show(file)["version"]
    names = [{"name": "year"}, {"name": "place"}]
    save(file, [{**names[0], "label": "หนึ่ง"}, names[1]], version=seen)
    with pytest.raises(tk.ValidationError) as refused:
        save(file, [{**names[0], "label": "สอง"}, names[1]], version=seen)
    assert list(refused.value.error_dict) == ["version"]
    with pytest.raises(tk.ValidationError):
        call("pcio_dictionary_delete", resource_id=file, version=seen)
    assert show(file)["columns"][0]["label"] == "หนึ่ง"


def test_of_two_editors_at_once_one_is_told(file, office):
    version = show(file)["version"]
    outcomes: list[str] = []
    at_once = threading.Barrier(2)

    def write(label: str) -> None:
        at_once.wait()
        try:
            save(file, [{"name": "a", "label": label}], version=version)
            outcomes.append("saved")
        except tk.ValidationError as refusal:
            outcomes.append(next(iter(refusal.error_dict)))
        finally:
            model.Session.remove()

    threads = [threading.Thread(target=write, args=(label,)) for label in ("ก", "ข")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "version"]


def test_facts_and_dictionary_are_written_together_or_not_at_all(file, monkeypatch):
    real = sync.write

    def fail(ids):
        real(ids)
        raise RuntimeError("the database went away")

    monkeypatch.setattr(source.sync, "write", fail)
    with pytest.raises(RuntimeError):
        save(file)
    model.Session.rollback()
    assert store.row_of(file) is None
    assert has_dictionary(package_of(file)) is False


def test_a_dictionary_goes_with_its_file_and_its_dataset(make):
    dataset = make(files=3)
    files = [resource["id"] for resource in dataset["resources"]]
    for each in files:
        save(each)
    call("resource_delete", id=files[0])
    assert queries.columns(files).keys() == set(files[1:])
    kept = call("package_show", id=dataset["id"])
    kept["resources"] = kept["resources"][:1]
    call("package_update", **kept)
    assert queries.columns(files).keys() == {files[1]}
    # A deleted dataset can be restored, a purged one cannot.
    call("package_delete", id=dataset["id"])
    with pytest.raises(tk.NotAuthorized):
        call_action("pcio_dictionary_show", {"ignore_auth": False}, resource_id=files[1])
    call("package_patch", id=dataset["id"], state="active")
    assert has_dictionary(dataset["id"]) is True
    call("dataset_purge", id=dataset["id"])
    assert store.row_of(files[1]) is None
    assert sync.check() == []


def test_a_rebuild_of_the_facts_gives_the_same(make):
    dataset = make(files=2)
    save(dataset["resources"][1]["id"])
    sync.rebuild()
    assert has_dictionary(dataset["id"]) is True
    assert sync.check() == []


CSV = "ชื่อตัวแปร,ชนิดข้อมูล,คำอธิบาย,หมายเหตุ\nyear,จำนวนเต็ม,ปีใหม่,x\nnew,text,ใหม่,\n"


def test_a_file_is_looked_at_before_it_replaces_anything(file):
    save(file)
    asked = {"resource_id": file, "content": CSV}
    looked = call("pcio_dictionary_import", **asked)
    assert looked["saved"] is False
    assert (looked["added"], looked["removed"], looked["changed"]) == (["new"], ["place"], ["year"])
    assert looked["unread"] == ["หมายเหตุ"]
    assert looked["remarks"] == []
    # The file has no heading for it, so it stays.
    assert looked["columns"][0]["required"] is True
    assert [column["name"] for column in show(file)["columns"]] == ["year", "place"]
    saved = call("pcio_dictionary_import", **asked, version=looked["version"], save=True)
    assert saved["saved"] is True
    assert [column["name"] for column in show(file)["columns"]] == ["year", "new"]


def test_a_file_that_says_too_much_is_not_saved(file):
    into_datastore(file)
    content = "name,type,description\nyear,text,ปี\nother,text,อื่น\n"
    asked = {"resource_id": file, "content": content, "version": show(file)["version"]}
    looked = call("pcio_dictionary_import", **asked)
    assert [(each["row"], each["part"]) for each in looked["remarks"]] == [(2, "type"), (3, "name")]
    assert [column["name"] for column in looked["columns"]] == ["year", "place"]
    with pytest.raises(tk.ValidationError) as refused:
        call("pcio_dictionary_import", **asked, save=True)
    assert len(refused.value.error_dict["upload"]) == 2
    assert show(file)["columns"][0]["description"] == ""


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"", b"PK\x03\x04zip"])
def test_a_file_that_is_none_gets_a_sentence(file, content):
    upload = FileStorage(io.BytesIO(content), "dictionary.csv")
    with pytest.raises(tk.ValidationError) as refused:
        call("pcio_dictionary_import", resource_id=file, upload=upload)
    assert list(refused.value.error_dict) == ["upload"]


def test_many_files_cost_as_many_statements_as_one(make):
    dataset = make(files=30)
    ids = [resource["id"] for resource in dataset["resources"]]
    for each in ids[:3]:
        save(each)
    into_datastore(ids[5])
    queries.columns(ids[:1])
    with statements() as one:
        queries.columns(ids[:1])
    with statements() as all_of_them:
        found = queries.columns(ids)
    assert found.keys() == {*ids[:3], ids[5]}
    assert len(all_of_them) == len(one)


def test_nothing_is_told_of_a_hidden_file(make):
    hidden = make(private=True)["resources"][0]["id"]
    save(hidden)
    for action in ("pcio_dictionary_show", "pcio_dictionary_update", "pcio_dictionary_import"):
        with pytest.raises(tk.NotAuthorized):
            call_action(action, {"ignore_auth": False, "user": ""}, resource_id=hidden, version="x")


def test_fields_of_a_table_are_the_datastores_own(file):
    """Nothing but plain keys of `info` is written, which every loader carries over."""
    into_datastore(file, FIELDS)
    save(file, [{"name": "year", "example": "2567"}, {"name": "place"}])
    into_datastore(file, [{"id": "year", "type": "int"}, {"id": "place", "type": "text"}])
    assert show(file)["columns"][0]["example"] == "2567"


@pytest.mark.parametrize(
    "columns",
    [
        *("x", 1, None, True, [], [1], ["a"], [[]], [None], {"name": "a"}, [{"name": {}}]),
        *([{"name": []}], [{"name": None}], [{"name": "\x00"}], [{"name": "\ud800"}], [{"a": 1}]),
        *([{"name": 1e308}], [{"name": 10**400}], [{"name": "a", "required": {"a": []}}]),
        *([{"name": "a", "type": ["x"]}], [{"name": "a", "type_override": [1]}]),
    ],
)
def test_whatever_is_sent_as_columns_gets_a_sentence(app, office, file, columns):
    body = {"resource_id": file, "version": "0", "columns": columns}
    headers = {"Authorization": office["editor"]}
    answer = app.post("/api/3/action/pcio_dictionary_update", json=body, headers=headers)
    assert answer.status_code in (200, 400, 409)
