"""The table of every resource field; the values of real records with their oddities among them."""

from __future__ import annotations

from .rows import BOOLEANS, DATES, YEARS, no, ok, others, term, terms, texts

REQUIRED = "ต้องระบุ"


def required(rows):
    """A published file needs it: what says nothing is refused."""
    kept = [row for row in rows if row.because or str(row.value).strip()]
    return [*kept, no("", REQUIRED), no("   ", REQUIRED), no(None, REQUIRED)]


TABLES = {
    "url": [
        ok("https://www.example.go.th/data.csv"),
        ok("https://example.go.th/export?format=csv&year=2567"),
        ok("https://example.go.th/ข้อมูล.csv"),
        ok(" https://example.go.th/a.csv ", "https://example.go.th/a.csv"),
        ok("ftp://ftp.example.go.th/a.csv"),
        ok("a.csv", url_type="upload"),
        ok("", url_type="datastore", name="", format=""),
        no("", REQUIRED),
        no(None, REQUIRED),
        no("ftp:/ผิด", "ftp://"),
        no("www.example.go.th/a.csv", "https://"),
        no("https://example.go.th/a b.csv", "https://"),
        no("javascript:alert(1)", "https://"),
        no("C:\\ข้อมูล\\a.csv", "https://"),
        no("-", "https://"),
    ],
    "name": required(texts(200)),
    "description": [*texts(), ok("บรรทัดหนึ่ง\nบรรทัดสอง")],
    "format": [
        ok("CSV"),
        ok("csv", "CSV"),
        ok("API"),
        ok("", "CSV", url="https://example.go.th/a.csv"),
        ok("Arc/Info Coverage"),
        no("", REQUIRED, url="https://example.go.th/export?format=csv"),
    ],
    "resource_accessible_condition": [*texts(), ok("ไม่มี"), ok("เรียกใช้ด้วย API key")],
    "resource_last_updated_date": DATES,
    "resource_data_collect": term("บุคคล", ok("ครัวเรือน/ครอบครัว")),
    "resource_data_collect_other": others("resource_data_collect", "อื่นๆ"),
    "resource_created_date": DATES,
    "resource_first_year_of_data": [
        *YEARS,
        no("2568", "2568", resource_last_year_of_data="2560"),
    ],
    "resource_last_year_of_data": [
        *YEARS,
        no("2560", "2560", at="resource_first_year_of_data", resource_first_year_of_data="2568"),
    ],
    "resource_data_release_calendar": DATES,
    "resource_disaggregate": terms(
        "เพศ", "รายได้", no(["อื่นๆ"], "อื่นๆ", at="resource_disaggregate_other")
    ),
    "resource_disaggregate_other": others("resource_disaggregate", ["อื่นๆ"]),
    "resource_unit_of_measure": [*texts(), ok("คน,ร้อยละ")],
    "resource_unit_of_multiplier": term("พัน", ok("ล้านล้าน")),
    "resource_unit_of_multiplier_other": others("resource_unit_of_multiplier", "อื่นๆ"),
    "resource_official_statistics": BOOLEANS,
    "resource_geographic_data_set": term("ชั้นข้อมูลแหล่งน้ำ"),
    "resource_equivalent_scale": term("1:10,000"),
    "resource_equivalent_scale_other": others("resource_equivalent_scale", "อื่นๆ"),
    "resource_positional_accuracy": [*texts(), ok("RMSEH 1.5 ม. ตามมาตรฐาน FGDS")],
    "resource_data_release_date": DATES,
}
