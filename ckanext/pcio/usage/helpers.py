"""Template helpers of numbers of use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from . import badges, links, queries


def pcio_through_portal(html: Markup, resource: dict[str, Any], dataset: dict[str, Any]) -> Markup:
    """Return `html` with the links to the resource's file elsewhere leading through the portal."""
    return links.through_portal(html, resource, dataset)


def pcio_usage_prepare(packages: Iterable[dict[str, Any]]) -> str:
    """Read the numbers of the datasets of a list in one query; `pcio_usage_badge` shows them."""
    badges.prepare(package["id"] for package in packages or ())
    return ""


def pcio_usage_badge(dataset_id: str) -> dict[str, int] | None:
    """Return the numbers of a dataset that was prepared; None where badges are off."""
    return badges.badge(dataset_id)


def pcio_usage_of_dataset(dataset_id: str) -> queries.DatasetNumbers | None:
    """Return the numbers of a dataset's page, read once; None where badges are off."""
    return badges.of_dataset(dataset_id)


def pcio_signed(number: int) -> str:
    """Return a change in per cent with its sign; the minus as wide as the plus."""
    return f"+{number:,}" if number > 0 else f"\u2212{-number:,}" if number < 0 else "0"
