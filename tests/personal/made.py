"""Invented people: their numbers have the right last digit and are nobody's we know of."""

from __future__ import annotations

import io
import random

from ckanext.pcio.standard.personal.scan import scan_file
from ckanext.pcio.standard.personal.values import check_digit


def ids(number: int, seed: int = 7) -> list[str]:
    """National ids of people."""
    draw = random.Random(seed)
    first = (f"{draw.randint(1, 8)}{draw.randint(0, 10**11 - 1):011}" for _ in range(number))
    return [twelve + str(check_digit(twelve)) for twelve in first]


def csv(*columns: list[str]) -> bytes:
    """A CSV file of columns, the name of each first."""
    return "\n".join(",".join(row) for row in zip(*columns, strict=True)).encode() + b"\n"


def found(content: bytes, name: str = "file.csv", format_: str = "", limits=None):
    """What a scan finds: {(column, kind): (rows, certainty)}."""
    scanned = scan_file(io.BytesIO(content), name, format_, limits)
    return {(f.column, f.kind): (f.count, f.certainty) for f in scanned.findings}


PEOPLE = csv(
    ["ลำดับ", *map(str, range(1, 31))],
    ["รหัส", *ids(30)],
    ["ชื่อ-สกุล", *(f"นายสมมุติ ตัวอย่าง{n}" for n in range(30))],
    ["เบอร์โทร", *(f"08{n:08}" for n in range(30))],
)
