"""Complete records of each data type, as a publisher would send them to `package_create`."""

from __future__ import annotations

from typing import Any

TYPES = {
    "record": "ข้อมูลระเบียน",
    "statistics": "ข้อมูลสถิติ",
    "geospatial": "ข้อมูลภูมิสารสนเทศเชิงพื้นที่",
    "mixed": "ข้อมูลหลากหลายประเภท",
    "other": "ข้อมูลประเภทอื่นๆ",
}

_RECORD = {
    "data_support": "หน่วยงานของรัฐ",
    "data_collect": "ครัวเรือน/ครอบครัว",
    "created_date": "2020-01-15",
    "high_value_dataset": "True",
    "reference_data": "False",
}
_BY_TYPE: dict[str, dict[str, Any]] = {
    "record": _RECORD,
    "mixed": _RECORD,
    "other": {**_RECORD, "data_type_other": "ภาพถ่ายเก่า"},
    "statistics": {
        "first_year_of_data": "2560",
        "last_year_of_data": "2567",
        "data_release_calendar": "2026-03-31",
        "disaggregate": ["เพศ", "อื่นๆ"],
        "disaggregate_other": "ครัวเรือนเป็น 5 กลุ่ม",
        "unit_of_measure": "คน",
        "unit_of_multiplier": "พัน",
        "calculation_method": "ผลรวมของทุกอำเภอ",
        "standard": "TSIC 2552",
        "official_statistics": "True",
    },
    "geospatial": {
        "geographic_data_set": "ชั้นข้อมูลแหล่งน้ำ",
        "equivalent_scale": "1:50,000",
        "west_bound_longitude": "98.9123",
        "east_bound_longitude": "99.5012",
        "north_bound_longitude": "18.9876",
        "south_bound_longitude": "18.1234",
        "positional_accuracy": "ไม่มี",
        "reference_period": "ปี 2566",
        "data_release_calendar": "2026-03-31",
        "data_release_date": "2025-10-01",
    },
}
_RESOURCE_BY_TYPE: dict[str, dict[str, Any]] = {
    "record": {"resource_data_collect": "บุคคล", "resource_created_date": "2020-01-15"},
    "mixed": {"resource_data_collect": "บุคคล", "resource_created_date": "2020-01-15"},
    "other": {"resource_data_collect": "บุคคล", "resource_created_date": "2020-01-15"},
    "statistics": {
        "resource_first_year_of_data": "2560",
        "resource_last_year_of_data": "2567",
        "resource_data_release_calendar": "2026-03-31",
        "resource_disaggregate": ["อื่นๆ"],
        "resource_disaggregate_other": "กลุ่มอาชีพ",
        "resource_unit_of_measure": "คน",
        "resource_unit_of_multiplier": "หน่วย",
        "resource_official_statistics": "False",
    },
    "geospatial": {
        "resource_geographic_data_set": "ชั้นข้อมูลแหล่งน้ำ",
        "resource_equivalent_scale": "1:50,000",
        "resource_positional_accuracy": "ไม่มี",
        "resource_created_date": "2020-01-15",
        "resource_data_release_date": "2025-10-01",
    },
}


def mandatory(kind: str = "record", **changes: Any) -> dict[str, Any]:
    """The 14 mandatory items and nothing else; a change to None leaves a field out."""
    record: dict[str, Any] = {
        "data_type": TYPES[kind],
        "title": "ทะเบียนเกษตรกรผู้ปลูกข้าว",
        "maintainer": "กลุ่มงานยุทธศาสตร์",
        "maintainer_email": "data@example.go.th",
        "tags": [{"name": "เกษตร"}, {"name": "ข้าว"}],
        "notes": "ทะเบียนเกษตรกรผู้ปลูกข้าว จำแนกตามอำเภอและตำบล ปรับปรุงทุกเดือน",
        "objective": ["ยุทธศาสตร์ชาติ", "พันธกิจหน่วยงาน"],
        "update_frequency_unit": "เดือน",
        "update_frequency_interval": "1",
        "geo_coverage": "ตำบล",
        "data_source": "ระบบทะเบียนเกษตรกร",
        "data_format": ["CSV", "Database"],
        "data_category": "ข้อมูลสาธารณะ",
        "license_id": "Open Data Common",
    }
    if kind == "other":
        record["data_type_other"] = "ภาพถ่ายเก่า"
    record.update(changes)
    return {key: value for key, value in record.items() if value is not None}


def full(kind: str) -> dict[str, Any]:
    """Every field the type has, the common ones and one resource included."""
    return mandatory(
        kind,
        **_BY_TYPE[kind],
        data_classification="เปิดเผย",
        accessible_condition="ไม่มีการจำกัดการเข้าถึงข้อมูล",
        url="https://www.example.go.th/data",
        data_language=["ไทย", "อังกฤษ"],
        last_updated_date="2025-07-09",
        allow_harvest="True",
        reference_url_catalog="https://catalog.example.go.th/dataset/x",
        linkage_method=["API", "Web Service"],
        linkage_status="เชื่อมโยงแล้ว",
        source_database="ระบบทะเบียนเกษตรกร",
        data_steward="กลุ่มงานสารสนเทศ",
        resources=[
            {
                "url": "https://www.example.go.th/data.csv",
                "name": "ข้อมูลปี 2567",
                "description": "หนึ่งแถวต่อหนึ่งครัวเรือน",
                "format": "CSV",
                "resource_accessible_condition": "ไม่มี",
                "resource_last_updated_date": "2025-07-09",
                **_RESOURCE_BY_TYPE[kind],
            }
        ],
    )
