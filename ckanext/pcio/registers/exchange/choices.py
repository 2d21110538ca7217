"""What the register's form and its filters offer to choose from."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.pcio.catalog import queries as catalog
from ckanext.pcio.catalog.facts import SHARABLE_LEVELS
from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.standard.thai import sort_key
from ckanext.pcio.standard.vocabulary import vocabulary

from . import people, queries
from .words import LISTS, words

Choices = list[tuple[str, str]]


def form_choices(context: Context, language: str, *, filters: bool = False) -> dict[str, Choices]:
    """Return, by field, the values to choose from and their words.

    The form offers the datasets the person may record an exchange of; the filters offer levels.
    """
    found = {
        name: [(term.key, term.label(language)) for term in words(name).terms] for name in LISTS
    }
    offices = _offices()
    if filters:
        levels = vocabulary("data_classification").terms
        found["level"] = [(term.key, term.label(language)) for term in levels]
        found["organization"] = offices
    else:
        found["partner_organization"] = offices
        found["dataset"] = _datasets(context)
    return found


def _offices() -> Choices:
    query = sa.select(model.Group.name, model.Group.title).where(
        model.Group.is_organization, model.Group.state == model.State.ACTIVE
    )
    rows = [(row.name, row.title or row.name) for row in model.Session.execute(query)]
    return sorted(rows, key=lambda row: sort_key(row[1]))


def _datasets(context: Context) -> Choices:
    where = queries.LEVEL.in_(sorted(SHARABLE_LEVELS)) & catalog.visible(context)
    if not catalog.sees_everything(context):
        where &= FACTS.c.organization_id.in_(people.offices_changed_by(context))
    return [(row["name"], _with_office(row)) for row in queries.choices(where)]


def _with_office(row: Mapping[str, str]) -> str:
    title = row["title"] or row["name"]
    return f"{title} ({row['office']})" if row["office"] else title
