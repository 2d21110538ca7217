"""What is looked for (`schemas/personal.yaml`), and what the name of a column says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

_PUNCTUATION = re.compile(r"[\s_\-–—./\\()\[\]{}\"'“”*:;,#&|+]+")


def plain(name: str) -> str:
    """Return a column's name as names are compared: no white space, punctuation or Latin case."""
    return _PUNCTUATION.sub("", fold(name))


@dataclass(frozen=True, slots=True)
class _Names:
    whole: frozenset[str]
    starts: tuple[str, ...]
    part: tuple[str, ...]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> _Names:
        return cls(
            frozenset(map(plain, entry["whole"])),
            tuple(map(plain, entry["starts"])),
            tuple(map(plain, entry["part"])),
        )

    def fit(self, name: str) -> bool:
        return name in self.whole or name.startswith(self.starts) or _holds(name, self.part)


def _holds(name: str, parts: Iterable[str]) -> bool:
    return any(part in name for part in parts)


@dataclass(frozen=True, slots=True)
class ColumnName:
    """What the name of a column says about its values."""

    kinds: frozenset[str]
    """Keys of `columns` in `personal.yaml`."""
    official: bool
    """The column is about an office or a person in office."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The words and numbers of `personal.yaml`, made ready for use."""

    names: Mapping[str, _Names]
    official: tuple[str, ...]
    things: tuple[str, ...]
    titled: re.Pattern[str]
    """Finds, at the start of a line, a title with a first name and a surname."""
    title: re.Pattern[str]
    """Finds a line that is a title and nothing else, or begins with one."""
    official_domains: tuple[str, ...]
    task_names: frozenset[str]
    persons_with_nought: re.Pattern[str]
    numbers: Mapping[str, float]
    limits: Mapping[str, int]

    def column(self, name: str) -> ColumnName:
        """Return what a column's name says."""
        folded = plain(name)
        kinds = {kind for kind, names in self.names.items() if names.fit(folded)}
        if kinds & {"person", "perhaps_person"} and _holds(folded, self.things):
            kinds -= {"person", "perhaps_person", "surname"}
        return ColumnName(frozenset(kinds), _holds(folded, self.official))

    def official_mailbox(self, address: str) -> bool:
        """Return whether an e-mail address is that of an office or of a task."""
        mailbox, _at, domain = address.casefold().rpartition("@")
        ends = any(domain == end or domain.endswith("." + end) for end in self.official_domains)
        return ends or mailbox in self.task_names


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the rules of `personal.yaml`; raises `SettingsFileError` when the file is broken."""
    content = load_yaml(SCHEMAS_DIR / "personal.yaml", SCHEMAS_DIR / "personal.schema.json")
    titles = sorted(content["titles"]["words"], key=len, reverse=True)
    words = "|".join(map(re.escape, titles))
    never = "|".join(map(re.escape, content["titles"]["never"]))
    start = rf"^(?!{never})(?:{words})"
    numbers = content["numbers"]
    return Rules(
        names={kind: _Names.of(entry) for kind, entry in content["columns"].items()},
        official=tuple(map(plain, content["official"]["part"])),
        things=tuple(map(plain, content["things"]["part"])),
        titled=re.compile(rf"{start}[ \u00a0]*[^\W\d][^\s\d]+[ \u00a0]+[^\W\d][^\s\d]+", re.M),
        title=re.compile(rf"{start}(?:$|[ \u00a0]*[^\W\d])", re.M),
        official_domains=tuple(content["emails"]["official_domains"]),
        task_names=frozenset(content["emails"]["task_names"]),
        persons_with_nought=re.compile("|".join(numbers["persons_with_nought"])),
        numbers={key: value for key, value in numbers.items() if key != "persons_with_nought"},
        limits=content["limits"],
    )
