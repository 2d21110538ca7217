"""The files of a sample dataset as bytes: CSV, XLSX, GeoJSON, PDF; same input, same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from functools import lru_cache
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

from ckanext.pcio.portal.demo.tables import Table, seeded
from ckanext.pcio.standard.dates import format_date

if TYPE_CHECKING:
    from fpdf import FPDF

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
# SARA AM after an optional tone mark, and the two signs it is drawn with. Given as one sign, the
# PDF library would leave a stray character in the text that readers copy or search.
_SARA_AM = re.compile("([\u0e48-\u0e4b]?)\u0e33")
_SARA_AM_AS_DRAWN = "\u0e4d\\1\u0e32"
_PDF_ROWS = 24
_PDF_COLUMNS = 6
_DEGREES_PER_KM = 0.009


@dataclass(frozen=True)
class Heading:
    """What every file says about itself."""

    title: str
    office: str
    notes: str
    source: str
    updated: date


def csv_bytes(table: Table, phrases: Mapping[str, Any]) -> bytes:
    """Return the table as CSV, UTF-8 with a byte order mark, the last column saying "sample"."""
    rows = (
        [_cell(row[column.id]) for column in table.columns] + [phrases["sample_short"]]
        for row in table.rows
    )
    return _csv([[c.id for c in table.columns] + ["remark"], *rows])


def dictionary_bytes(table: Table, phrases: Mapping[str, Any]) -> bytes:
    """Return the table's data dictionary as CSV: variable, type, description."""
    rows = [[c.id, c.type, f"{c.label}; {c.notes}"] for c in table.columns]
    rows.append(["remark", "text", f"{phrases['sample_column']}; {phrases['sample']}"])
    return _csv([list(phrases["dictionary_headers"]), *rows])


