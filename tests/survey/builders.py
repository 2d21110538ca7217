"""Facts, sources and proposals built by hand."""

from datetime import date

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.readers.reading import Source
from ckanext.pcio.registers.records import Registers
from ckanext.pcio.survey.derive import propose
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.proposal import SurveySettings

AS_OF = date(2024, 6, 21)
PORTAL = Source(kind="portal", location="https://data.example.go.th", sees_private=True)
REMOTE = Source(kind="remote", location="https://province.gdcatalog.go.th", sees_private=False)
FILE = Source(kind="file", location="records.json", sees_private=False)
FULL_FILE = Source(kind="file", location="records.json", sees_private=True)


def facts(number=1, **changes) -> DatasetFacts:
    """One open, complete dataset of the province's own, with a dictionary; change what matters."""
    known = {
        "id": f"id-{number:05}",
        "name": f"dataset-{number:05}",
        "title": f"ชุดข้อมูลที่ {number:05}",
        "summary": f"คำอธิบายของชุดข้อมูลที่ {number}",
        "organization": "office",
        "organization_title": "สำนักงานตัวอย่าง",
        "state": "active",
        "private": False,
        "data_type": "record",
        "category": "public",
        "level": "open",
        "own": True,
        "high_value": False,
        "missing": (),
        "invalid": (),
        "stars": 3,
        "structured": True,
        "machine_readable": True,
        "dictionary": True,
        "open_license": True,
        "last_updated": date(2024, 1, 1),
        "frequency_unit": "year",
        "frequency_interval": 1,
        "due_on": date(2025, 1, 1),
        "linkage_methods": (),
        "linkage_status": None,
        "datastore": False,
        "source_database": None,
        "url": f"https://data.example.go.th/dataset/dataset-{number:05}",
        "resources": 1,
        "formats": ("CSV",),
    }
    return DatasetFacts(**{**known, **changes})


def some(count, start=1, **changes) -> list[DatasetFacts]:
    return [facts(start + i, **changes) for i in range(count)]


WAITING = {"private": True}
DRAFT = {"state": "draft"}
COPY = {"own": False}
INCOMPLETE = {"missing": ("objective",), "invalid": ("maintainer_email",)}
INTERNAL = {"category": "internal", "level": "internal", "private": True}
BY_API = {"linkage_methods": ("api",), "linkage_status": "linked"}
COMING = {"linkage_status": "preparing"}
IMPORTANT = {**INTERNAL, "high_value": True}
DESCRIBED = {"described_files": 1}


def answers(
    datasets,
    source=PORTAL,
    registers=None,
    usage=None,
    settings=None,
    edition="pcio-2567",
    counted_since=None,
):
    """Proposals by question id."""
    proposals = propose(
        load_instrument(edition),
        datasets,
        registers or Registers(),
        usage,
        settings or SurveySettings(),
        source,
        AS_OF,
        counted_since,
    )
    return {p.question: p for p in proposals}


def texts(messages, language="en") -> str:
    return "\n".join(m.text(language) for m in messages)
