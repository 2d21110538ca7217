"""The pages of a dictionary: read, written without JavaScript, brought as a file."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from ckanext.pcio.catalog.dictionary import forms, store
from ckanext.pcio.standard.columns import MOST_COLUMNS
from tests.dashboard.reading import get, soup, statements

from .conftest import call, into_datastore, package_of, save, show


def address(file: str, more: str = "") -> str:
    return f"/dataset/{package_of(file)}/resource/{file}/dictionary{more}"


def send(app, url, token, data, status=200, **more):
    headers = {"Authorization": token}
    return app.post(url, data=data, headers=headers, status=status, **more)


def rows_of(page) -> list[dict[str, str]]:
    """What the fields of each row say."""
    found: dict[str, dict[str, str]] = {}
    for field in page.select(".pcio-dictionary-rows [name^=columns-]"):
        _, number, part = field["name"].split("-")
        value = field.get("value", "")
        if field.name == "textarea":
            value = field.text.strip("\r\n")
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            value = chosen["value"] if chosen else ""
        found.setdefault(number, {})[part] = value
    return list(found.values())


def fields(rows, **more) -> dict[str, str]:
    written = {
        f"columns-{number}-{part}": value
        for number, row in enumerate(rows)
        for part, value in row.items()
    }
    return {**written, **more}


def test_everybody_reads_the_dictionary_and_takes_it_along(app, file):
    save(file)
    page = soup(get(app, address(file)))
    assert [row.text.split()[0] for row in page.select(".pcio-dictionary-columns tbody tr")] == [
        "year",
        "place",
    ]
    assert page.select_one("a[href$='/dictionary/edit']") is None
    text = get(app, address(file, ".csv")).body
    assert text.splitlines()[1].startswith("year,,จำนวนเต็ม,ปี พ.ศ.,ใช่,")
    told = json.loads(get(app, address(file, ".json")).body)
    assert told == show(file)
    answer = app.get(address(file, ".xlsx"))
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert [cell.value for cell in sheet["A"]][1:] == ["year", "place"]
    english = get(app, "/en" + address(file, ".csv")).body
    assert english.splitlines()[1].startswith("year,,Whole number,ปี พ.ศ.,Yes,")


def test_an_empty_dictionary_says_how_to_begin(app, office, file):
    assert "จัดทำพจนานุกรม" not in get(app, address(file)).body
    page = soup(get(app, address(file), office["editor"]))
    begin = page.select_one(".pcio-callout a.btn")
    assert begin["href"].endswith("/dictionary/edit")
    form = soup(get(app, begin["href"], office["editor"]))
    assert rows_of(form) == [
        dict.fromkeys(("name", "type", "label", "description", "required", "example"), "")
    ]


def test_only_editors_see_the_form(app, office, file):
    get(app, address(file, "/edit"), status=403)
    get(app, address(file, "/edit"), office["stranger"], status=403)
    send(app, address(file, "/upload"), office["stranger"], {}, status=403)
    get(app, address(file, "/delete"), office["stranger"], status=403)


def test_a_hidden_file_is_not_found(app, office, make):
    hidden = make(private=True)["resources"][0]["id"]
    save(hidden)
    for more in ("", ".csv", "/edit", "/delete"):
        get(app, address(hidden, more), office["stranger"], status=404)
    get(app, "/dataset/no-such/resource/x/dictionary", status=404)
    get(app, address(hidden).replace(package_of(hidden), "no-such"), status=404)


def test_the_form_is_written_without_javascript(app, office, file):
    url, token = address(file, "/edit"), office["editor"]
    row = {"name": "year", "type": "integer", "description": "ปี"}
    version = show(file)["version"]
    page = soup(send(app, url, token, fields([row], do="add", version=version)))
    assert [each["name"] for each in rows_of(page)] == ["year", ""]
    two = [row, {"name": "place", "type": "text", "description": "ที่"}]
    page = soup(send(app, url, token, fields(two, do="up-1", version=version)))
    assert [each["name"] for each in rows_of(page)] == ["place", "year"]
    page = soup(send(app, url, token, fields(two, do="remove-0", version=version)))
    assert [each["name"] for each in rows_of(page)] == ["place"]
    assert store.row_of(file) is None
    saved = send(
        app, url, token, fields(two, do="save", version=version), 302, follow_redirects=False
    )
    assert saved.headers["Location"].endswith("/dictionary")
    assert [column["name"] for column in show(file)["columns"]] == ["year", "place"]


def test_what_is_wrong_is_told_where_it_is(app, office, file):
    rows = [{"name": "a"}, {"name": "a", "description": "ของฉัน"}, {"name": "", "label": "ก"}]
    page = soup(send(app, address(file, "/edit"), office["editor"], fields(rows, version="0")))
    assert rows_of(page)[1]["description"] == "ของฉัน"
    links = [link["href"] for link in page.select("#pcio-refusal a")]
    assert links == ["#column-1-name", "#column-2-name"]
    for link in links:
        field = page.select_one(link)
        assert field["aria-invalid"] == "true"
        assert page.select_one("#" + field["aria-describedby"]).text
    assert store.row_of(file) is None


def test_the_second_of_two_sees_both_and_decides(app, office, file):
    seen = show(file)["version"]
    save(file)
    mine = [{"name": "year", "description": "ของฉัน"}, {"name": "more"}]
    url, token = address(file, "/edit"), office["editor"]
    page = soup(send(app, url, token, fields(mine, version=seen)))
    told = page.select_one("#pcio-refusal").text
    assert "more" in told
    assert "place" in told
    assert [row["name"] for row in rows_of(page)] == ["year", "more"]
    assert [column["name"] for column in show(file)["columns"]] == ["year", "place"]
    version = page.select_one(".pcio-dictionary-form [name=version]")["value"]
    send(app, url, token, fields(mine, version=version), 302, follow_redirects=False)
    assert [column["name"] for column in show(file)["columns"]] == ["year", "more"]


def upload(app, file, token, content, name="dictionary.csv"):
    data = {"upload": (io.BytesIO(content), name)}
    return soup(send(app, address(file, "/upload"), token, data))


def test_an_upload_fills_the_form_and_replaces_nothing(app, office, file):
    save(file)
    content = "ฟิลด์,ชนิดข้อมูล,คำอธิบาย\nyear,ตัวเลข,ปีใหม่\nnew,ขนาด,ใหม่\n".encode("cp874")
    page = upload(app, file, office["editor"], content)
    assert [(row["name"], row["type"]) for row in rows_of(page)] == [
        ("year", "number"),
        ("new", ""),
    ]
    assert "แถวที่ 3" in page.select_one(".pcio-callout").text
    assert page.select_one("[data-unsaved]") is not None
    assert [column["name"] for column in show(file)["columns"]] == ["year", "place"]
    page = upload(app, file, office["editor"], b"%PDF-1.7")
    assert "PDF" in page.select_one("#error-upload").text
    assert [row["name"] for row in rows_of(page)] == ["year", "place"]


def test_a_table_keeps_its_columns_in_the_form(app, office, file):
    into_datastore(file)
    url, token = address(file, "/edit"), office["editor"]
    page = soup(get(app, url, token))
    rows = rows_of(page)
    assert [(row["name"], row["type_override"]) for row in rows] == [
        ("year", "numeric"),
        ("place", ""),
    ]
    assert page.select_one("button[value=add]") is None
    rows[1]["description"] = "ที่"
    version = page.select_one(".pcio-dictionary-form [name=version]")["value"]
    send(app, url, token, fields(rows, version=version), 302, follow_redirects=False)
    info = {field["id"]: field["info"] for field in call("datastore_info", id=file)["fields"]}
    assert info["year"] == {"label": "ปี", "type_override": "numeric", "colour": "blue"}
    assert info["place"]["notes"] == "ที่"


@pytest.mark.parametrize("method", ["get", "post"])
def test_ckans_own_editor_leads_to_ours(app, office, file, method):
    into_datastore(file)
    url = f"/dataset/{package_of(file)}/dictionary/{file}"
    answer = getattr(app, method)(
        url, headers={"Authorization": office["editor"]}, follow_redirects=False
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(address(file, "/edit"))


def test_the_form_begins_with_the_columns_of_the_uploaded_file(app, office, make):
    dataset = make()
    content = "ปี,สถานที่,เลขประจำตัวประชาชน\n2567,วัดโพธิ์,1101700230703\n".encode()
    answer = send(
        app,
        "/api/3/action/resource_create",
        office["editor"],
        {
            "package_id": dataset["id"],
            "name": "อัปโหลด",
            "format": "CSV",
            "upload": (io.BytesIO(content), "data.csv"),
        },
    )
    file = answer.json["result"]["id"]
    page = soup(get(app, address(file, "/edit"), office["editor"]))
    assert [(r["name"], r["type"], r["example"]) for r in rows_of(page)] == [
        ("ปี", "integer", "2567"),
        ("สถานที่", "text", "วัดโพธิ์"),
        ("เลขประจำตัวประชาชน", "integer", ""),
    ]
    assert store.row_of(file) is None
    assert "ปี" in get(app, address(file, ".csv"), office["editor"]).body


def test_as_many_columns_as_a_table_may_have(app, office, file):
    long = "ค" * 2000
    rows = [
        {"name": f"c{n}", "type": "text", "description": long if n < 200 else "ก"}
        for n in range(MOST_COLUMNS)
    ]
    data = fields(rows, version="0", do="save")
    send(app, address(file, "/edit"), office["editor"], data, 302, follow_redirects=False)
    assert len(show(file)["columns"]) == MOST_COLUMNS


def test_deleting_asks_first(app, office, file):
    save(file)
    url = address(file, "/delete")
    page = soup(get(app, url, office["editor"]))
    stale = send(app, url, office["editor"], {"version": "stale"})
    assert soup(stale).select_one(".pcio-refusal")
    version = page.select_one("[name=version][type=hidden]")["value"]
    send(app, url, office["editor"], {"version": version}, 302, follow_redirects=False)
    assert store.row_of(file) is None


def test_pages_of_the_file_and_the_dataset_lead_to_it(app, office, make):
    dataset = make(files=30)
    files = [resource["id"] for resource in dataset["resources"]]
    url = f"/dataset/{dataset['name']}"
    assert soup(get(app, url)).select_one("#dictionaries") is None
    save(files[0])
    section = soup(get(app, url)).select_one("#dictionaries")
    assert len(section.select("li")) == 1
    assert "2 จาก 2" in section.text
    section = soup(get(app, url, office["editor"])).select_one("#dictionaries")
    assert len(section.select("a[href$='/dictionary/edit']")) == 29
    file_page = soup(get(app, f"{url}/resource/{files[0]}"))
    assert len(file_page.select("#dictionary tbody tr")) == 2
    edit = soup(get(app, f"{url}/resource/{files[1]}/edit", office["editor"]))
    assert edit.select_one("a[href$='/dictionary/edit']")


def test_a_page_of_thirty_files_asks_once(app, make):
    few, many = make(files=2), make(files=30)
    for dataset in (few, many):
        save(dataset["resources"][0]["id"])
        get(app, f"/dataset/{dataset['name']}")

    def asked(dataset) -> int:
        with statements() as seen:
            get(app, f"/dataset/{dataset['name']}")
        return sum("pcio_dictionary" in statement for statement in seen)

    assert asked(many) == asked(few) == 1


def test_forms_are_taken_only_from_their_own_page(app, file):
    app.flask_app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert app.post(address(file, "/edit"), data={"do": "save"}).status_code == 400
    finally:
        app.flask_app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        ("up-0", "abc"),
        ("up-2", "acb"),
        ("down-2", "abc"),
        ("down-0", "bac"),
        ("remove-1", "ac"),
        ("remove-3", "abc"),
        ("remove--1", "abc"),
        ("remove-99999999999", "abc"),
        ("up-²", "abc"),
        ("save", "abc"),
    ],
)
def test_buttons_of_the_form(wish, names):
    rows = [{"name": name} for name in "abc"]
    assert "".join(row["name"] for row in forms.changed(rows, wish)) == names


def test_the_order_of_the_fields_is_the_order_of_the_columns():
    form = {"columns-7-name": "b", "columns-1-name": "a", "columns-7-label": "x", "other": "y"}
    assert forms.rows(form) == [{"name": "b", "label": "x"}, {"name": "a"}]
