"""The form a publisher meets and the page a reader sees, in Thai and English."""

import pytest
from bs4 import BeautifulSoup
from ckan.plugins import toolkit as tk

from .records import TYPES, full, mandatory


@pytest.fixture
def browse(office, app):
    """Get or send a page as the office's editor; returns the soup and the answer."""

    def go(url, form=None):
        send = app.get if form is None else app.post
        extra = {} if form is None else {"data": form, "follow_redirects": False}
        answer = send(url, headers=office.env, **extra)
        return BeautifulSoup(answer.body, "html.parser"), answer

    return go


def fields_of(kind):
    """Names of the dataset fields the form shows for a type, from the schema itself."""
    schema = tk.h.scheming_get_dataset_schema("dataset")
    return {
        field["field_name"]
        for field in schema["dataset_fields"]
        if field.get("form_snippet", "") is not None and kind in (field.get("pcio_types") or [kind])
    }


def test_the_form_holds_every_field_labelled_and_explained(browse):
    for prefix, legend, help_text in (
        ("", "การจัดเก็บและการปรับปรุง", "เฉพาะ: ข้อมูลสถิติ"),
        ("/en", "Collection and updating", "only for: Statistics"),
    ):
        page, _answer = browse(f"{prefix}/dataset/new")
        form = page.find("form", id="dataset-edit")
        names = {control.get("name") for control in form.find_all(["input", "select", "textarea"])}
        for kind in TYPES:
            assert fields_of(kind) <= names
        assert legend in {text.get_text(strip=True) for text in form.find_all("legend")}
        assert help_text in form.get_text(" ", strip=True)
        assert [n.get_text() for n in form.select(".pcio-item")] == [
            *(str(number) for number in range(1, 10)),
            *(str(number) for number in range(9, 15)),
        ]
        for control in form.select("input[type=text], input[type=email], select, textarea"):
            assert form.find("label", attrs={"for": control["id"]}), control["name"]
        for box in form.select("input[type=radio], input[type=checkbox]"):
            assert box.find_parent("label")
            assert box.find_parent("fieldset").find("legend")
            assert not box.has_attr("checked")


