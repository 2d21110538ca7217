"""A Solr document becomes a Tantivy document, and is kept whole for `fl`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from typing import Any

import tantivy

from ckanext.pcio.search import analysis
from ckanext.pcio.search.dates import format_date, parse_date, to_millis
from ckanext.pcio.search.errors import QueryError, RequestError
from ckanext.pcio.search.schema import (
    EXACT,
    LARGE,
    PRESENT,
    REQUIRED,
    SORTED_STRINGS,
    SOURCE,
    UNIQUE_KEY,
    Kind,
    SolrField,
    copies_of,
    exact_term,
    solr_field,
    words_of,
)

# Solr refuses an exact value longer than this many bytes.
_LONGEST_VALUE = 32766
_INT_LIMIT = 2**31


def to_tantivy(source: Mapping[str, Any]) -> tuple[str, tantivy.Document]:
    """Return the unique key and the index form of a document as CKAN sends it.

    Raises RequestError for what Solr refuses too: a missing key, several values for a
    single-valued field, a value that is no date or number where the field needs one.
    """
    values = _values(source)
    key = values[UNIQUE_KEY][0]
    document = tantivy.Document()
    document.add_text(UNIQUE_KEY, key)
    document.add_bytes(SOURCE, json.dumps(_stored(values), ensure_ascii=False).encode())
    for name in LARGE:
        if name in values:
            document.add_bytes(name, values[name][0].encode())
    targets: dict[str, list[str]] = {}
    for name, given in values.items():
        for target in (name, *copies_of(name)):
            targets.setdefault(target, []).extend(given)
    for name, given in targets.items():
        _add(document, solr_field(name), list(dict.fromkeys(given)))
    return key, document


def read_document(document: tantivy.Document, names: list[str]) -> dict[str, Any]:
    """Return the stored fields of a document found, as `fl` names them.

    `names` are field names and patterns such as `extras_*`.
    """
    everything = "*" in names
    patterns = [name for name in names if "*" in name]

    def wanted(field: str) -> bool:
        return everything or field in names or any(fnmatchcase(field, p) for p in patterns)

    stored: dict[str, Any] = json.loads(document.get_first(SOURCE) or b"{}")
    shown = {field: value for field, value in stored.items() if wanted(field)}
    for field in LARGE:
        if wanted(field) and (value := document.get_first(field)) is not None:
            shown[field] = value.decode()
    return shown


def _values(source: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return every field's values as text, checked against the schema."""
    label = str(source.get(UNIQUE_KEY) or source.get("id") or "")
    values: dict[str, list[str]] = {}
    for name, given in source.items():
        if isinstance(given, Mapping):
            raise RequestError(f"[doc={label}] Field '{name}' has an object for a value.")
        many = given if isinstance(given, (list, tuple)) else [given]
        texts = [_text(value, name, label) for value in many if value is not None]
        if not texts:
            continue
        field = solr_field(name)
        if len(texts) > 1 and not field.multi_valued:
            raise RequestError(
                f"ERROR: [doc={label}] multiple values encountered for non multiValued field "
                f"{name}: {texts[:5]}"
            )
        values[name] = [_checked(field, text, label) for text in texts]
    for name in REQUIRED:
        if not any(values.get(name, ())):
            raise RequestError(f"[doc={label}] missing required field: {name}")
    values.setdefault("indexed_ts", [format_date(to_millis(datetime.now(timezone.utc)))])
    return values


def _text(value: Any, name: str, label: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        # A lone surrogate cannot be stored as UTF-8.
        return re.sub("[\ud800-\udfff]", "\ufffd", str(value))
    raise RequestError(f"[doc={label}] Field '{name}' has a nested list or object for a value.")


def _checked(field: SolrField, text: str, label: str) -> str:
    try:
        if field.kind is Kind.DATE:
            return format_date(parse_date(text))
        if field.kind is Kind.INT:
            number = int(text)
            if not -_INT_LIMIT <= number < _INT_LIMIT:
                raise ValueError(text)
            return str(number)
    except (QueryError, ValueError) as error:
        raise RequestError(
            f"ERROR: [doc={label}] Error adding field '{field.name}'='{text[:200]}'"
        ) from error
    return text


def _stored(values: Mapping[str, list[str]]) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    for name, given in values.items():
        field = solr_field(name)
        if field.stored and field.kind is not Kind.STORED:
            stored[name] = given if field.multi_valued else given[0]
    return stored


def _add(document: tantivy.Document, field: SolrField, values: list[str]) -> None:
    if field.kind is Kind.STORED:
        return
    document.add_text(PRESENT, field.name)
    if field.is_text:
        _add_words(document, field, values)
    elif field.kind is Kind.NGRAM:
        for value in values:
            document.add_text(field.name, " ".join(analysis.grams(value)))
            document.add_text(field.name, " ".join(analysis.pairs(value)))
    else:
        for value in values:
            term = exact_term(field.name, value)
            if len(term.encode()) <= _LONGEST_VALUE:
                document.add_text(EXACT, term)
        if field.kind is Kind.INT:
            document.add_integer(field.name, int(values[0]))
        elif field.kind is Kind.DATE and not field.name.endswith("_date"):
            document.add_integer(field.name, parse_date(values[0]))
        if field.name in SORTED_STRINGS:
            document.add_text(f"sort_{field.name}", analysis.sort_key(values[0]))


def _add_words(document: tantivy.Document, field: SolrField, values: list[str]) -> None:
    place = words_of(field.name)
    parts: dict[tuple[str, ...], None] = {}
    for value in values:
        words = analysis.index_words(value, stem=field.kind is Kind.TEXT)
        if words.main:
            document.add_text(place.main, " ".join(place.prefix + word for word in words.main))
        parts.update(dict.fromkeys(words.parts))
    for sequence in parts:
        document.add_text(place.parts, " ".join(place.prefix + word for word in sequence))
