"""The quality of a dataset in the reader's language, for the API and the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ckanext.pcio.standard import links, openness
from ckanext.pcio.standard.fields import dataset_fields, field_label, resource_fields
from ckanext.pcio.standard.files import live_resources
from ckanext.pcio.standard.items import ItemName, field_of_item
from ckanext.pcio.standard.links import LinkState
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.quality import Dimension, Measure, Quality
from ckanext.pcio.standard.quality_reasons import Finding, name_of
from ckanext.pcio.standard.quality_settings import quality_settings
from ckanext.pcio.standard.record import text_of

_ITEM_STATES = {"ok": N_("filled in"), "missing": N_("missing"), "invalid": N_("not valid")}


def in_words(quality: Quality, dataset: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return everything about the quality of `dataset` as plain values."""
    items = [_item(item, language) for item in quality.items]
    return {
        "items": items,
        "filled": sum(item["state"] == "ok" for item in items),
        "total": len(items),
        "standard": quality_settings().standard,
        "dimensions": [_dimension(each, language) for each in quality.dimensions],
        "stars": _stars(quality, language),
        "freshness": _freshness(quality, language),
        "dictionary": {
            "present": quality.dictionary.present,
            "files_described": quality.dictionary.described,
            "files": len(live_resources(dataset)),
            "columns": quality.dictionary.columns,
            "columns_described": quality.dictionary.columns_described,
            "marked_file": quality.dictionary.marked,
        },
        "links": _links(quality, dataset, language),
    }


def _item(item: Any, language: str) -> dict[str, Any]:
    return {
        "number": item.number,
        "code": item.code,
        "field": field_of_item(item.code),
        "label": ItemName(item.code).text(language),
        "state": item.state,
        "state_name": Message(_ITEM_STATES[item.state]).text(language),
        "reason": item.reason.text(language) if item.reason else "",
    }


def _dimension(dimension: Dimension, language: str) -> dict[str, Any]:
    setting, score = dimension.setting, dimension.score
    return {
        "key": setting.key,
        "code": setting.code,
        "label": setting.label.text(language),
        "score": None if score is None else round(score, 4),
        # Not rounded up to a hundred: 99.6 % has something left to mend.
        "percent": None if score is None else int(score * 100 + 1e-9),
        "beyond": setting.beyond.text(language),
        "measures": [_measure(each, language) for each in dimension.measures],
    }


def _measure(measure: Measure, language: str) -> dict[str, Any]:
    setting = measure.setting
    return {
        "key": setting.key,
        "label": setting.label.text(language),
        "clause": setting.clause,
        "weight": setting.weight,
        "measured": measure.measured,
        "numerator": measure.numerator if measure.measured else None,
        "denominator": measure.denominator if measure.measured else None,
        "findings": [_finding(each, language) for each in measure.findings],
    }


def _finding(finding: Finding, language: str) -> dict[str, Any]:
    fields = resource_fields() if finding.resource_id else dataset_fields()
    field = fields.get(finding.field)
    return {
        "message": finding.message.text(language),
        "field": finding.field,
        "label": field_label(field, language) if field else "",
        "resource_id": finding.resource_id,
    }


def _stars(quality: Quality, language: str) -> dict[str, Any]:
    stars = quality.stars
    return {
        "number": stars.number,
        "most": openness.MOST_STARS,
        "enough": quality_settings().enough_stars,
        "table": stars.table.name,
        "table_name": stars.table.label(language),
        "formats": [{"format": name, "stars": number} for name, number in stars.formats],
    }


def _freshness(quality: Quality, language: str) -> dict[str, Any]:
    fresh = quality.freshness
    return {
        "state": fresh.state,
        "last_updated": fresh.last_updated.isoformat() if fresh.last_updated else None,
        "frequency_unit": fresh.unit,
        "due_on": fresh.due_on.isoformat() if fresh.due_on else None,
        "days_late": fresh.days_late,
        "reason": fresh.reason.text(language),
    }


def _links(quality: Quality, dataset: Mapping[str, Any], language: str) -> dict[str, Any]:
    names = {text_of(each.get("id")): name_of(each) for each in live_resources(dataset)}
    checked = [link.checked_at for link in quality.links if link.checked_at]
    return {
        "counts": quality.link_counts._asdict(),
        "checked_at": _moment(max(checked, default=None)),
        "addresses": [_link(link, names, language) for link in quality.links],
    }


def _link(link: LinkState, names: Mapping[str, str], language: str) -> dict[str, Any]:
    why = links.reason(link.reason, link.status)
    return {
        "resource_id": link.resource_id,
        "name": names.get(link.resource_id, link.url),
        "url": link.url,
        "upload": link.upload,
        "state": link.state,
        "state_name": Message(links.STATE_NAMES[link.state]).text(language),
        "status": link.status,
        "reason": why.text(language) if why else "",
        "checked_at": _moment(link.checked_at),
        "answered_at": _moment(link.answered_at),
        "failures": link.failures,
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(timezone.utc).isoformat() if moment else None
