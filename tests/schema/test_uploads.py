"""Files named in Thai keep a name that can be read."""

import io

import pytest
from werkzeug.datastructures import FileStorage

from .records import mandatory


@pytest.mark.parametrize(
    ("called", "kept"),
    [
        ("จำนวนนักท่องเที่ยว.csv", "chamnuan-nakthongthiao.csv"),
        ("รายงาน ปี ๒๕๖๗ (ฉบับแก้ไข).XLSX", "raingan-pi-2567-chabap-kaekhai.xlsx"),
        ("budget 2567.csv", "budget-2567.csv"),
        ("GPP_2024.v2.csv", "gpp_2024.v2.csv"),
        ("น้ำ", "nam"),
        ("ๆ.csv", "file.csv"),
        ("ข้อมูล.tar.gz", "khomun.tar.gz"),
    ],
)
def test_the_name_of_an_uploaded_file(office, called, kept):
    dataset = office.create(mandatory())
    resource = office.call(
        "resource_create",
        package_id=dataset["id"],
        name=called,
        format="CSV",
        upload=FileStorage(io.BytesIO("ก,ข\n1,2\n".encode()), filename=called),
    )
    assert resource["url"].rsplit("/", 1)[1] == kept
    assert resource["name"] == called
    shown = office.call("resource_show", id=resource["id"])
    assert shown["url"].rsplit("/", 1)[1] == kept
