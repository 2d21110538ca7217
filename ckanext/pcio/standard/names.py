"""The name of a dataset in web addresses, made from its Thai title (CKAN edge)."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.standard.slug import slugify, unique_slug


def proposed_name(title: str) -> str:
    """Return the name a dataset of this title would get now; somebody else may still take it."""
    return unique_slug(title, _is_taken)


def free_name(title: str) -> str:
    """Return a name for `title` that no dataset holds, deleted ones included.

    Two people who save the same title at once wait for each other (a lock until the end of the
    transaction), so both get a name.
    """
    lock = sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"pcio:name:{slugify(title)}"))
    model.Session.execute(sa.select(lock))
    return proposed_name(title)


def _is_taken(name: str) -> bool:
    held = model.Session.query(model.Package.id).filter(model.Package.name == name)
    return model.Session.query(held.exists()).scalar()
