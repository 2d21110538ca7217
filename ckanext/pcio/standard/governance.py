"""What category, level and licence of a dataset allow each other (`schemas/governance.yaml`).

Pure. Everything here is said in keys of the vocabularies data_category, data_classification and
license_id; `standard.consistency` turns it into problems of a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR, Vocabulary, vocabulary
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml

_FILE = SCHEMAS_DIR / "governance.yaml"


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """What a category of data allows and suggests."""

    levels: tuple[str, ...]
    condition: str = ""
    """The access condition the form fills in."""


@dataclass(frozen=True, slots=True)
class LicenceRule:
    """Which licences a level bears."""

    refused: frozenset[str] = frozenset()
    """Licences that contradict the level."""
    advised: tuple[str, ...] = ()
    """Licences that go with the level best; none named means that nothing is advised."""


@dataclass(frozen=True, slots=True)
class Governance:
    """The whole table."""

    categories: Mapping[str, CategoryRule]
    licences: Mapping[str, LicenceRule]
    """By level; a level that is not here bears every licence."""

    def levels(self, category: str | None, level: str | None) -> tuple[str, ...]:
        """Return the levels a dataset can be of: the one it states, else those of its category."""
        if level is not None:
            return (level,)
        rule = self.categories.get(category or "")
        return rule.levels if rule else ()

    def refuses(self, levels: Iterable[str], licence: str) -> bool:
        """Whether none of `levels` bears `licence`; False where there is no level to ask."""
        asked = [self.licences.get(level, _ANY).refused for level in levels]
        return bool(asked) and all(licence in refused for refused in asked)

    def advised(self, levels: Iterable[str]) -> tuple[str, ...]:
        """Return the licences that go best with the one level left; () where nothing is advised."""
        known = tuple(levels)
        return self.licences.get(known[0], _ANY).advised if len(known) == 1 else ()


_ANY = LicenceRule()


@lru_cache(maxsize=1)
def governance() -> Governance:
    """Return the table that is shipped."""
    return read_governance(_FILE)


def read_governance(path: Path) -> Governance:
    """Return the table in the file at `path`; raises `SettingsFileError`."""
    content = load_yaml(path, SCHEMAS_DIR / "governance.schema.json")
    categories, levels = vocabulary("data_category"), vocabulary("data_classification")
    licences = vocabulary("license_id")
    for key, rule in content["categories"].items():
        _check(path, categories, [key])
        _check(path, levels, rule["levels"])
    for key, rule in content["licences"].items():
        _check(path, levels, [key])
        _check(path, licences, [*rule.get("refused", ()), *rule.get("advised", ())])
    return Governance(
        categories={
            key: CategoryRule(tuple(rule["levels"]), rule.get("condition", ""))
            for key, rule in content["categories"].items()
        },
        licences={
            key: LicenceRule(frozenset(rule.get("refused", ())), tuple(rule.get("advised", ())))
            for key, rule in content["licences"].items()
        },
    )


def _check(path: Path, words: Vocabulary, keys: Iterable[str]) -> None:
    for key in keys:
        if words.by_key(key) is None:
            raise SettingsFileError(path, words.name, f"{key!r} is no value of {words.name}")
