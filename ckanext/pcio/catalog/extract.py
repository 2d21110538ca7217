"""Facts from one dataset as any CKAN portal, dump or file wrote it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ckanext.pcio.catalog import oddities
from ckanext.pcio.catalog.facts import UNREADABLE, DatasetFacts, Oddity
from ckanext.pcio.standard import agreement, openness
from ckanext.pcio.standard.columns import described, from_records
from ckanext.pcio.standard.completeness import CODES, not_ok, stated_interval
from ckanext.pcio.standard.files import last_update, live_resources, read_files
from ckanext.pcio.standard.freshness import due_on
from ckanext.pcio.standard.record import (
    find_term,
    find_terms,
    flat,
    is_stated,
    read_boolean,
    read_private,
    stated_text,
    text_of,
)
from ckanext.pcio.standard.vocabulary import Term, vocabulary

SUMMARY_LENGTH = 300
_READ_OF_NOTES = 3 * SUMMARY_LENGTH
_LONGEST_URL = 2000
_STATES = frozenset({"active", "draft", "deleted"})

_TAG = re.compile(r"<[^<>]{0,200}>")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS = re.compile(r"[*_`#>~|]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}|^[-+>#|\s]+", re.MULTILINE)
_MARK_SIGNS = frozenset("*_`#>~|-+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsSettings:
    """What a portal's administrator decides about facts."""

    star_table: str = "dga"
    grace_days: int = 0
    datastore_counts_as_api: bool = False


def facts_from_dataset(
    dataset: Mapping[str, Any], settings: FactsSettings, site_url: str | None = None
) -> DatasetFacts:
    """Return the facts of one dataset.

    Args:
        dataset: a package dict of package_show, package_search or a dump, with the fields of
            ckanext-thai_gdc at the top level or among its extras; a resource may carry its data
            dictionary as `datastore_fields`. Keys that begin with "_" are observers' notes and
            are not read.
        settings: what the administrator decides.
        site_url: address of the portal, for the dataset's page.

    Never raises on anything JSON can hold, and invents nothing: what cannot be read for certain
    is left out and reported among the oddities. Raises `UnknownStarTableError` for a setting
    that names no star table.

    """
    openness.load_table(settings.star_table)
    if not isinstance(dataset, Mapping):
        return _facts({}, settings, site_url, (_oddity("not_a_dataset"),))
    fields = flat(dataset)
    try:
        odd = oddities.find(fields, live_resources(fields))
    except RecursionError:
        odd = (_oddity("unreadable"),)
    return _facts(fields, settings, site_url, odd)


def _oddity(code: str) -> Oddity:
    return Oddity(code=code, field="", value="")


def _facts(
    fields: Mapping[str, Any],
    settings: FactsSettings,
    site_url: str | None,
    odd: tuple[Oddity, ...],
) -> DatasetFacts:
    resources = live_resources(fields)
    files = read_files(resources, settings.star_table)
    datastore = any(map(_in_datastore, resources))
    name, organization = text_of(fields.get("name")), fields.get("organization")
    identifier = text_of(fields.get("id")) or name
    organization = organization if isinstance(organization, (dict, Mapping)) else {}
    license_term = _term(fields, "license_id")
    unit, interval = _key(fields, "update_frequency_unit"), stated_interval(fields)
    updated = last_update(fields, resources)
    methods = _keys(fields, "linkage_method")
    by_datastore = datastore and settings.datastore_counts_as_api and "api" not in methods
    if by_datastore:
        methods = ("api", *methods)
    missing, invalid = _completeness(fields)
    asked, kept, declared = _agreement(fields, resources, files.formats)
    state = text_of(fields.get("state"))
    return DatasetFacts(
        id=identifier,
        name=name,
        title=text_of(fields.get("title")) or name or identifier,
        summary=summary(text_of(fields.get("notes"))),
        organization=text_of(organization.get("name")) or _text(fields, "owner_org"),
        organization_title=stated_text(organization.get("title")) or None,
        state=state if state in _STATES else "draft" if state else "active",
        private=_private(fields.get("private")),
        data_type=_key(fields, "data_type"),
        category=_key(fields, "data_category"),
        level=_level(fields),
        own=not is_stated(fields.get("reference_url_catalog")),
        high_value=read_boolean(fields.get("high_value_dataset")) is True,
        missing=missing,
        invalid=invalid,
        stars=files.stars,
        structured=files.structured,
        machine_readable=files.machine_readable,
        dictionary=any(map(has_dictionary, resources)),
        open_license=openness.is_open_license(license_term.key if license_term else None),
        last_updated=updated,
        frequency_unit=unit,
        frequency_interval=interval,
        due_on=due_on(updated, unit, interval, settings.grace_days),
        linkage_methods=methods,
        linkage_status=_key(fields, "linkage_status"),
        datastore=datastore,
        source_database=_text(fields, "source_database"),
        url=page_of(fields, resources, site_url),
        resources=len(resources),
        formats=files.formats,
        oddities=odd,
        described_files=files.described,
        rules_asked=asked,
        rules_kept=kept,
        api_by_datastore=by_datastore,
        declared_formats=declared,
    )


