"""Names of offices, many in one query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model


def titles(ids: Iterable[str | None]) -> dict[str, str]:
    """Return the titles of organizations by id, of those that were deleted too.

    What an office gave stays its own: it must not pass for the committee's when the office goes.
    """
    wanted = {each for each in ids if each}
    if not wanted:
        return {}
    group = model.Group
    query = sa.select(group.id, group.name, group.title).where(group.id.in_(wanted))
    found = {row.id: row.title or row.name for row in model.Session.execute(query)}
    gone = tk._("An office that was deleted")
    return {each: found.get(each) or gone for each in wanted}


def named(ids: Iterable[str | None]) -> list[dict[str, Any]]:
    """Return `id`, `name` and `title` of organizations, by title. No query where none is asked."""
    wanted = {each for each in ids if each}
    if not wanted:
        return []
    return _rows(model.Group.id.in_(wanted))


def remembered(ids: Iterable[str | None]) -> list[dict[str, Any]]:
    """Return `id`, `name` and `title` of organizations as `named` does, and whether each is `gone`.

    One that was deleted has the title and the name it had last, as far as CKAN still knows them.
    """
    wanted = {each for each in ids if each}
    active = {row["id"]: row for row in named(wanted)}
    gone = titles(wanted - active.keys())
    rows = [active.get(each) or {"id": each, "name": each, "title": gone[each]} for each in wanted]
    found = [{**row, "gone": row["id"] not in active} for row in rows]
    return sorted(found, key=lambda row: (row["gone"], row["title"], row["id"]))


def active(ids: Iterable[str | None]) -> set[str]:
    """Return those of some organizations that were not deleted."""
    return {row["id"] for row in named(ids)}


def with_members() -> list[str]:
    """Return the ids of the organizations somebody works in, who can answer for them."""
    member, group = model.Member, model.Group
    query = (
        sa.select(member.group_id)
        .join(group, group.id == member.group_id)
        .where(
            member.table_name == "user",
            member.state == model.State.ACTIVE,
            member.capacity.in_(("editor", "admin")),
            group.is_organization,
            group.state == model.State.ACTIVE,
        )
        .distinct()
        .order_by(member.group_id)
    )
    return [each for each in model.Session.scalars(query) if each]


def by_reference(references: Iterable[str], gone: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return the organizations named by id or name; of those in `gone` by their id too.

    Raises `ValidationError` for one that is not there.
    """
    wanted = list(dict.fromkeys(references))
    group = model.Group
    rows = _rows(sa.or_(group.id.in_(wanted), group.name.in_(wanted))) if wanted else []
    known = {row["id"] for row in rows}
    rows += [each for each in remembered(set(gone) & set(wanted)) if each["id"] not in known]
    known = {value for row in rows for value in (row["id"], row["name"])}
    missing = [each for each in wanted if each not in known]
    if missing:
        text = tk._("There is no organization “{name}”.").format(name=missing[0][:100])
        raise tk.ValidationError({"organizations": [text]})
    return rows


def _rows(where: Any) -> list[dict[str, Any]]:
    group = model.Group
    query = (
        sa.select(group.id, group.name, group.title)
        .where(group.is_organization, group.state == model.State.ACTIVE, where)
        .order_by(group.title, group.id)
    )
    return [
        {"id": row.id, "name": row.name, "title": row.title or row.name}
        for row in model.Session.execute(query)
    ]
