"""The controlled vocabularies of the standard (`schemas/vocabularies.yaml`).

CKAN stores a vocabulary's Thai value; the program compares the value's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml

SCHEMAS_DIR = Path(__file__).parent.parent / "schemas"
VERSIONS = ("2.1", "2.2")
# The version whose values are offered to people who choose.
CURRENT = "2.2"
# Key of the value, in every vocabulary that has it, that a text of its own explains.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a vocabulary."""

    key: str
    """What the program compares."""
    value: str
    """What CKAN stores."""
    code: str | None
    """The standard's code, where known."""
    en: str
    th: str
    aliases: tuple[str, ...] = ()
    """Other spellings that are read as this value."""
    versions: tuple[str, ...] = VERSIONS
    """Versions of the thai_gdc schema that offer the value."""
    not_present: bool = False
    """The value says that nothing was chosen (License not specified)."""

    def label(self, language: str = "th") -> str:
        """Return the label in `language` ("th" or "en")."""
        return self.en if language == "en" else self.th


@dataclass(frozen=True)
class Vocabulary:
    """The values a field may hold, in the standard's order."""

    name: str
    th: str
    en: str
    terms: tuple[Term, ...]
    multiple: bool = False
    """Whether a field of this vocabulary holds several values."""
    _found: dict[str, Term] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _by_key(self) -> Mapping[str, Term]:
        return {term.key: term for term in self.terms}

    @cached_property
    def _by_spelling(self) -> Mapping[str, Term]:
        return {fold(text): term for term in self.terms for text in (term.value, *term.aliases)}

    def find(self, text: str | None) -> Term | None:
        """Return the term that `text` spells: its value or an alias, or None.

        White space, Thai digits, Latin case and misplaced Thai vowels make no difference.
        """
        if not text:
            return None
        try:
            return self._found[text]
        except KeyError:
            pass
        term = self._by_spelling.get(fold(text))
        # Only spellings of real values are kept, so that a hostile file cannot fill memory.
        if term is not None and len(self._found) < _REMEMBERED:
            self._found[text] = term
        return term

    def by_key(self, key: str | None) -> Term | None:
        """Return the term with this key, or None."""
        return self._by_key.get(key) if key else None

    def label(self, language: str = "th") -> str:
        """Return the vocabulary's name in `language` ("th" or "en")."""
        return self.en if language == "en" else self.th


_REMEMBERED = 500


def vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary of the field `name`.

    Raises `KeyError` when no vocabulary has this name, and `SettingsFileError` when the file is
    broken.
    """
    return vocabularies()[name]


@lru_cache(maxsize=1)
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return every vocabulary by the names of the fields that use it."""
    return read_vocabularies(SCHEMAS_DIR / "vocabularies.yaml")


def read_vocabularies(path: Path) -> dict[str, Vocabulary]:
    """Return the vocabularies of the file at `path`; raises `SettingsFileError`."""
    content = load_yaml(path, SCHEMAS_DIR / "vocabularies.schema.json")
    result: dict[str, Vocabulary] = {}
    for name, entry in content["vocabularies"].items():
        words = Vocabulary(
            name=name,
            th=entry["label"]["th"],
            en=entry["label"]["en"],
            terms=tuple(_term(value) for value in entry["values"]),
            multiple=entry.get("multiple", False),
        )
        _check_unambiguous(path, words)
        for field_name in (name, *entry.get("used_by", ())):
            if field_name in result:
                raise SettingsFileError(path, name, f"{field_name} has two vocabularies")
            result[field_name] = words
    return result


def _term(entry: Mapping[str, Any]) -> Term:
    return Term(
        key=entry["key"],
        value=entry["value"],
        code=entry.get("code"),
        en=entry["en"],
        th=entry.get("th", entry["value"]),
        aliases=tuple(entry.get("aliases", ())),
        versions=tuple(entry.get("versions", VERSIONS)),
        not_present=entry.get("not_present", False),
    )


def _check_unambiguous(path: Path, words: Vocabulary) -> None:
    _check_distinct(path, words.name, "key", (term.key for term in words.terms))
    _check_distinct(path, words.name, "code", (t.code for t in words.terms if t.code))
    owner: dict[str, str] = {}
    for term in words.terms:
        for text in (term.value, *term.aliases):
            if owner.setdefault(fold(text), term.key) != term.key:
                raise SettingsFileError(path, words.name, f"{text!r} spells two values")


def _check_distinct(path: Path, where: str, what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise SettingsFileError(path, where, f"the {what} {value!r} is used twice")
        seen.add(value)