def _csv(rows: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def xlsx_bytes(table: Table, heading: Heading, phrases: Mapping[str, Any]) -> bytes:
    """Return the table as a workbook of one sheet: Thai headings, figures as numbers."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import, not needed by a second start
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    book.properties.title = heading.title
    book.properties.creator = heading.office
    book.properties.description = phrases["sample"]
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has no sheet")
    sheet.title = phrases["sample_short"]
    sheet.append([c.label for c in table.columns] + [phrases["sample_column"]])
    for row in table.rows:
        sheet.append([row[c.id] for c in table.columns] + [phrases["sample_short"]])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    raw = io.BytesIO()
    book.save(raw)
    return _without_times(raw.getvalue(), heading.updated)


def _without_times(archive: bytes, day: date) -> bytes:
    """Return the same workbook with the clock's traces replaced by `day`."""
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
    return result.getvalue()


def geojson_bytes(table: Table, kind: str, name: str, phrases: Mapping[str, Any]) -> bytes:
    """Return the register's places as a FeatureCollection; `kind` as in the data files."""
    features = [
        {
            "type": "Feature",
            "id": number,
            "geometry": _geometry(table, number, kind, name),
            "properties": {k: _cell(v) for k, v in row.items()}
            | {"remark": phrases["sample_short"]},
        }
        for number, row in enumerate(table.rows)
    ]
    collection = {
        "type": "FeatureCollection",
        "name": name,
        "description": phrases["sample"],
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, indent=1).encode("utf-8")


def _geometry(table: Table, number: int, kind: str, name: str) -> dict[str, Any]:
    longitude, latitude = table.positions[number]
    district = table.districts[number]
    if kind == "district":
        west, south, east, north = district.west, district.south, district.east, district.north
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Polygon", "coordinates": [ring]}
    if kind == "polygon":
        return {"type": "Polygon", "coordinates": [list(_ring(longitude, latitude, name, number))]}
    if kind == "line":
        return {"type": "LineString", "coordinates": list(_line(longitude, latitude, name, number))}
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _ring(longitude: float, latitude: float, name: str, number: int) -> Iterator[list[float]]:
    """A closed ring of eight corners, counter-clockwise, about a kilometre across."""
    rng = seeded(name, "ring", number)
    radii = [_DEGREES_PER_KM * (0.4 + 0.6 * rng.random()) for _ in range(8)]
    for corner in [*range(8), 0]:
        angle = corner * pi / 4
        yield [
            round(longitude + radii[corner] * cos(angle), 5),
            round(latitude + radii[corner] * sin(angle), 5),
        ]


def _line(longitude: float, latitude: float, name: str, number: int) -> Iterator[list[float]]:
    """Five points that wander about two kilometres in one general direction."""
    rng = seeded(name, "line", number)
    angle = 2 * pi * rng.random()
    for _ in range(5):
        yield [round(longitude, 5), round(latitude, 5)]
        angle += 0.8 * (rng.random() - 0.5)
        longitude += _DEGREES_PER_KM * 0.5 * cos(angle)
        latitude += _DEGREES_PER_KM * 0.5 * sin(angle)


def pdf_bytes(table: Table, heading: Heading, phrases: Mapping[str, Any]) -> bytes:
    """Return a one-page report with the first rows of the table, Thai text embedded."""
    pdf = _pdf(heading.title, heading.office, heading.updated, phrases)
    _write(pdf, phrases["pdf_source"].format(source=heading.source), 12)
    _write(pdf, phrases["pdf_period"].format(date=format_date(heading.updated)), 12)
    pdf.ln(3)
    _write(pdf, heading.notes, 12)
    pdf.ln(3)
    _write(pdf, phrases["pdf_summary"], 14, "B")
    pdf.set_font("Sarabun", "", 9)
    columns = table.columns[:_PDF_COLUMNS]
    shown = [[_cell(row[c.id]) for c in columns] for row in table.rows[:_PDF_ROWS]]
    widths = [
        max(len(str(v)) for v in (c.label, *cells)) + 2
        for c, cells in zip(columns, zip(*shown, strict=True), strict=True)
    ]
    with pdf.table(text_align="LEFT", line_height=5, col_widths=widths) as grid:
        grid.row([_drawn(c.label) for c in columns])
        for cells in shown:
            grid.row([_drawn(str(value)) for value in cells])
    return bytes(pdf.output())


def document_bytes(
    title: str, lines: list[str], marked: int, office: str, day: date, phrases: Mapping[str, Any]
) -> bytes:
    """Return a one-page document; its line number `marked`, from 1, stands on a yellow ground."""
    pdf = _pdf(title, office, day, phrases)
    _write(pdf, format_date(day), 12)
    pdf.ln(3)
    pdf.set_fill_color(255, 240, 130)
    for number, text in enumerate(lines, 1):
        _write(pdf, text, 12, fill=number == marked)
        pdf.ln(1)
    return bytes(pdf.output())


def _pdf(title: str, office: str, day: date, phrases: Mapping[str, Any]) -> FPDF:
    """Return a page with its heading."""
    from fpdf import FPDF  # noqa: PLC0415 - slow to import, not needed by a second start

    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.combine(day, time(), timezone.utc))
    pdf.set_title(title)
    pdf.set_author(office)
    pdf.set_subject(phrases["sample"])
    pdf.set_lang("th")
    pdf.add_font("Sarabun", "", _font(400))
    pdf.add_font("Sarabun", "B", _font(700))
    # Without shaping, tone marks above a vowel would sit on top of it.
    pdf.set_text_shaping(use_shaping_engine=True)
    pdf.add_page()
    _write(pdf, phrases["sample"], 10)
    _write(pdf, title, 18, "B")
    _write(pdf, phrases["pdf_office"].format(office=office), 12)
    return pdf


def _write(pdf: FPDF, text: str, size: float, style: str = "", *, fill: bool = False) -> None:
    from fpdf.enums import XPos, YPos  # noqa: PLC0415 - as above

    place: dict[str, Any] = {"align": "L", "new_x": XPos.LMARGIN, "new_y": YPos.NEXT}
    pdf.set_font("Sarabun", style, size)
    pdf.multi_cell(0, size * 0.55, _drawn(text), fill=fill, **place)


def _drawn(text: str) -> str:
    return _SARA_AM.sub(_SARA_AM_AS_DRAWN, text)


@lru_cache(maxsize=2)
def _font(weight: int) -> str:
    """Return the path of Sarabun, the Thai government's document face (SIL Open Font License)."""
    import fontpkg  # noqa: PLC0415

    return str(fontpkg.path("Sarabun", weight=weight))
