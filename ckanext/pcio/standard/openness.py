"""Openness of formats and licences (`schemas/openness.yaml`): stars, structure, dictionaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.thai import clean, fold
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR, vocabulary
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml

FILE = SCHEMAS_DIR / "openness.yaml"
MOST_STARS = 5
_LONGEST = 60
_BETWEEN_FORMATS = re.compile(r"[/,;|+&]")
_LONGEST_TEXT = 2000


class UnknownStarTableError(ValueError):
    """There is no star table of this name; `message` names those that there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.message = Message(
            N_("There is no star table “{name}”. Known tables: {known}."),
            {"name": name, "known": ", ".join(known)},
        )
        super().__init__(self.message.text("en"))


@dataclass(frozen=True)
class StarTable:
    """Stars by format; the table in use is named wherever stars are shown."""

    name: str
    th: str
    en: str
    rows: Mapping[str, int] = field(repr=False)

    def label(self, language: str = "th") -> str:
        """Return the table's name in `language` ("th" or "en")."""
        return self.en if language == "en" else self.th

    def stars(self, formats: Iterable[str]) -> int:
        """Return the stars of the best of `formats` (names, spellings or mimetypes), 0 to 5."""
        return max(
            (self.rows.get(name, 0) for text in formats for name in normalize_format(text)),
            default=0,
        )


@dataclass(frozen=True)
class _Openness:
    spellings: Mapping[str, str]
    mimetypes: Mapping[str, str]
    structured: frozenset[str]
    machine_readable: frozenset[str]
    tables: Mapping[str, StarTable]
    licenses: Mapping[str, bool]
    dictionary: re.Pattern[str]
    resource_types: frozenset[str]
    no_condition: frozenset[str]


def load_table(name: str = "dga") -> StarTable:
    """Return the star table `name`; raises `UnknownStarTableError`."""
    tables = _openness().tables
    if name not in tables:
        raise UnknownStarTableError(name, tables)
    return tables[name]


def stars(formats: Iterable[str], table: str = "dga") -> int:
    """Return the stars of the best of `formats` by the table named `table`."""
    return load_table(table).stars(formats)


@lru_cache(maxsize=4096)
def normalize_format(text: str) -> tuple[str, ...]:
    """Return the format names that `text` spells: one, or several for "XLS/XLSX".

    Case, dots, a "*." before it and parameters of a mimetype make no difference. A format that
    is not known keeps its spelling in capitals; a blank, or "-", is none.
    """
    known = _openness()
    shown = clean(text[:_LONGEST_TEXT]).upper().removeprefix("*").strip(" .-")[:_LONGEST]
    if not shown:
        return ()
    if (name := _known(shown, known)) is not None:
        return (name,)
    parts = (part.strip(" .*()") for part in _BETWEEN_FORMATS.split(shown))
    names = tuple(dict.fromkeys(name for part in parts if (name := _known(part, known))))
    return names or (shown,)


def _known(shown: str, known: _Openness) -> str | None:
    return known.spellings.get(shown) or known.mimetypes.get(shown.partition(";")[0].strip())


def is_known_format(name: str) -> bool:
    """Whether `name`, as `normalize_format` returns it, is a format of the settings file."""
    return name in _openness().spellings


