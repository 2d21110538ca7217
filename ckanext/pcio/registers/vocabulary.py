"""The words of the register of reuses (`schemas/registers.yaml`): labels of the keys it keeps."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR, Vocabulary, read_vocabularies

REUSE_TYPE = "reuse_type"
REUSE_USER = "reuse_user"


@lru_cache(maxsize=1)
def _vocabularies() -> Mapping[str, Vocabulary]:
    return read_vocabularies(SCHEMAS_DIR / "registers.yaml")


def words(name: str) -> Vocabulary:
    """Return the vocabulary `name`; raises `KeyError`, or `SettingsFileError`."""
    return _vocabularies()[name]


def label(name: str, key: str, language: str) -> str:
    """Return the label of a key; a key that is no longer in the file stays as it is."""
    term = words(name).by_key(key)
    return term.label(language) if term else key


def choices(name: str, language: str) -> list[tuple[str, str]]:
    """Return key and label of every value, in the file's order."""
    return [(term.key, term.label(language)) for term in words(name).terms]