def _agreement(
    fields: Mapping[str, Any], resources: Sequence[Mapping[str, Any]], formats: tuple[str, ...]
) -> tuple[int, int, int | None]:
    """Return rules asked, rules kept, and the number of declared formats."""
    try:
        found = agreement.check(fields, resources)
        odd = agreement.undeclared_formats(fields, formats)
    except RecursionError:
        return 0, 0, None
    return found.asked, found.kept, None if odd is None else len(formats) - len(odd)


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    return stated_text(fields.get(name)) or None


def _term(fields: Mapping[str, Any], name: str) -> Term | None:
    return find_term(vocabulary(name), fields.get(name))


def _key(fields: Mapping[str, Any], name: str) -> str | None:
    term = _term(fields, name)
    return term.key if term else None


def _level(fields: Mapping[str, Any]) -> str | None:
    # Whatever stands there may mean a secret: only a blank is read as the older catalogs' "open".
    stated = is_stated(fields.get("data_classification"))
    return (_key(fields, "data_classification") or UNREADABLE) if stated else None


def _keys(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = fields.get(name)
    return tuple(term.key for term in find_terms(vocabulary(name), value)) if value else ()


def _private(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    # What is stated but says neither is not shown to be public.
    read = read_private(value)
    return read if read is not None else is_stated(value)


def _completeness(fields: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        return not_ok(fields)
    except RecursionError:
        return (), CODES


def has_dictionary(resource: Mapping[str, Any]) -> bool:
    """Whether a resource has, or is, a data dictionary (design.md §4)."""
    columns = oddities.datastore_columns(resource)
    if columns and all(map(oddities.is_described, columns)):
        return True
    # What was written here for a file outside the DataStore (`catalog.dictionary`).
    stored = resource.get("pcio_dictionary")
    if stored and not columns and described(from_records(stored)):
        return True
    return openness.is_dictionary(resource)


def _in_datastore(resource: Mapping[str, Any]) -> bool:
    active = read_boolean(resource.get("datastore_active")) is True
    return active or bool(oddities.datastore_columns(resource))


def summary(notes: str) -> str:
    """Return a description in plain text, at most `SUMMARY_LENGTH` characters."""
    text = notes[:_READ_OF_NOTES]
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if not _MARK_SIGNS.isdisjoint(text):
        text = _MARKS.sub("", text)
    text = " ".join(text.split())
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[: SUMMARY_LENGTH - 1].rstrip() + "…"


def page_of(
    fields: Mapping[str, Any], resources: Sequence[Mapping[str, Any]], site_url: str | None
) -> str:
    """Return the address of the dataset's page, or "" where it cannot be known.

    Without the portal's address it is taken from the address of an uploaded file, which contains
    it, or from the field `url`, which the standard keeps for it.
    """
    identifiers = [text_of(fields.get(key)) for key in ("name", "id")]
    slug = next(filter(None, identifiers), "")
    if site_url:
        return f"{site_url.rstrip('/')}/dataset/{quote(slug)}" if slug else ""
    for resource in resources:
        address = text_of(resource.get("url"))[:_LONGEST_URL]
        for identifier in filter(None, identifiers):
            before, found, _file = address.partition(f"/dataset/{identifier}/resource/")
            if found and before.startswith(("https://", "http://")):
                return f"{before}/dataset/{quote(slug)}"
    stated = text_of(fields.get("url"))
    return stated if stated.startswith(("https://", "http://")) else ""
