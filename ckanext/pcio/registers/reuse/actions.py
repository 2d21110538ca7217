"""API actions of the register of reuses of open data."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.queries import visible
from ckanext.pcio.registers import datasets, spam

from . import access, entry, notify, own_link, picture, present, schema, states, store


@validate(schema.reuse_create)
def pcio_reuse_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Tell how open data is used; an officer approves it before anybody sees it.

    :param title: what was made, at most 200 characters
    :param how: how the data is used, at most 4,000 characters
    :param user_kind: who uses it: `agency`, `company`, `citizen` or `internal`
    :param user_name: the user's name (optional)
    :param type: key of `reuse_type` (`schemas/registers.yaml`)
    :param datasets: ids, names, addresses or titles of published datasets, at least one
    :param link: http or https address, which no other reuse has (optional)
    :param picture_upload: a JPEG, PNG, WebP or GIF file (optional, multipart)
    :param picture_data: the same as Base64 text, for clients that send JSON (optional)
    :param picture_alt: what the picture shows (optional)
    :param used_on: day of the use, not in the future (optional)
    :param email: for officers' questions, shown to nobody else (optional)

    :returns: the reuse as its submitter reads it, with `key`, by which `pcio_reuse_show` tells
        the submitter where it stands
    """
    tk.check_access("pcio_reuse_create", context, data_dict)
    published = store.existing(visible(context)) & ~FACTS.c.private
    problems = entry.Problems()
    used = problems.of(lambda: datasets.resolve(data_dict["datasets"], published)) or []
    content = problems.of(lambda: entry.picture_sent(data_dict))
    link_key = problems.of(lambda: entry.free_link(data_dict["link"], None))
    problems.raise_any()
    spam.check_rate("reuse", context)
    values = {name: data_dict[name] for name in entry.WRITTEN}
    values |= {
        "id": str(uuid.uuid4()),
        "link_key": link_key,
        "picture": None,
        "state": states.WAITING,
        "reason": "",
        "version": 1,
        "submitted_at": datetime.now(timezone.utc),
        "submitted_by": access.user_id(context),
        "reviewed_at": None,
        "reviewed_by": None,
    }
    entry.save(values, content, None, lambda: store.insert(values, used))
    notify.officers_later(values["id"], values["title"], used)
    told = present.to_submitter(values, _datasets(context, values["id"]))
    return {**told, "key": own_link.key(values["id"])}


@validate(schema.reuse_update)
def pcio_reuse_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Correct a reuse; only what is given changes. For officers of its datasets' offices.

    :param id: id of the reuse
    :param version: the version that was looked at; another officer's change since is an error
    :param picture_clear: whether the picture is removed (optional)

    Further parameters are those of `pcio_reuse_create`. Datasets the caller may not see stay.

    :returns: the reuse as officers read it
    """
    tk.check_access("pcio_reuse_update", context, data_dict)
    row = entry.row_of(data_dict["id"])
    values = {name: data_dict[name] for name in entry.WRITTEN if name in data_dict}
    problems = entry.Problems()
    content = problems.of(lambda: entry.picture_sent(data_dict))
    used = problems.of(lambda: entry.changed_datasets(context, row, data_dict))
    if "link" in values:
        values["link_key"] = problems.of(lambda: entry.free_link(values["link"], row["id"]))
    problems.raise_any()
    if data_dict["picture_clear"] and content is None:
        values["picture"] = None
    gone = row["picture"] if content is not None or data_dict["picture_clear"] else None
    entry.save(values, content, gone, lambda: entry.change(row, data_dict["version"], values, used))
    return _for_officer(context, row["id"])


@validate(schema.reuse_review)
def pcio_reuse_review(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Decide about a reuse. For officers of its datasets' offices.

    :param id: id of the reuse
    :param decision: `approve`, `reject` or `hide`
    :param version: the version that was looked at; another officer's change since is an error
    :param reason: why, for the submitter; required to reject and to hide

    :returns: the reuse as officers read it
    """
    tk.check_access("pcio_reuse_review", context, data_dict)
    row = entry.row_of(data_dict["id"])
    decision = data_dict["decision"]
    state, before = states.DECISIONS[decision]
    if row["version"] == data_dict["version"] and row["state"] not in before:
        raise tk.ValidationError(
            {"decision": [tk._("This cannot be done to an entry in the state it is in.")]}
        )
    if decision in states.NEED_REASON and not data_dict["reason"]:
        raise tk.ValidationError({"reason": [tk._("Give the reason; the submitter reads it.")]})
    values = {
        "state": state,
        "reason": data_dict["reason"],
        "reviewed_at": datetime.now(timezone.utc),
        "reviewed_by": access.user_id(context),
    }
    if row["state"] == states.REJECTED and row["link_key"]:
        entry.free_link(row["link"], row["id"])
    entry.save({}, None, None, lambda: entry.change(row, data_dict["version"], values, None))
    return _for_officer(context, row["id"])


