"""API actions of the register of public demand: ask, support, check, answer, list, import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog.queries import visible
from ckanext.pcio.registers import spam
from ckanext.pcio.standard.dates import BUDDHIST_OFFSET, today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language

from . import answering, importing, queries, schema, store, supporting
from .access import Viewer, viewer
from .central_list import ListError
from .model import DEMAND
from .present import demand_dict, history_dict

_TEXTS = ("title", "description", "purpose", "asker", "year")


@contextmanager
def _written(context: Context) -> Iterator[None]:
    """Commit what is written inside, all of it or nothing."""
    try:
        yield
        if not context.get("defer_commit"):
            model.Session.commit()
    except Exception:
        model.Session.rollback()
        raise


def _shown(context: Context, who: Viewer, demand_id: str) -> dict[str, Any]:
    where = (DEMAND.c.id == demand_id) & queries.readable(who)
    found = queries.rows(who, visible(context), where)
    if not found:
        raise tk.ObjectNotFound(tk._("There is no such request."))
    return demand_dict(found[0], who)


@validate(schema.demand_create)
def pcio_demand_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask for data. An officer checks the request before it is shown.

    :param title: which data is asked for
    :param description: more about it (optional)
    :param purpose: what it is for (optional)
    :param asker: kind of asker, a key of `schemas/demand.yaml` (optional, default `citizen`)
    :param organization: id or name of the office asked (optional)
    :param year: Buddhist year of the demand (optional, default this year)
    :param email: where an answer may be sent; never shown but to officers (optional)

    :returns: `id` and `state` of the request
    """
    tk.check_access("pcio_demand_create", context, data_dict)
    who = viewer(context)
    values = {name: data_dict.get(name) or "" for name in _TEXTS[:4]}
    values["year"] = data_dict.get("year") or today_in_thailand().year + BUDDHIST_OFFSET
    values["email"] = data_dict.get("email") or None
    values["organization_id"] = store.organization_id(data_dict.get("organization"))
    spam.check_rate("demand", context)
    with _written(context):
        made = store.create(values, source="portal", moderation="waiting", created_by=who.user_id)
    return {"id": made, "state": "waiting"}


@validate(schema.demand_update)
def pcio_demand_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check, assign or correct a request; only what is given changes.

    :param id: id of the request
    :param version: version that was read; a later one is not overwritten (optional)
    :param moderation: `public`, `hidden` or `waiting` (optional)
    :param organization: id or name of the office asked; an empty text asks none (optional)
    :param title: (optional), as are `description`, `purpose`, `asker`, `year` and `email`

    :returns: the request, as `pcio_demand_show`
    """
    tk.check_access("pcio_demand_update", context, data_dict)
    who = viewer(context)
    demand = store.find(data_dict, who)
    names = (*_TEXTS, "moderation")
    changes: dict[str, Any] = {
        name: data_dict[name] for name in names if data_dict.get(name) not in (None, [])
    }
    if data_dict.get("email") is not None:
        changes["email"] = data_dict["email"] or None
    if data_dict.get("organization") is not None:
        changes["organization_id"] = store.organization_id(data_dict["organization"])
    with _written(context):
        store.update(demand.id, data_dict.get("version"), changes)
    # Who passes a request on to another office may no longer read it there.
    if "organization_id" in changes and not who.handles(changes["organization_id"]):
        return {"id": demand.id}
    return _shown(context, who, demand.id)


@validate(schema.demand_answer)
def pcio_demand_answer(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer a request. Every answer is kept with who gave it and when.

    :param id: id of the request
    :param version: version that was read; an answer given meanwhile is not overwritten
    :param answer: `fulfilled`, `preparing` or `refused`
    :param dataset: id, name or address of the dataset that meets the request (`fulfilled`)
    :param url: address outside the catalog, in place of a dataset (`fulfilled`)
    :param expected_on: day the data is expected (`preparing`)
    :param note: what to tell the public; the reason of a refusal (needed for `refused`)

    :returns: the request, as `pcio_demand_show`, and `warnings`: why the survey will not count it
    """
    tk.check_access("pcio_demand_answer", context, data_dict)
    who = viewer(context)
    demand = store.find(data_dict, who)
    given = answering.checked(context, data_dict)
    if demand.moderation != "public":
        hidden = tk._("Publish the request before answering it.")
        raise tk.ValidationError({"id": [hidden]})
    with _written(context):
        store.answer(demand.id, data_dict["version"], given, who.user_id)
    result = _shown(context, who, demand.id)
    return {**result, "warnings": answering.warnings(given.get("dataset_id"))}


@validate(schema.demand_id)
def pcio_demand_delete(context: Context, data_dict: dict[str, Any]) -> None:
    """Remove a request with its supports and answers.

    :param id: id of the request
    """
    tk.check_access("pcio_demand_delete", context, data_dict)
    demand = store.find(data_dict, viewer(context))
    with _written(context):
        store.delete(demand.id)


