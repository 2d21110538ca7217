"""`DatasetFacts`: everything the survey needs to know about one dataset, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from ckanext.pcio.standard.thai import fold

# Levels below ลับ, by vocabulary key (มสพร. 8-2565; design.md §4 "sharable").
SHARABLE_LEVELS = frozenset({"open", "internal"})
# Linkage methods that make a dataset "ready to link" (2560 survey, committee-2560.md §2.1).
READY_METHODS = frozenset({"api", "web_service"})
# Frequency units that never fall due (design.md §4 "current"); "other" is free text.
UNITS_WITHOUT_DUE_DATE = frozenset({"realtime", "never", "unknown", "other"})
LONGEST_KEY = 200
"""Letters of the key of a source database's name."""
# Level of a dataset that states one which cannot be read: it is not blank, so it is never "open".
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Something in a record that was read, but not as its portal wrote it."""

    code: str
    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFacts:
    """Facts of one dataset; design.md §4 and §5 define the words.

    Vocabulary values are held as their keys (`standard.vocabulary`), so that no rule compares
    Thai strings. `None` means "not stated, or not a value of the vocabulary".
    """

    id: str
    name: str
    title: str
    summary: str
    """The description in plain text, at most 300 characters."""
    organization: str | None
    organization_title: str | None
    state: str
    private: bool
    data_type: str | None
    category: str | None
    level: str | None
    """As stated, `UNREADABLE` where that is no value of the vocabulary; a blank level of a public
    dataset counts as "open" (`effective_level`)."""
    own: bool
    high_value: bool
    missing: tuple[str, ...]
    """Codes of the mandatory items that are absent, in the standard's order ("title", ...)."""
    invalid: tuple[str, ...]
    """Codes of the mandatory items that are present but not valid."""
    stars: int
    structured: bool
    machine_readable: bool
    dictionary: bool
    open_license: bool | None
    last_updated: date | None
    frequency_unit: str | None
    frequency_interval: int | None
    due_on: date | None
    linkage_methods: tuple[str, ...]
    linkage_status: str | None
    datastore: bool
    source_database: str | None
    url: str
    resources: int
    formats: tuple[str, ...]
    oddities: tuple[Oddity, ...] = ()
    described_files: int = 0
    """How many of the resources have a name and a description."""
    rules_asked: int = 0
    """How many rules between fields concern this dataset (`standard.consistency`)."""
    rules_kept: int = 0
    api_by_datastore: bool = False
    """Whether "api" stands among the linkage methods only because a setting takes the DataStore for
    one; the dataset itself does not declare it."""
    declared_formats: int | None = None
    """How many of `formats` are among the data formats the dataset states; None where it states
    none that a file could have, or has no files."""

    @property
    def complete(self) -> bool:
        """All 14 mandatory items of มรด. 3-1:2565 present and valid."""
        return not self.missing and not self.invalid

    @property
    def effective_level(self) -> str | None:
        """The level, where a public dataset of an older catalog has none: "open"."""
        if self.level is None and self.category == "public":
            return "open"
        return self.level

    @property
    def disclosable(self) -> bool:
        """Category ข้อมูลสาธารณะ and level เปิดเผย."""
        return self.category == "public" and self.effective_level == "open"

    @property
    def published(self) -> bool:
        """Active and not private."""
        return self.state == "active" and not self.private

    @property
    def open(self) -> bool:
        """Disclosable and published."""
        return self.disclosable and self.published

    @property
    def linkable_level(self) -> bool:
        """Level below ลับ, the first half of "sharable"."""
        return self.effective_level in SHARABLE_LEVELS

    @property
    def sharable(self) -> bool:
        """Level below ลับ and a linkage method declared.

        An exchange on record makes a dataset sharable too; that half needs the register and is
        added in `catalog.counts`.
        """
        return self.linkable_level and bool(self.linkage_methods)

    @property
    def ready_to_link(self) -> bool:
        """Linkage method is API or Web Service."""
        return bool(READY_METHODS.intersection(self.linkage_methods))

    @property
    def declared_ready(self) -> bool:
        """Ready to link by a method that is declared, whatever the DataStore offers."""
        by_setting = {"api"} if self.api_by_datastore else set()
        return bool(READY_METHODS.intersection(self.linkage_methods) - by_setting)

    @property
    def database_key(self) -> str | None:
        """What spellings of a source database's name have in common; None where none is stated.

        A database belongs to its organization: only within one does the key tell databases apart.
        What is longer than any name ends in its sum, because no index takes a text of any length.
        """
        key = fold(self.source_database or "")
        if len(key) > LONGEST_KEY:
            digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
            key = key[: LONGEST_KEY - len(digest)] + digest
        return key or None

    def current(self, today: date) -> bool:
        """Whether `today` is not past the due date.

        Units that never fall due are never late. A dataset that states no unit, or a unit but no
        date of its last update, cannot be shown to be current and does not count as such.
        """
        if self.frequency_unit in UNITS_WITHOUT_DUE_DATE:
            return True
        return self.due_on is not None and today <= self.due_on
