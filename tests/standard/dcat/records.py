"""Valid records of the five data types, drawn from the schema itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from ckanext.pcio.standard.dcat.describe import Place
from ckanext.pcio.standard.fields import dataset_fields, field_vocabulary_name, resource_fields
from ckanext.pcio.standard.vocabulary import vocabulary

SITE = "https://data.example.go.th"
TYPES = ("record", "statistics", "geospatial", "mixed", "other")
# Thai letters, marks and digits, what else people write, and what RDF's syntaxes use themselves.
WORDS = "กขคงจนภมยรลวสหอฮฯะาำิีึืุูเแโใไๅๆ็่้๊๋์ํ๎๐๑๒๙฿๏abcXYZ019 .,-_/()\"'<>&;:{}[]\\^`|%#@!?*+=~\n\t€😀"


def texts(limit: int = 60) -> st.SearchStrategy[str]:
    return st.text(alphabet=WORDS, min_size=1, max_size=limit).map(str.strip).filter(bool)


def iso_dates() -> st.SearchStrategy[str]:
    return st.dates(date(1801, 1, 1), date(2399, 12, 31)).map(date.isoformat)


def addresses() -> st.SearchStrategy[str]:
    tail = st.text(alphabet='abcกน้ำ019-_./?=&%#:{}|^`"<>', max_size=20)
    return tail.map(lambda part: f"https://www.example.go.th/{part}")


def degrees(low: int, high: int) -> st.SearchStrategy[str]:
    whole = st.integers(low, high).map(str)
    parts = st.tuples(st.integers(low + 1, high - 1), st.integers(0, 9999))
    return st.one_of(whole, parts.map(lambda pair: f"{pair[0]}.{pair[1]:04d}"))


def is_used(field: Mapping[str, Any], kind: str) -> bool:
    return kind in field.get("pcio_types", [kind])


def value_of(field: Mapping[str, Any]) -> st.SearchStrategy[Any]:  # noqa: PLR0911
    preset, name = field.get("preset"), field["field_name"]
    if preset in ("pcio_term", "pcio_terms"):
        words = [term.value for term in vocabulary(field_vocabulary_name(field)).terms]
        one = st.sampled_from(words)
        return one if preset == "pcio_term" else st.lists(one, unique=True, max_size=5)
    if preset == "pcio_boolean":
        return st.sampled_from(["True", "False"])
    if preset == "pcio_year":
        return st.integers(2401, 2600).map(str)
    if preset == "pcio_date":
        return iso_dates()
    if preset == "pcio_number":
        return st.integers(1, 9999).map(str)
    if preset == "pcio_coordinate":
        low, high = field["pcio_range"]
        return degrees(low, high)
    if preset == "pcio_email":
        local = st.text(alphabet="abcXYZ019.!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=20)
        return local.map(lambda name: f"{name}@office.go.th")
    if preset == "pcio_url" or name == "url":
        return addresses()
    if name == "format":
        return st.sampled_from(["CSV", "XLSX", "GeoJSON", "API", "SHP", "PDF", "ข้อมูล", "x-y/z"])
    return texts(field.get("pcio_max_length", 60))


@st.composite
def resources(draw: Any, kind: str, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f"00000000-0000-4000-8000-{number:012d}"}
    if draw(st.booleans()):
        found.update(size=draw(st.integers(0, 10**12)), mimetype="application/vnd.geo+json")
        found["hash"] = draw(st.sampled_from([32, 40, 64])) * draw(st.sampled_from("0af9"))
    for name, field in resource_fields().items():
        if kind in field.get("pcio_types", [kind]) and (
            field.get("required") or draw(st.booleans())
        ):
            found[name] = draw(value_of(field))
    return found


@st.composite
def datasets(draw: Any) -> dict[str, Any]:
    """A valid record: every field of its type or a part of them, three resources at most."""
    kind = draw(st.sampled_from(TYPES))
    found: dict[str, Any] = {
        "id": "0d4c4f2e-6a0f-4b7b-9f0e-0c8e6a9b1f10",
        "name": draw(st.from_regex(r"[a-z0-9_-]{2,60}", fullmatch=True)),
        "owner_org": "11111111-0000-4000-8000-000000000001",
        "state": "active",
        "metadata_created": "2026-01-02T03:04:05.678901",
        "metadata_modified": "2026-02-03T04:05:06.789012",
        "tags": [{"name": name} for name in draw(st.sets(texts(20), min_size=1, max_size=4))],
    }
    for name, field in dataset_fields().items():
        if name in ("data_type", "name", "owner_org", "state", "tag_string"):
            continue
        if kind in field.get("pcio_types", [kind]) and (
            field.get("required") or draw(st.booleans())
        ):
            found[name] = draw(value_of(field))
    term = vocabulary("data_type").by_key(kind)
    assert term
    found["data_type"] = term.value
    found["resources"] = [draw(resources(kind, n)) for n in range(draw(st.integers(0, 3)))]
    return found


def place(record: dict[str, Any]) -> Place:
    """Where a record stands on a portal."""
    iri = f"{SITE}/dataset/{record['id']}"
    office = record.get("owner_org")
    return Place(
        dataset=iri,
        page=f"{SITE}/dataset/{record['name']}",
        publisher={"id": office, "uri": f"{SITE}/organization/{office}", "title": "สำนักงานตัวอย่าง"}
        if office
        else {},
        resources={each["id"]: f"{iri}/resource/{each['id']}" for each in record["resources"]},
        dictionaries={},
    )
