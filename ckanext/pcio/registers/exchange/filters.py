"""The filters of a list of exchanges as SQL; what names nothing that exists is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.standard.vocabulary import vocabulary

from . import queries
from .model import TABLE
from .words import words


def predicate(filters: Mapping[str, Any], today: date) -> Predicate:
    """Return the predicate of the exchanges that pass `filters` (of `pcio_exchange_list`).

    A dataset that is not there or not seen gives an empty list; the caller limits what is seen.
    """
    parts: list[Predicate] = [sa.true()]
    if reference := filters.get("dataset"):
        parts.append((FACTS.c.package_id == reference) | (FACTS.c.name == reference))
    if reference := filters.get("organization"):
        parts.append(FACTS.c.organization_id == _organization(reference))
    if text := filters.get("partner"):
        parts.append(queries.like(text))
    for name in ("tier", "status"):
        if key := filters.get(name):
            if words(name).by_key(key) is None:
                raise tk.ValidationError({name: [tk._("There is no such value.")]})
            parts.append(TABLE.c[name] == key)
    if level := filters.get("level"):
        if vocabulary("data_classification").by_key(level) is None:
            raise tk.ValidationError({"level": [tk._("There is no such value.")]})
        parts.append(queries.of_level(level))
    if filters.get("ending"):
        parts.append(queries.ending(today))
    return sa.and_(*parts)


def _organization(reference: str) -> str:
    found = model.Group.get(reference)
    if found is None or not found.is_organization:
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return found.id