@validate(schema.reuse_delete)
def pcio_reuse_delete(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Delete a reuse with its picture, for ever. For officers of its datasets' offices.

    :param id: id of the reuse
    :param version: the version that was looked at (optional)

    :returns: `id`
    """
    tk.check_access("pcio_reuse_delete", context, data_dict)
    row = entry.row_of(data_dict["id"])
    if not store.delete(row["id"], data_dict.get("version")):
        model.Session.rollback()
        raise entry.overtaken(row["id"])
    model.Session.commit()
    picture.remove(row["picture"])
    return {"id": row["id"]}


@tk.side_effect_free
@validate(schema.reuse_show)
def pcio_reuse_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one reuse: an approved one to everybody, any to officers and to its submitter.

    :param id: id of the reuse
    :param key: what `pcio_reuse_create` gave the submitter (optional)

    :returns: the fields of `pcio_reuse_create` without the e-mail address, with `state`,
        `picture_url` and `datasets` (those the caller may see); the submitter also gets
        `reason`, officers everything
    """
    tk.check_access("pcio_reuse_show", context, data_dict)
    row = entry.row_of(data_dict["id"])
    officer = access.officer(context)
    if officer and store.fits(row["id"], store.decided_by(officer)):
        return _for_officer(context, row["id"])
    found = _datasets(context, row["id"])
    if own_link.fits(row["id"], data_dict["key"]):
        return present.to_submitter(row, found)
    return present.public(row, found)


@tk.side_effect_free
@validate(schema.reuse_list)
def pcio_reuse_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return approved reuses with a dataset the caller may see, the newest first.

    :param dataset: id or name of a dataset (optional)
    :param organization: id or name of the office of a dataset (optional)
    :param type: key of `reuse_type` (optional)
    :param user: key of `reuse_user` (optional)
    :param q: text in title, description or user (optional)
    :param state: for officers: `waiting` (the oldest first), `approved`, `rejected` or `hidden`
        entries of their offices (optional)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 20)
    :param offset: rows to pass over (optional)

    :returns: `count` and `results`, as `pcio_reuse_show` answers each; the datasets of an answer
        are those the caller may see
    """
    tk.check_access("pcio_reuse_list", context, data_dict)
    state = data_dict.get("state")
    seen = visible(context)
    officer = access.officer(context) if state else None
    if state and officer:
        where = store.in_state(state) & store.decided_by(officer)
    else:
        where = store.public(seen)
    where &= store.filtered(data_dict, seen)
    rows = store.find(
        where, data_dict["limit"], data_dict["offset"], oldest=state == states.WAITING
    )
    return {"count": store.total(where), "results": present.many(rows, seen, officer)}


def _datasets(context: Context, reuse_id: str) -> list[dict[str, Any]]:
    return store.datasets([reuse_id], visible(context))[reuse_id]


def _for_officer(context: Context, reuse_id: str) -> dict[str, Any]:
    return present.many([entry.row_of(reuse_id)], visible(context), access.officer(context))[0]
