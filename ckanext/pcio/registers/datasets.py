"""Datasets as people name them in a form: by id, name, address or title."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.standard.values import shown


def resolve(references: Sequence[str], where: sa.ColumnElement[bool]) -> list[str]:
    """Return the ids of the datasets named, each once, in the order they were named.

    A name, an id, an address of this portal's page or the exact title names a dataset that fits
    `where`. Raises `ValidationError` with a sentence for each that names none or several. One
    query.
    """
    wanted = {reference: _name(reference) for reference in references}
    texts = {*wanted.keys(), *wanted.values()}
    query = sa.select(FACTS.c.package_id, FACTS.c.name, FACTS.c.title).where(
        where & (FACTS.c.package_id.in_(texts) | FACTS.c.name.in_(texts) | FACTS.c.title.in_(texts))
    )
    rows = list(model.Session.execute(query))
    found: list[str] = []
    refusals: list[str] = []
    for reference, name in wanted.items():
        exact = [row for row in rows if name in (row.package_id, row.name)]
        titled = exact or [row for row in rows if row.title == reference]
        if len(titled) == 1:
            found.append(titled[0].package_id)
        elif titled:
            refusals.append(
                tk._('Several datasets have the title "{value}"; give the name: {names}.').format(
                    value=shown(reference), names=", ".join(sorted(row.name for row in titled))
                )
            )
        else:
            refusals.append(
                tk._('No published dataset here is called "{value}".').format(
                    value=shown(reference)
                )
            )
    if refusals:
        raise tk.ValidationError({"datasets": refusals})
    return list(dict.fromkeys(found))


def written(ids: Sequence[str], where: sa.ColumnElement[bool]) -> list[str]:
    """Return how a form names the datasets `ids` (or names): by title, where only one has it."""
    mine, other = FACTS.alias("mine"), FACTS
    same = (
        sa.select(sa.func.count())
        .select_from(other)
        .where(where & (other.c.title == mine.c.title))
        .scalar_subquery()
    )
    query = sa.select(mine.c.package_id, mine.c.name, mine.c.title, same.label("same")).where(
        mine.c.package_id.in_(ids) | mine.c.name.in_(ids),
        sa.exists().where(where & (other.c.package_id == mine.c.package_id)),
    )
    found = {
        key: row.title if row.title and row.same == 1 else row.name
        for row in model.Session.execute(query)
        for key in (row.package_id, row.name)
    }
    return [found[key] for key in ids if key in found]


def _name(reference: str) -> str:
    """Return the name in the address of a dataset's page; anything else stays as it is."""
    try:
        path = urlsplit(reference).path
    except ValueError:
        return reference
    before, found, after = path.partition("/dataset/")
    if not found or (before and "://" not in reference and not before.startswith("/")):
        return reference
    return unquote(after.partition("/")[0])
