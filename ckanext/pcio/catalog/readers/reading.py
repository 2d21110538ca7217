"""What a reader brings: where it read, and the datasets as package dicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import read_private, text_of

Kind = Literal["portal", "remote", "file"]
DATASET_TYPE = "dataset"
# A record that has none of these is no dataset.
_FIELDS_OF_A_DATASET = frozenset(
    {"id", "name", "title", "resources", "owner_org", "data_type", "license_id", "notes", "extras"}
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where datasets were read from."""

    kind: Kind
    location: str
    """Address or file name, as a person would recognize it."""
    sees_private: bool
    """Whether private datasets and drafts are among what was read."""


@dataclass(slots=True)
class Reading:
    """Datasets being read.

    `source`, `total` and `warnings` are final only when `datasets` has been read to its end: a
    file says whether it holds private datasets once it was seen whole.
    """

    source: Source
    datasets: Iterator[Mapping[str, Any]] = field(default_factory=lambda: iter(()))
    total: int | None = None
    """How many datasets the source says it has, where it says so."""
    warnings: list[Message] = field(default_factory=list)
    ask_for_columns: Callable[[str], Any] | None = None
    """Returns the DataStore fields of a resource of the source, by id; None where unknown."""

    def warn(self, msgid: str, **params: Any) -> None:
        """Add a warning."""
        self.warnings.append(Message(msgid, params))

    def saw_private(self) -> None:
        """Note that the source shows private datasets or drafts."""
        self.source = replace(self.source, sees_private=True)


class SourceError(Exception):
    """A source cannot be read; `message` says what to do."""

    def __init__(self, msgid: str, **params: Any) -> None:
        self.message = Message(msgid, params)
        super().__init__(self.message.text("en"))


def datasets_among(records: Iterable[Any], reading: Reading) -> Iterator[Mapping[str, Any]]:
    """Yield the datasets among `records`, each once; what is left out becomes a warning.

    Left out are entries that are no datasets, packages of another type (harvest sources,
    showcases), and repetitions: of two records with one id the first is kept.
    """
    seen: set[str] = set()
    repeated: list[str] = []
    others, no_objects = 0, 0
    for record in records:
        if not looks_like_dataset(record):
            no_objects += 1
            continue
        kind = record.get("type")
        if isinstance(kind, str) and kind.strip() and kind.strip() != DATASET_TYPE:
            others += 1
            continue
        identifier = text_of(record.get("id")) or text_of(record.get("name"))
        if identifier and identifier in seen:
            repeated.append(identifier)
            continue
        seen.add(identifier)
        yield record
    if repeated:
        reading.warn(
            N_("Repeated records were left out, the first of each was kept: {number} ({ids})."),
            number=len(repeated),
            ids=_first(repeated),
        )
    if others:
        reading.warn(
            N_("Packages of another type (harvest sources and the like) left out: {number}."),
            number=others,
        )
    if no_objects:
        reading.warn(N_("Entries that are no datasets left out: {number}."), number=no_objects)


def looks_like_dataset(record: Any) -> bool:
    """Whether `record` has a field of a dataset."""
    return isinstance(record, Mapping) and not _FIELDS_OF_A_DATASET.isdisjoint(record)


def shows_private(dataset: Mapping[str, Any]) -> bool:
    """Whether `dataset` is one the public cannot see: private, or a draft."""
    return read_private(dataset.get("private")) is True or dataset.get("state") == "draft"


def _first(names: list[str], most: int = 3) -> str:
    shown = ", ".join(name[:80] for name in names[:most])
    return shown if len(names) <= most else f"{shown}, …"
