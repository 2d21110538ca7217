"""Rows of the tables of fields: what is sent, and what is stored or why it is refused.

`ok(value, stored)` is stored as `stored` (as it came, when left out); `no(value, because)` is
refused with a Thai sentence that holds `because`. `beside` holds other fields of the same record
(of the same resource, in the tables of resources) that the row needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_SAME = object()


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    value: Any
    stored: Any = None
    because: str | None = None
    beside: dict[str, Any] = field(default_factory=dict)
    at: str | None = None
    """The field the refusal is said at, where that is another one."""


def ok(value: Any, stored: Any = _SAME, **beside: Any) -> Row:
    return Row(value, value if stored is _SAME else stored, None, beside)


def no(value: Any, because: str, at: str | None = None, **beside: Any) -> Row:
    return Row(value, None, because, beside, at)


def texts(longest: int | None = None, *, mandatory: int | None = None) -> list[Row]:
    """Rows of a text of at most `longest` characters, which is item `mandatory`."""
    rows = [
        ok("ข้อความ"),
        ok("  ข้อความ\u200b ", "ข้อความ"),
        ok("น้ํา", "น้ำ"),
        ok("เเม่น้ำ", "แม่น้ำ"),
        ok(2567, "2567"),
        ok("a\x00b", "ab"),
        no(["ก", "ข"], "ต้องเป็นข้อความ"),
        no({"th": "ก"}, "ต้องเป็นข้อความ"),
        no(True, "ต้องเป็นข้อความ"),
    ]
    if longest is not None:
        rows += [ok("ก" * longest), no("ก" * (longest + 1), str(longest))]
    if mandatory is None:
        return [*rows, ok(""), ok("   ", ""), ok("-")]
    told = f"รายการบังคับที่ {mandatory} จาก 14"
    return [*rows, *(no(blank, told) for blank in ("", "   ", "-", "–", None))]


def others(of: str, chosen: Any) -> list[Row]:
    """Rows of the text that explains "other" of the list `of`."""
    beside = {of: chosen}
    return [
        ok("ครัวเรือนเป็น 5 กลุ่ม", **beside),
        ok("ก" * 150, **beside),
        no("ก" * 151, "150", **beside),
        no("", "อื่นๆ", **beside),
        no(" ", "อื่นๆ", **beside),
        no("-", "อื่นๆ", **beside),
        no(["ก"], "ต้องเป็นข้อความ", **beside),
    ]


def term(of: str, *extra: Row, mandatory: int | None = None) -> list[Row]:
    """Rows of one value of a list; `of` is one of them."""
    rows = [
        ok(of),
        ok(f" {of} ", of),
        ok([of], of),
        no("ค่าที่ไม่มีในรายการ", "ไม่อยู่ในรายการค่าของมาตรฐาน"),
        no([of, "ค่าที่สอง"], "ไม่อยู่ในรายการค่าของมาตรฐาน"),
        no({"a": 1}, "ไม่อยู่ในรายการค่าของมาตรฐาน"),
        no(1, "ไม่อยู่ในรายการค่าของมาตรฐาน"),
        *extra,
    ]
    if mandatory is None:
        return [*rows, ok("")]
    told = f"รายการบังคับที่ {mandatory} จาก 14"
    return [*rows, no("", told), no(None, told)]


def terms(first: str, second: str, *extra: Row, mandatory: int | None = None) -> list[Row]:
    """Rows of several values of a list, `first` and `second` among them."""
    rows = [
        ok([first, second]),
        ok(first, [first]),
        ok(f"{first}, {second}", [first, second]),
        ok(f"{first}，{second}", [first, second]),
        ok(f'["{first}", "{second}"]', [first, second]),
        ok([first, first, ""], [first]),
        no([first, "ค่าที่ไม่มีในรายการ"], "ไม่อยู่ในรายการค่าของมาตรฐาน"),
        no({first: 1}, "ไม่อยู่ในรายการค่าของมาตรฐาน"),
        *extra,
    ]
    if mandatory is None:
        return [*rows, ok([]), ok("", [])]
    told = f"รายการบังคับที่ {mandatory} จาก 14"
    return [*rows, no([], told), no("", told), no([""], told), no(None, told)]


BOOLEANS = [
    ok("True"),
    ok("False"),
    ok("true", "True"),
    ok("false", "False"),
    ok(True, "True"),
    ok(False, "False"),
    ok(""),
    no("yes", "yes"),
    no("ใช่", "ใช่"),
    no("ไม่ใช่", "ไม่ใช่"),
    no(1, "“1”"),
    no("-", "“-”"),
]
YEARS = [
    ok("2567"),
    ok("๒๕๖๗", "2567"),
    ok(2567, "2567"),
    ok(2567.0, "2567"),
    ok("พ.ศ. 2567", "2567"),
    # A placeholder of real records: a year like any other for whoever stores it.
    ok("2500"),
    ok(""),
    ok("-", ""),
    no("2024", "2567"),
    no("67", "พุทธศักราช"),
    no("2566-2567", "พุทธศักราช"),
    no("2567/2024", "พุทธศักราช"),
    no("256", "พุทธศักราช"),
    no("9999", "พุทธศักราช"),
    no("ปีที่แล้ว", "พุทธศักราช"),
    no(True, "พุทธศักราช"),
]
DATES = [
    ok("2025-07-09"),
    ok("2568-07-09", "2025-07-09"),
    ok("๒๕๖๘-๐๗-๐๙", "2025-07-09"),
    ok("9 กรกฎาคม 2568", "2025-07-09"),
    ok("9 ก.ค. 2568", "2025-07-09"),
    ok("9 July 2025", "2025-07-09"),
    ok("31/12/2568", "2025-12-31"),
    ok("09/07/2568", "2025-07-09"),
    ok("2025-07-09T10:00:00", "2025-07-09"),
    # Ten at night in London is the next day in Thailand.
    ok("2025-07-09T22:00:00Z", "2025-07-10"),
    ok("2567-02-29", "2024-02-29"),
    ok(""),
    ok("-", ""),
    no("09/07/2025", "09/07/2025"),
    no("9/7/68", "ปี"),
    no("2025-02-30", "2025-02-30"),
    no("2566-02-29", "2566-02-29"),
    no("1482-01-01", "1482-01-01"),
    no("2567", "2567"),
    no("เมื่อวาน", "เมื่อวาน"),
    no(20250709, "20250709"),
]
URLS = [
    ok("https://www.example.go.th/data"),
    ok("http://example.go.th:8080/a?b=c#d"),
    ok("https://example.go.th/ชุดข้อมูล"),
    ok(" https://example.go.th ", "https://example.go.th"),
    ok(""),
    no("www.example.go.th", "http://"),
    no("ftp://example.go.th/a.csv", "http://"),
    no("https://", "http://"),
    no("https://example.go.th/a b", "http://"),
    no("https://example.go.th:สาม/", "http://"),
    no("http://[::1", "http://"),
    no("javascript:alert(1)", "http://"),
    no("ไม่มี", "http://"),
    no("https://a.th/" + "ก" * 2000, "2000"),
    no(["https://a.th"], "ต้องเป็นข้อความ"),
]


def coordinates(low: int, high: int, inside: str, **beside: Any) -> list[Row]:
    """Rows of decimal degrees from `low` to `high`."""
    return [
        ok(inside, **beside),
        ok(float(inside), inside, **beside),
        ok("+" + inside, inside, **beside),
        ok(str(low)),
        ok(str(high)),
        ok(""),
        no(str(high + 1), str(high)),
        no(str(low - 1), str(high)),
        no(inside.replace(".", ","), "พิกัด"),
        no(inside + "°", "พิกัด"),
        no("1e1", "พิกัด"),
        no("nan", "พิกัด"),
        no(True, "พิกัด"),
        no([inside], "พิกัด"),
    ]
