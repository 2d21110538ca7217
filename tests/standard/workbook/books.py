"""Workbooks as offices send them."""

from __future__ import annotations

import zipfile

from openpyxl import Workbook

from ckanext.pcio.standard.workbook.columns import sheet_of
from ckanext.pcio.standard.workbook.reading import open_workbook

COMPLETE = {
    "name": "tourists",
    "title": "จำนวนนักท่องเที่ยว จังหวัดตัวอย่าง",
    "owner_org": "สำนักงานจังหวัดตัวอย่าง",
    "maintainer": "กลุ่มงานยุทธศาสตร์และข้อมูล",
    "maintainer_email": "data@example.go.th",
    "tag_string": "ท่องเที่ยว, สถิติ",
    "notes": "จำนวนนักท่องเที่ยวรายเดือน แยกตามอำเภอ",
    "objective": "พันธกิจหน่วยงาน",
    "update_frequency_unit": "เดือน",
    "update_frequency_interval": "1",
    "geo_coverage": "อำเภอ",
    "data_source": "แบบรายงานของอำเภอ",
    "data_format": "XLS",
    "data_category": "ข้อมูลสาธารณะ",
    "license_id": "Open Data Common",
}
RESOURCE = {
    "dataset_name": "tourists",
    "resource_name": "ปี 2567",
    "resource_url": "https://www.example.go.th/t.csv",
    "format": "CSV",
}


def book(
    path,
    rows,
    resources=(),
    *,
    kind="record",
    layout="2.2",
    headings="names",
    lead=3,
    into=None,
    save=True,
):
    """Write a workbook with a sheet of datasets and one of resources, as thai_gdc reads them.

    `headings`: "names" of columns, "labels" in Thai, or "own": words nobody knows. `lead` rows
    stand above the headings.
    """
    workbook = into or Workbook()
    if into is None:
        workbook.remove(workbook.active)
    for part, filled in (("dataset", rows), ("resource", resources)):
        sheet_kind = sheet_of(kind, part)
        columns = sheet_kind.columns(layout)
        sheet = workbook.create_sheet(sheet_kind.name)
        for number in range(lead):
            sheet.append([f"คำชี้แจง {number + 1}"])
        told = {
            "names": [column.name for column in columns],
            "labels": [column.label["th"] for column in columns],
            "own": [f"หัวข้อ {number}" for number in range(len(columns))],
        }
        sheet.append(told[headings])
        sheet.append(["ตัวอย่าง"] * 3)
        for row in filled:
            sheet.append([row.get(column.name) for column in columns])
    if save:
        workbook.save(path)
    return workbook


def cell_of(workbook, name, row=6, kind="record", part="dataset", layout="2.2"):
    """Return the openpyxl cell of a column."""
    sheet_kind = sheet_of(kind, part)
    index = [column.name for column in sheet_kind.columns(layout)].index(name) + 1
    return workbook[sheet_kind.name].cell(row=row, column=index)


def read(path):
    """Return the rows, the remarks about the file, and the orphans of a workbook."""
    with open_workbook(path) as workbook:
        return list(workbook.rows()), workbook.remarks, workbook.orphans()


def record(path):
    """Return the record of a workbook's only dataset."""
    rows, _, _ = read(path)
    assert len(rows) == 1
    return rows[0].record


def remarks(row, field=None):
    """Return what is told of a row, in English."""
    return [each.message.text("en") for each in row.cells if field in (None, each.field)]


def changed(path, name, change):
    """Rewrite one part of a ZIP file; `change` takes and gives bytes, None leaves the part out."""
    with zipfile.ZipFile(path) as old:
        parts = {each: old.read(each) for each in old.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each, content in parts.items():
            if content is not None:
                new.writestr(each, content)
