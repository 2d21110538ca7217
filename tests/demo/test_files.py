"""The files: each opens in what people open it with, holds Thai, and is the same every time."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import re
import subprocess
import sys
import unicodedata

import openpyxl
import pypdf
import pytest

from ckanext.pcio.portal.demo.generator import SampleDataset, SampleFile

THAI = re.compile("[ก-ฮ]")
SAMPLE = "ข้อมูลตัวอย่าง"
FEWEST, MOST = 150, 80_000


@pytest.fixture(scope="module")
def made(samples) -> dict[str, list[tuple[SampleDataset, SampleFile, bytes]]]:
    """Every file with its content, by format."""
    result: dict[str, list[tuple[SampleDataset, SampleFile, bytes]]] = {}
    for dataset in samples.values():
        for file in dataset.files:
            if file.make:
                result.setdefault(file.resource["format"], []).append((dataset, file, file.make()))
    return result


def test_small_files_of_four_kinds_with_names_of_their_own(made):
    assert set(made) == {"CSV", "XLSX", "GeoJSON", "PDF"}
    names = [file.filename for files in made.values() for _, file, _ in files]
    assert len(names) == len(set(names))
    assert all(str(name).startswith("sample-") and str(name).isascii() for name in names)
    for files in made.values():
        assert len(files) >= 8
        for _, file, content in files:
            assert FEWEST < len(content) < MOST, file.filename


def test_csv(made):
    for dataset, file, content in made["CSV"]:
        assert content.startswith(b"\xef\xbb\xbf"), file.filename
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        assert rows
        assert all(len(row) == len(header) for row in rows), file.filename
        assert THAI.search(content.decode("utf-8-sig"))
        assert SAMPLE in content.decode("utf-8-sig")
        if file.resource.get("resource_type") == "data_dictionary":
            assert len(header) == 3  # variable, type, description
            assert [row[0] for row in rows] == [*(c.id for c in dataset.table.columns), "remark"]
        else:
            assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in header), file.filename
            assert len(rows) == len(dataset.table.rows)


def test_xlsx(made):
    for dataset, file, content in made["XLSX"]:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        header, *rows = book.worksheets[0].iter_rows(values_only=True)
        assert all(THAI.search(str(label)) for label in header), file.filename
        assert len(rows) == len(dataset.table.rows)
        assert {row[-1] for row in rows} == {SAMPLE}
        measured = [i for i, c in enumerate(dataset.table.columns) if c.measured]
        assert all(isinstance(row[i], (int, float)) for row in rows for i in measured)


def test_geojson_lies_in_the_invented_box(made):
    for dataset, file, content in made["GeoJSON"]:
        collection = json.loads(content)
        assert collection["type"] == "FeatureCollection"
        assert SAMPLE in collection["description"]
        assert len(collection["features"]) == len(dataset.table.rows)
        for feature in collection["features"]:
            for longitude, latitude in _points(feature["geometry"]):
                assert 100 < longitude < 101, file.filename
                assert 15 < latitude < 16, file.filename


def _points(geometry) -> list[list[float]]:
    """Return the points of a geometry after checking what RFC 7946 asks of its kind."""
    match geometry["type"]:
        case "Point":
            return [geometry["coordinates"]]
        case "LineString":
            assert len(geometry["coordinates"]) >= 2
            return geometry["coordinates"]
        case "Polygon":
            (ring,) = geometry["coordinates"]
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            pairs = itertools.pairwise(ring)
            twice_area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)
            assert twice_area > 0, "exterior rings run counter-clockwise"
            return ring
    raise AssertionError(geometry["type"])


def test_pdf_text_can_be_read_and_copied(made):
    for dataset, file, content in made["PDF"]:
        reader = pypdf.PdfReader(io.BytesIO(content))
        text = "".join(_plain(page.extract_text()) for page in reader.pages)
        assert _plain(SAMPLE) in text
        assert _plain(dataset.entry["title"]) in text, file.filename
        assert "#" not in text
        for font in reader.pages[0]["/Resources"]["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            assert "/FontFile2" in descendant.get_object()["/FontDescriptor"]


def _plain(text: str) -> str:
    """Thai as one reads it: SARA AM in one sign or two is the same, white space does not count."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKD", text))


def test_a_dictionary_describes_every_column(samples):
    for dataset in samples.values():
        for file in dataset.files:
            fields = file.resource.get("datastore_fields")
            if fields is None:
                continue
            assert [f["id"] for f in fields] == list(dataset.rows_for_datastore[0])
            labelled = [f for f in fields if f.get("info")]
            assert len(labelled) in (0, len(fields)), dataset.name
            for field in labelled:
                assert field["info"]["label"]
                assert field["info"]["notes"]


_HASH = """
import datetime, hashlib
from ckanext.pcio.portal.demo.generator import sample_datasets
h = hashlib.sha256()
for d in list(sample_datasets(datetime.date(2026, 11, 21)))[::4]:
    h.update(repr(sorted(d.package.items())).encode())
    for f in d.files:
        h.update(f.make() if f.make else b"")
print(h.hexdigest())
"""


def test_another_process_makes_the_same_bytes(samples):
    """Neither the clock, nor the hash seed, nor the order of imports shows in the files."""
    here = hashlib.sha256()
    some = list(samples.values())[::4]
    assert {f.resource["format"] for d in some for f in d.files} >= {
        "CSV",
        "XLSX",
        "GeoJSON",
        "PDF",
    }
    for dataset in some:
        here.update(repr(sorted(dataset.package.items())).encode())
        for file in dataset.files:
            here.update(file.make() if file.make else b"")
    there = subprocess.run(
        [sys.executable, "-c", _HASH],
        env={"PYTHONHASHSEED": "7", "TZ": "America/Lima"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here.hexdigest()
