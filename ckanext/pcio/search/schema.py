"""Solr's field rules for CKAN, and where each field lives in the Tantivy index.

CKAN's `schema.xml` names some fields and leaves all others to dynamic rules (`extras_*`, `*_date`,
`*`). Tantivy wants every field fixed beforehand, so exact values of all fields share one Tantivy
field, `exact`, as terms `field<US>value`, and words of the less frequent text fields share `words`
in the same way. Title, notes and the catch-all `text` have fields of their own, because their
length counts in ranking.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from xml.sax.saxutils import quoteattr

import tantivy

# Version of everything that decides what lies in the index; analysis adds the word list's hash.
LAYOUT_VERSION = "3"
# The version CKAN's own check accepts (ckan.lib.search.SUPPORTED_SCHEMA_VERSIONS).
CKAN_SCHEMA_NAME = "ckan-2.12"
SEPARATOR = "\x1f"
UNIQUE_KEY = "index_id"
REQUIRED = (UNIQUE_KEY, "id", "site_id")

EXACT = "exact"
PRESENT = "present"
SOURCE = "source"
WHITESPACE_TOKENIZER = "pcio_whitespace"


class Kind(Enum):
    """How the values of a field are analysed, after the types of CKAN's `schema.xml`."""

    STRING = "string"
    TEXT = "text"
    TEXT_GENERAL = "text_general"
    NGRAM = "text_ngram"
    DATE = "date"
    INT = "int"
    STORED = "stored"