@tk.side_effect_free
@validate(schema.demand_id)
def pcio_demand_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one request.

    :param id: id of the request

    :returns: `id`, `year`, `number`, `source`, `title`, `description`, `purpose`, `asker`,
        `organization`, `office_named`, `state`, `supports`, `supported` (by the caller),
        `created_on`, `version` and `answer`: `kind`, `note`, `dataset` (None where the caller may
        not see it), `url`, `available`, `expected_on`, `answered_on`. For officers it concerns
        also `email`, `answered_by` and `history`.
    """
    tk.check_access("pcio_demand_show", context, data_dict)
    who = viewer(context)
    result = _shown(context, who, data_dict["id"])
    if result["handles"]:
        result["history"] = [history_dict(row) for row in queries.history(result["id"])]
    return result


@tk.side_effect_free
@validate(schema.demand_list)
def pcio_demand_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return requests, the published ones where no state is asked for.

    :param state: `open`, `preparing`, `fulfilled`, `refused` or `answered`; for officers also
        `waiting` and `hidden` (optional)
    :param year: Buddhist year (optional)
    :param organization: id or name of the office asked (optional)
    :param dataset: id or name of the dataset that meets them (optional)
    :param q: words that the request says (optional)
    :param sort: `supports`, `new` or `number` (optional, default `supports`)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 25)
    :param offset: rows to pass over (optional)

    :returns: `count`, `results`, and `years`: `demands`, `answered`, `fulfilled` and `counted`
        (distinct open datasets and outside addresses) of each year
    """
    tk.check_access("pcio_demand_list", context, data_dict)
    who = viewer(context)
    filters = dict(data_dict)
    filters["organization"] = store.organization_id(data_dict.get("organization"))
    seen = visible(context)
    where = queries.filtered(who, seen, filters)
    page = {name: data_dict[name] for name in ("sort", "limit", "offset")}
    return {
        "count": queries.total(where),
        "results": [demand_dict(row, who) for row in queries.rows(who, seen, where, **page)],
        "years": queries.years(seen),
    }


@validate(schema.demand_id)
def pcio_demand_support(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Support a request of others; each user, and each visitor of a day, once.

    :param id: id of the request

    :returns: `supports`, and `added`: False where the caller's was counted before
    """
    tk.check_access("pcio_demand_support", context, data_dict)
    who = viewer(context)
    demand = store.find(data_dict, who)
    if demand.state not in ("open", "preparing", "refused"):
        closed = tk._("This request cannot be supported: its data is there, or it is not public.")
        raise tk.ValidationError({"id": [closed]})
    # A login is remembered in the database, a visitor for a day in Redis.
    added = who.user_id is not None or supporting.remember(context, demand.id)
    if added:
        try:
            with _written(context):
                added = store.support(demand.id, who.user_id)
        except Exception:
            if who.user_id is None:
                supporting.forget(demand.id)
            raise
    return {"supports": store.supports(demand.id), "added": added}


@validate(schema.demand_id)
def pcio_demand_unsupport(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take back the support the caller gave with this login.

    :param id: id of the request

    :returns: `supports`, and `removed`: False where there was none
    """
    tk.check_access("pcio_demand_unsupport", context, data_dict)
    who = viewer(context)
    demand = store.find(data_dict, who)
    with _written(context):
        removed = who.user_id is not None and store.unsupport(demand.id, who.user_id)
    return {"supports": store.supports(demand.id), "removed": removed}


@validate(schema.demand_import)
def pcio_demand_import(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take in the central agency's yearly list: the whole file, or nothing of it.

    :param year: Buddhist year of the list
    :param upload: the CSV file; or `content`, its text
    :param dry_run: check everything, write nothing (optional, default false)

    :returns: `year`, `written`, `counts` (`created`, `unchanged`, `refused`), `conclusion`, and
        `rows`: `row`, `number`, `title`, `outcome`, `reason`
    """
    tk.check_access("pcio_demand_import", context, data_dict)
    language = pcio_language()
    upload: Any = data_dict.get("upload")
    content = upload.read() if hasattr(upload, "read") else data_dict.get("content") or b""
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")
    if not isinstance(content, bytes):
        raise tk.ValidationError({"content": [tk._("The file is empty.")]})
    try:
        report = importing.take(content, data_dict["year"], dry_run=data_dict["dry_run"])
    except ListError as error:
        raise tk.ValidationError({"upload": [error.message.text(language)]}) from error
    return {
        "year": report.year,
        "written": report.written,
        "counts": report.counts,
        "conclusion": report.conclusion.text(language),
        "rows": [
            {
                "row": row.row,
                "number": row.number,
                "title": row.title,
                "outcome": outcome,
                "reason": row.reason.text(language) if row.reason else "",
            }
            for row, outcome in report.rows
        ],
    }