def resource_formats(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the format names of a resource.

    Its format; where that is blank, its mimetype; where that says nothing either, the extension
    of its URL, if it is a known one.
    """
    stated = resource.get("format")
    if isinstance(stated, str) and (names := normalize_format(stated)):
        return names
    for name in ("mimetype", "mimetype_inner"):
        mimetype = resource.get(name)
        if isinstance(mimetype, str):
            found = _openness().mimetypes.get(mimetype.partition(";")[0].strip().upper())
            if found:
                return (found,)
    url = resource.get("url")
    return _from_extension(url) if isinstance(url, str) else ()


def _from_extension(url: str) -> tuple[str, ...]:
    try:
        path = unquote(urlsplit(url[:_LONGEST_TEXT]).path)
    except ValueError:
        return ()
    extension = PurePosixPath(path).suffix.removeprefix(".").upper()
    name = _openness().spellings.get(extension) if extension else None
    return (name,) if name else ()


def is_structured(format_: str) -> bool:
    """Whether data of this format has a structure that programs can use."""
    return not _openness().structured.isdisjoint(normalize_format(format_))


def is_machine_readable(format_: str) -> bool:
    """Whether programs read this format without a person's help; always structured too."""
    return not _openness().machine_readable.isdisjoint(normalize_format(format_))


def is_open_license(license_key: str | None) -> bool | None:
    """Return whether a licence (key of the vocabulary `license_id`) is open; None: not known."""
    return _openness().licenses.get(license_key) if license_key else None


def is_dictionary(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is marked as the data dictionary of its dataset.

    By its `resource_type`, or because its name or description says "data dictionary" without
    denying it.
    """
    return is_dictionary_file(resource) or _says(resource.get("description"))


def is_dictionary_file(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is nothing but the data dictionary, by its `resource_type` or name.

    A description that speaks of a data dictionary may belong to a file of data.
    """
    kind = resource.get("resource_type")
    if isinstance(kind, str) and kind.strip().lower() in _openness().resource_types:
        return True
    return _says(resource.get("name"))


def restricts(condition: str) -> bool:
    """Whether the text of `accessible_condition` says more than that there is no condition."""
    return bool(condition) and fold(condition) not in _openness().no_condition


def _says(text: Any) -> bool:
    return isinstance(text, str) and bool(text) and _says_dictionary(text[:_LONGEST_TEXT])


@lru_cache(maxsize=4096)
def _says_dictionary(text: str) -> bool:
    pattern = _openness().dictionary
    return any(found["denial"] is None for found in pattern.finditer(clean(text)))


@lru_cache(maxsize=1)
def _openness() -> _Openness:
    content = load_yaml(FILE, SCHEMAS_DIR / "openness.schema.json")
    spellings: dict[str, str] = {}
    mimetypes: dict[str, str] = {}
    for entry in content["formats"]:
        for target, spelled in (
            (spellings, (entry["name"], *entry.get("aliases", ()))),
            (mimetypes, (text.upper() for text in entry.get("mimetypes", ()))),
        ):
            for text in spelled:
                if target.setdefault(text, entry["name"]) != entry["name"]:
                    raise SettingsFileError(FILE, "formats", f"{text!r} spells two formats")
    structured, readable = (
        frozenset(name for names in content[key] for name in names)
        for key in ("structured", "machine_readable")
    )
    if not readable <= structured:
        raise SettingsFileError(
            FILE, "machine_readable", f"not structured: {', '.join(sorted(readable - structured))}"
        )
    dictionary = content["dictionary"]
    result = _Openness(
        spellings=spellings,
        mimetypes=mimetypes,
        structured=structured,
        machine_readable=readable,
        tables=_tables(content["star_tables"]),
        licenses=_licenses(content["licenses"]),
        dictionary=_pattern(dictionary["words"], dictionary["denials"]),
        resource_types=frozenset(dictionary["resource_types"]),
        no_condition=frozenset(fold(text) for text in content["no_condition"]),
    )
    used = {*structured, *(name for table in result.tables.values() for name in table.rows)}
    if unknown := used.difference(spellings.values()):
        raise SettingsFileError(FILE, "$", f"not among the formats: {', '.join(sorted(unknown))}")
    return result


def _pattern(words: Iterable[str], denials: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds `words`, and in its group `denial` what denies them."""
    word = "|".join(re.escape(text).replace(r"\ ", r"\s*") for text in words)
    # Thai writes no space before a word; a Latin denial is one only as a word of its own.
    denial = "|".join(rf"\b{text}" if text.isascii() else re.escape(text) for text in denials)
    return re.compile(rf"(?P<denial>{denial})?\s*(?:{word})", re.IGNORECASE)


def _tables(entries: Mapping[str, Any]) -> dict[str, StarTable]:
    tables: dict[str, StarTable] = {}
    for name, entry in entries.items():
        where = f"star_tables.{name}"
        base = entry.get("extends")
        if base is not None and base not in tables:
            raise SettingsFileError(FILE, where, f"it extends {base!r}, which is not above it")
        rows = dict(tables[base].rows) if base else {}
        own: dict[str, int] = {}
        for number, formats in entry["stars"].items():
            if not isinstance(number, int) or not 0 < number <= MOST_STARS:
                raise SettingsFileError(FILE, where, f"{number!r} is not a number of stars")
            for format_ in formats:
                if own.setdefault(format_, number) != number:
                    raise SettingsFileError(FILE, where, f"{format_!r} is in two rows")
        rows.update(own)
        tables[name] = StarTable(name, entry["label"]["th"], entry["label"]["en"], rows)
    return tables


def _licenses(entry: Mapping[str, Iterable[str]]) -> dict[str, bool]:
    result: dict[str, bool] = {}
    for group, is_open in (("open", True), ("not_open", False)):
        for key in entry[group]:
            if vocabulary("license_id").by_key(key) is None or key in result:
                raise SettingsFileError(FILE, f"licenses.{group}", f"{key!r} is not one licence")
            result[key] = is_open
    return result