@dataclass(frozen=True, slots=True)
class SolrField:
    """One field as Solr sees it."""

    name: str
    kind: Kind
    multi_valued: bool = False
    stored: bool = True

    @property
    def is_text(self) -> bool:
        """Whether values are split into words."""
        return self.kind in (Kind.TEXT, Kind.TEXT_GENERAL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words of a text field are found: Tantivy fields and the prefix of each term.

    `parts` holds what lies inside a word: members of Thai compounds, joined forms of `wi-fi`.
    """

    main: str
    parts: str
    prefix: str


def _fields(kind: Kind, names: str, **rule: bool) -> dict[str, SolrField]:
    return {name: SolrField(name, kind, **rule) for name in names.split()}


FIELDS: dict[str, SolrField] = {
    **_fields(
        Kind.STRING,
        "index_id id site_id entity_type dataset_type state name revision_id version url ckan_url"
        " download_url license license_id organization capacity _version_",
    ),
    **_fields(Kind.STRING, "tags groups res_format res_url res_type", multi_valued=True),
    **_fields(Kind.STRING, "permission_labels", multi_valued=True, stored=False),
    **_fields(Kind.STRING, "title_string", stored=False),
    **_fields(Kind.TEXT, "title notes"),
    **_fields(
        Kind.TEXT,
        "text urls depends_on dependency_of derives_from has_derivation links_to linked_from"
        " child_of parent_of",
        multi_valued=True,
        stored=False,
    ),
    **_fields(Kind.TEXT_GENERAL, "author author_email maintainer maintainer_email"),
    **_fields(Kind.TEXT_GENERAL, "res_name res_description", multi_valued=True),
    **_fields(Kind.NGRAM, "title_ngram name_ngram", stored=False),
    **_fields(
        Kind.INT,
        "views_total views_recent resources_accessed_total resources_accessed_recent",
        stored=False,
    ),
    **_fields(Kind.DATE, "metadata_created metadata_modified indexed_ts"),
    **_fields(Kind.STORED, "data_dict validated_data_dict"),
}

# Solr copies before analysis and never in chains: what reaches `urls` does not go on to `text`.
COPIES: dict[str, tuple[str, ...]] = {
    "url": ("urls",),
    "ckan_url": ("urls",),
    "download_url": ("urls",),
    "res_url": ("urls",),
    "urls": ("text",),
    "title": ("title_ngram", "text"),
    "name": ("name_ngram", "text"),
    "license": ("text",),
    "notes": ("text",),
    "tags": ("text",),
    "groups": ("text",),
    "organization": ("text",),
    "res_name": ("text",),
    "res_description": ("text",),
    "maintainer": ("text",),
    "author": ("text",),
}
_COPIED_PREFIXES = ("extras_", "res_extras_", "vocab_")

# Single-valued strings with a column of their own for sorting; other strings sort by their terms.
SORTED_STRINGS = (
    "id",
    "name",
    "title_string",
    "organization",
    "license_id",
    "state",
    "dataset_type",
    "capacity",
    "url",
    "version",
)
# Whole datasets as JSON text: never searched, and read only when `fl` asks for them.
LARGE = tuple(f.name for f in FIELDS.values() if f.kind is Kind.STORED)
NUMBERS = tuple(f.name for f in FIELDS.values() if f.kind in (Kind.DATE, Kind.INT))
_OWN_WORDS = ("title", "notes", "text")
_NGRAMS = ("title_ngram", "name_ngram")


@lru_cache(maxsize=4096)
def solr_field(name: str) -> SolrField:
    """Return the rule for a field name, static or dynamic, as `schema.xml` orders them."""
    if name in FIELDS:
        return FIELDS[name]
    # Solr tries the longest pattern first.
    if name.startswith("res_extras_"):
        return SolrField(name, Kind.TEXT, multi_valued=True)
    if name.startswith("extras_"):
        return SolrField(name, Kind.TEXT)
    if name.startswith("vocab_"):
        return SolrField(name, Kind.STRING, multi_valued=True)
    if name.endswith("_date"):
        return SolrField(name, Kind.DATE)
    return SolrField(name, Kind.STRING, stored=False)


def copies_of(name: str) -> tuple[str, ...]:
    """Return the fields a value given for `name` is copied to."""
    if name.startswith(_COPIED_PREFIXES):
        return ("text",)
    return COPIES.get(name, ())


def words_of(name: str) -> Place:
    """Return where the words of the text field `name` are."""
    if name in _OWN_WORDS:
        return Place(name, f"{name}_parts", "")
    return Place("words", "words_parts", name + SEPARATOR)


def exact_term(name: str, value: str) -> str:
    """Return the term of `exact` that says field `name` has exactly `value`."""
    return f"{name}{SEPARATOR}{value}"


def sort_column(name: str) -> str | None:
    """Return the column to sort field `name` by, or None when it has none."""
    if name == "title":
        name = "title_string"
    if name in SORTED_STRINGS:
        return f"sort_{name}"
    return name if name in NUMBERS else None


def tantivy_schema() -> tantivy.Schema:
    """Build the index's fixed schema."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(UNIQUE_KEY, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(EXACT, tokenizer_name="raw", index_option="freq")
    builder.add_text_field(PRESENT, tokenizer_name="raw", index_option="basic")
    for name in (*_OWN_WORDS, "words"):
        for field in (name, f"{name}_parts"):
            builder.add_text_field(field, tokenizer_name=WHITESPACE_TOKENIZER)
    for name in _NGRAMS:
        builder.add_text_field(name, tokenizer_name=WHITESPACE_TOKENIZER)
    for name in SORTED_STRINGS:
        builder.add_text_field(
            f"sort_{name}", fast=True, tokenizer_name="raw", index_option="basic"
        )
    for name in NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in (SOURCE, *LARGE):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def solr_schema_xml() -> str:
    """Describe the fields as `schema.xml` does; CKAN reads the name to check the version."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<schema name="{CKAN_SCHEMA_NAME}" version="1.6">')
    for field in FIELDS.values():
        lines.append(_field_xml("field", field))
    for pattern in ("*_date", "extras_*", "res_extras_*", "vocab_*", "*"):
        lines.append(_field_xml("dynamicField", solr_field(pattern)))
    lines.append(f"<uniqueKey>{UNIQUE_KEY}</uniqueKey>")
    for source, destinations in COPIES.items():
        lines += [f'<copyField source="{source}" dest="{dest}"/>' for dest in destinations]
    lines += [f'<copyField source="{p}*" dest="text"/>' for p in _COPIED_PREFIXES]
    return "\n".join([*lines, "</schema>", ""])


def _field_xml(tag: str, field: SolrField) -> str:
    indexed = "false" if field.kind is Kind.STORED else "true"
    kind = "string" if field.kind is Kind.STORED else field.kind.value
    return (
        f"<{tag} name={quoteattr(field.name)} type={quoteattr(kind)} indexed={quoteattr(indexed)}"
        f" stored={quoteattr(str(field.stored).lower())}"
        f" multiValued={quoteattr(str(field.multi_valued).lower())}/>"
    )
