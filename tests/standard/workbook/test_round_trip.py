"""What is written as a workbook reads back the same."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ckanext.pcio.standard import tags, thai, values
from ckanext.pcio.standard.fields import dataset_fields, field_vocabulary_name, resource_fields
from ckanext.pcio.standard.vocabulary import vocabulary
from ckanext.pcio.standard.workbook.cells import MOST_CHARACTERS
from ckanext.pcio.standard.workbook.columns import sheets
from ckanext.pcio.standard.workbook.filling import LAST_ROW
from ckanext.pcio.standard.workbook.reading import open_workbook
from ckanext.pcio.standard.workbook.writing import template, write

from .books import COMPLETE, read

# Controls, halves of characters, escapes of Excel's own, formulas, errors, Thai, emoji.
_ODD = st.sampled_from(
    ["=1+1", "+66", "-", "@x", "#N/A", "TRUE", "_x000D_", "ก\nข", "น้ำ", "🌾", "a\tb", "\x0b", "'"]
)


def _texts(limit):
    return (
        st.one_of(
            _ODD,
            st.text(st.characters(exclude_categories=["Cs"]), max_size=limit),
            st.text("กขคงจันทร์สถิติ ๑๒๓=-+_x005F#\n", max_size=limit),
        )
        .map(lambda text: values.text(thai.normalize(text)))
        .filter(lambda text: 0 < len(text) <= limit and values.text(text) == text)
    )


_NAMES = st.from_regex(r"[a-z0-9_-]{2,60}", fullmatch=True)
_URLS = st.from_regex(r"https?://[a-z]{1,8}\.go\.th/[a-z0-9/?=&%._-]{0,20}", fullmatch=True)
_TAGS = st.text("กขน้ำสถิติabc019 -.", min_size=2, max_size=12).map(tags.normalize_tag)
_SPECIAL = {
    "name": _NAMES,
    "title": _texts(150),
    "state": st.sampled_from(["active", "draft"]),
    "owner_org": _NAMES,
    "format": st.sampled_from(["CSV", "XLSX", "API", "PDF"]),
}


def _field(field):
    name, preset = field["field_name"], field.get("preset", "")
    if name in _SPECIAL:
        return _SPECIAL[name]
    if preset in ("pcio_term", "pcio_terms", "pcio_boolean"):
        terms = [term.value for term in vocabulary(field_vocabulary_name(field)).terms]
        one = st.sampled_from(terms)
        return st.lists(one, min_size=1, unique=True) if preset == "pcio_terms" else one
    low, high = field.get("pcio_range", (0, 0))
    if name == "url":
        return _URLS
    by_preset = {
        "pcio_year": st.integers(2401, 2600).map(str),
        "pcio_date": st.dates(date(1800, 1, 1), date(2400, 12, 31)).map(date.isoformat),
        "pcio_number": st.integers(low, high).map(str),
        "pcio_coordinate": st.decimals(low, high, places=4).map(
            lambda number: values.coordinate(str(number), low, high)
        ),
        "pcio_email": st.just("data@example.go.th"),
        "pcio_url": _URLS,
    }
    if preset in by_preset:
        return by_preset[preset]
    return _texts(min(field.get("pcio_max_length", 200), 200))


def _fields(fields, required, leave_out=()):
    offered = {name: _field(each) for name, each in fields.items() if name not in leave_out}
    return st.fixed_dictionaries({name: offered.pop(name) for name in required}, optional=offered)


_RESOURCES = st.builds(
    lambda fields, identifier: {**fields, "id": str(identifier)},
    _fields(resource_fields(), ["url"]),
    st.uuids(),
)


@st.composite
def _records(draw):
    fields = draw(_fields(dataset_fields(), ["name", "title", "data_type"], ["tag_string"]))
    fields["id"] = str(draw(st.uuids()))
    fields["private"] = draw(st.booleans())
    names = draw(st.lists(_TAGS.filter(lambda name: tags.tag_problem(name) is None), unique=True))
    if names:
        fields["tags"] = [{"name": name} for name in names]
    fields["resources"] = draw(st.lists(_RESOURCES, max_size=3))
    return fields


_CATALOGS = st.lists(_records(), max_size=4, unique_by=(lambda r: r["name"], lambda r: r["id"]))


def _written(records):
    target = io.BytesIO()
    assert write(records, target) == len(records)
    return target.getvalue()


def _read_back(path, content):
    path.write_bytes(content)
    rows, told, orphans = read(path)
    assert orphans == ()
    assert told == ()
    return rows


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(records=_CATALOGS)
def test_what_is_written_reads_back_the_same(tmp_path_factory, records):
    path = tmp_path_factory.mktemp("round") / "w.xlsx"
    rows = _read_back(path, _written(records))
    by_name = {row.record["name"]: row for row in rows}
    assert {name: row.record for name, row in by_name.items()} == {
        record["name"]: record for record in records
    }
    assert all(row.cells == () for row in rows)


def _example():
    return {
        **COMPLETE,
        "id": str(UUID(int=1)),
        "objective": ["พันธกิจหน่วยงาน"],
        "data_format": ["XLS", "CSV"],
        "data_type": "ข้อมูลสถิติ",
        "private": False,
        "state": "active",
        "tags": [{"name": "น้ำ"}, {"name": "สถิติ"}],
        "resources": [{"id": str(UUID(int=2)), "url": "https://a.go.th/x", "url_type": "upload"}],
    } | {"tag_string": None}


def test_the_same_records_make_the_same_bytes():
    assert _written([_example()]) == _written([_example()])


def test_nothing_in_the_file_says_when_it_was_made():
    with zipfile.ZipFile(io.BytesIO(_written([_example()]))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert (
            re.findall(rb"\d{4}-\d\d-\d\dT[^<]*", archive.read("docProps/core.xml"))
            == [b"1980-01-01T00:00:00Z"] * 2
        )


def test_no_cell_is_a_formula(tmp_path):
    bad = ["=cmd|'/c calc'!A0", "+1", "-1", "@SUM(1)", "=1+1"]
    records = [
        {**_example(), "id": str(UUID(int=9 + n)), "name": f"n{n}n", "data_source": text}
        for n, text in enumerate(bad)
    ]
    path = tmp_path / "w.xlsx"
    rows = _read_back(path, _written(records))
    assert [row.record["data_source"] for row in rows] == bad
    for sheet in load_workbook(path).worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(path) as archive:
        assert b"quotePrefix" in archive.read("xl/styles.xml")


def test_dates_and_booleans_are_written_as_other_portals_read_them(tmp_path):
    """thai_gdc takes 543 from every year, and every text without "no" in Thai for yes."""
    path = tmp_path / "w.xlsx"
    record = {**_example(), "last_updated_date": "2023-05-02", "official_statistics": "False"}
    path.write_bytes(_written([record]))
    sheet = load_workbook(path)["Temp2_Meta_Stat"]
    names = [cell.value for cell in sheet[3]]
    cells = dict(zip(names, (cell.value for cell in sheet[6]), strict=True))
    assert cells["last_updated_date"] == "2566-05-02"
    assert cells["official_statistics"] == "ไม่ใช่"


def test_the_standard_s_columns_come_first_so_that_position_holds(tmp_path):
    path = tmp_path / "w.xlsx"
    path.write_bytes(_written([_example()]))
    book = load_workbook(path)
    for kind in sheets():
        names = [cell.value for cell in book[kind.name][3]]
        standard = [column.name for column in kind.columns("2.2")]
        assert names[: len(standard)] == standard
        assert len(names) > len(standard)


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_template_reads_as_no_dataset_and_offers_every_list(tmp_path, language):
    path = tmp_path / "w.xlsx"
    with path.open("wb") as target:
        template(target, language=language)
    with open_workbook(path) as workbook:
        assert (workbook.layout, workbook.remarks) == ("pcio", ())
        assert list(workbook.rows()) == []
    book = load_workbook(path)
    choices = book["Temp2_Meta_Record"].data_validations.dataValidation
    offered = {str(each.sqref): each for each in choices}
    category = offered[f"O6:O{LAST_ROW}"]
    place = re.fullmatch(r"'(.+)'!\$([A-Z]+)\$2:\$\2\$(\d+)", category.formula1)
    words = [book[place[1]][f"{place[2]}{row}"].value for row in range(2, int(place[3]) + 1)]
    assert words == [term.value for term in vocabulary("data_category").terms]


def test_a_template_that_was_filled_in_is_new_datasets(tmp_path):
    path = tmp_path / "w.xlsx"
    with path.open("wb") as target:
        template(target)
    book = load_workbook(path)
    sheet = book["Temp2_Meta_Record"]
    for column, cell in enumerate(sheet[3], 1):
        sheet.cell(row=6, column=column, value=COMPLETE.get(cell.value))
    book.save(path)
    (row,), _, _ = read(path)
    assert row.record["title"] == COMPLETE["title"]
    assert row.assumed == {"private", "allow_harvest"}
    assert row.cells == ()


def test_the_row_of_example_could_be_imported_as_it_is(tmp_path):
    path = tmp_path / "w.xlsx"
    with path.open("wb") as target:
        template(target)
    book = load_workbook(path)
    for number, kind in enumerate(sheets()):
        sheet = book[kind.name]
        for column, cell in enumerate(sheet[5], 1):
            sheet.cell(row=6, column=column, value=cell.value)
        sheet.cell(row=6, column=1, value=f"sample-{number % 5}")
    book.save(path)
    rows, _, orphans = read(path)
    assert orphans == ()
    assert [len(row.record["resources"]) for row in rows] == [1] * 5
    assert [each for row in rows for each in row.cells] == []
    assert [row.record["data_type"] for row in rows] == [
        term.value for term in vocabulary("data_type").terms
    ]


def test_what_a_catalog_stores_is_kept_even_where_it_is_odd(tmp_path):
    """A row with an id came out of a catalog, which may have taken it from an older one."""
    odd = {
        **_example(),
        "license_id": "Other (Attribution)",
        "last_updated_date": "ปลายปี",
        "objective": ["พันธกิจหน่วยงาน", "อย่างอื่น"],
        "maintainer_email": "-",
    }
    (row,) = _read_back(tmp_path / "w.xlsx", _written([odd]))
    kept = {name: row.record[name] for name in odd if name != "tag_string"}
    assert kept == {name: value for name, value in odd.items() if name != "tag_string"}
    assert {each.field for each in row.cells} == {
        *("license_id", "last_updated_date", "objective", "maintainer_email")
    }
    assert not row.refused


def test_a_draft_without_a_type_stays_without_one(tmp_path):
    draft = {"id": str(UUID(int=3)), "name": "draft", "title": "ร่าง", "state": "draft"}
    (row,) = _read_back(tmp_path / "w.xlsx", _written([draft]))
    assert row.sheet == "Temp2_Meta_Other"
    assert "data_type" not in row.record


def test_a_text_longer_than_a_cell_is_never_taken_back_cut(tmp_path):
    whole = "ก" * MOST_CHARACTERS
    long = "ก" * (MOST_CHARACTERS + 1)
    records = [
        {**_example(), "notes": whole},
        {**_example(), "id": str(UUID(int=5)), "name": "b2", "notes": long},
    ]
    kept, cut = _read_back(tmp_path / "w.xlsx", _written(records))
    assert kept.record["notes"] == whole
    assert "notes" not in cut.record
    assert cut.refused


def test_lists_in_json_and_extras_are_written_as_their_values(tmp_path):
    """CKAN's database holds lists as JSON, and an older portal its fields as extras."""
    record = {**_example(), "objective": '["พันธกิจหน่วยงาน", "ยุทธศาสตร์ชาติ"]'}
    record["extras"] = [{"key": "standard", "value": "TSIC"}]
    (row,) = _read_back(tmp_path / "w.xlsx", _written([record]))
    assert row.record["objective"] == ["พันธกิจหน่วยงาน", "ยุทธศาสตร์ชาติ"]
    assert row.record["standard"] == "TSIC"