def test_ids_are_unique_and_descriptions_exist(browse):
    page, _answer = browse("/dataset/new")
    form = page.find("form", id="dataset-edit")
    ids = [tag["id"] for tag in form.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for control in form.find_all(attrs={"aria-describedby": True}):
        assert set(control["aria-describedby"].split()) <= set(ids)


def new_dataset(office, **changes):
    form = {
        "_ckan_phase": "dataset_new_1",
        "pkg_name": "",
        "save": "",
        "owner_org": office.organization["id"],
        "private": "False",
        **changes,
    }
    return form


def test_a_draft_with_a_title_only(office, browse):
    _page, answer = browse("/dataset/new", new_dataset(office, title="ร่างแรก", name=""))
    assert answer.status_code == 302
    assert "/dataset/rang-raek/resource/new" in answer.headers["Location"]
    assert office.call("package_show", id="rang-raek")["state"] == "draft"
    page, _answer = browse("/dataset/edit/rang-raek")
    assert [button["value"] for button in page.select(".pcio-actions button")] == [
        "",
        "draft",
        "publish",
    ]


def test_a_refused_form_leads_to_the_fields_and_keeps_what_was_typed(office, browse):
    typed = new_dataset(
        office,
        title="ผิดหลายที่",
        maintainer_email="ไม่ใช่อีเมล",
        first_year_of_data="2017",
        data_type=TYPES["statistics"],
        objective=["ยุทธศาสตร์ชาติ", "อื่นๆ"],
        tag_string="น้ำ, a@b",
        data_source="ที่ว่าการอำเภอ",
    )
    for prefix, words in (("", "ไม่ใช่ที่อยู่อีเมล"), ("/en", "is not an e-mail address")):
        page, answer = browse(f"{prefix}/dataset/new", typed)
        assert answer.status_code == 200
        summary = page.select_one(".pcio-errors")
        links = [link["href"] for link in summary.select("a")]
        assert links == [
            "#field-maintainer_email",
            "#field-tag_string",
            "#field-first_year_of_data",
        ]
        assert all(page.find(id=link[1:]) for link in links)
        assert words in summary.get_text()
        field = page.find(id="field-maintainer_email")
        assert field["aria-invalid"] == "true"
        assert field["value"] == "ไม่ใช่อีเมล"
        assert page.find(id="field-tag_string")["value"] == "น้ำ, a@b"
        assert page.find(id="field-first_year_of_data")["value"] == "2017"
        chosen = page.select("input[name=objective][checked]")
        assert [box["value"] for box in chosen] == ["ยุทธศาสตร์ชาติ", "อื่นๆ"]


def test_publishing_an_unfinished_draft_names_what_is_missing(office, browse):
    office.create({"state": "draft", "title": "ยังไม่เสร็จ", "name": "unfinished"})
    resource = {"url": "https://example.go.th/a.csv", "name": "ก", "format": "CSV"}
    page, _answer = browse(
        "/dataset/unfinished/resource/new", {"id": "", "save": "go-metadata", **resource}
    )
    links = [link["href"] for link in page.select(".pcio-errors a")]
    assert "/dataset/edit/unfinished#field-maintainer" in links
    assert "/dataset/edit/unfinished#field-license_id" in links
    assert office.call("package_show", id="unfinished")["state"] == "draft"


def test_a_draft_can_be_deleted_from_its_form(office, browse):
    office.create({"state": "draft", "title": "ร่างที่ไม่ใช้", "name": "unwanted"})
    page, _answer = browse("/dataset/edit/unwanted")
    assert page.select_one(".pcio-actions a.btn-danger")["href"].startswith("/dataset/delete/")
    page, _answer = browse("/dataset/new")
    assert page.select_one(".pcio-actions a.btn-danger") is None


def test_the_enter_key_stays_with_the_files_of_a_new_dataset(office, browse):
    """A form's first button is the one the Enter key presses; CKAN's leads back a step."""
    office.create({"state": "draft", "title": "ร่างมีไฟล์", "name": "with-files"})
    page, _answer = browse("/dataset/with-files/resource/new")
    first = page.select_one("#resource-edit button[type=submit], #resource-edit button[name=save]")
    assert first["value"] == "again"


def test_long_thai_names_are_not_cut(office, browse, app):
    """Thai has no spaces between words: a cut at the last space leaves next to nothing."""
    name = "ตาราง CSV " + "จำนวนนักท่องเที่ยวและรายได้จากการท่องเที่ยวรายเดือนของทุกอำเภอ"
    dataset = office.create(mandatory("record", name="long-names"))
    resource = office.call(
        "resource_create", package_id=dataset["id"], name=name, url="https://a.example/a.csv"
    )
    page = BeautifulSoup(app.get("/dataset/long-names").body, "html.parser")
    assert name in page.select_one(".resource-item .heading").get_text()
    url = f"/dataset/long-names/resource/{resource['id']}"
    page = BeautifulSoup(app.get(url).body, "html.parser")
    assert page.h1.get_text(strip=True) == name
    assert page.select_one(".module.resources .active a").get_text(strip=True) == name


def test_the_resource_form_asks_what_the_type_needs(office, browse):
    office.create(mandatory("statistics", name="figures"))
    page, _answer = browse("/dataset/figures/resource/new")
    names = {control.get("name") for control in page.select("#resource-edit [name]")}
    assert {"resource_disaggregate", "resource_unit_of_measure"} <= names
    assert not {"resource_data_collect", "resource_equivalent_scale"} & names


def test_editing_keeps_every_value(office, browse):
    record = full("statistics")
    office.create({**record, "name": "kept"})
    page, _answer = browse("/dataset/edit/kept")
    form = {}
    for control in page.select("#dataset-edit [name]"):
        kind = control.get("type")
        if control.name == "select":
            chosen = control.select_one("option[selected]")
            form[control["name"]] = chosen["value"] if chosen else ""
        elif kind in ("radio", "checkbox"):
            if control.has_attr("checked"):
                form.setdefault(control["name"], []).append(control["value"])
        elif control.name == "textarea":
            form[control["name"]] = control.get_text().lstrip("\n")
        elif control.name == "input":
            form[control["name"]] = control.get("value", "")
    _page, answer = browse("/dataset/edit/kept", {**form, "save": ""})
    assert answer.status_code == 302
    shown = office.call("package_show", id="kept")
    for field, value in record.items():
        if field not in ("tags", "resources"):
            as_set = set if isinstance(value, list) else str
            assert as_set(shown[field]) == as_set(value), field
    assert len(shown["resources"]) == 1


def test_a_stored_value_the_vocabulary_does_not_know_stays_choosable(office, browse):
    office.import_({"title": "เก่า", "name": "old", "data_category": "หมวดเก่า"})
    page, _answer = browse("/dataset/edit/old")
    assert page.select_one("#field-data_category option[selected]")["value"] == "หมวดเก่า"


def test_the_page_of_a_dataset(office, browse):
    office.create({**full("statistics"), "name": "shown", "high_value_dataset": ""})
    page, _answer = browse("/dataset/shown")
    info = page.select_one(".pcio-info")
    text = info.get_text(" ", strip=True)
    assert "9 กรกฎาคม 2568" in text
    assert info.find("time", attrs={"datetime": "2025-07-09"})
    assert info.find("time", attrs={"datetime": "2024"}).get_text() == "2567"
    assert "อื่นๆ: ครัวเรือนเป็น 5 กลุ่ม" in text
    assert "สถิติทางการ ใช่" in text
    assert "ชุดข้อมูลที่มีคุณค่าสูง" not in text
    assert "ชุดข้อมูลภูมิศาสตร์" not in text
    assert info.select_one("h3").get_text() == "คำอธิบายข้อมูลส่วนหลัก (รายการบังคับ)"
    assert "14 จาก 14" in page.select_one(".pcio-completeness").get_text()
    english, _answer = browse("/en/dataset/shown")
    text = english.select_one(".pcio-info").get_text(" ", strip=True)
    assert "9 July 2025" in text
    assert "2024 (B.E. 2567)" in text
    assert "Official statistics Yes" in text


def test_only_editors_are_told_what_is_missing(office, browse, app):
    office.import_({"title": "ขาดหลายรายการ", "name": "gaps", "private": False})
    page, _answer = browse("/dataset/gaps")
    line = page.select_one(".pcio-completeness")
    assert "2 จาก 14" in line.get_text()
    assert line.select_one("a[href$='/dataset/edit/gaps#field-maintainer']")
    assert "pcio-completeness" not in app.get("/dataset/gaps").body


def test_what_people_write_is_not_markup(office, browse):
    evil = '<script>alert("x")</script>'
    office.import_(
        {
            "title": evil,
            "name": "evil",
            "maintainer": evil,
            "data_category": evil,
            "objective": [evil],
            "last_updated_date": evil,
            "first_year_of_data": evil,
            "url": "javascript:alert(1)",
            "maintainer_email": evil,
        }
    )
    for url in ("/dataset/evil", "/dataset/edit/evil"):
        _page, answer = browse(url)
        assert "<script>alert" not in answer.body
        assert 'href="javascript' not in answer.body
