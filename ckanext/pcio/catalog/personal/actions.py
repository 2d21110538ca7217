"""Actions: personal data in files that are about to become public."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog import after_commit

from . import job, offices, present, schema, states, store, watch
from .model import SCAN


@tk.side_effect_free
@validate(schema.personal_show)
def pcio_personal_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what was found in the files of a dataset, or in one of them. For its editors.

    Kinds, columns and counts; never a value.

    :param id: id of a resource, or id or name of a dataset

    :returns: `package_id`, `mode` (hold, warn, off) and `files`: each with `resource_id`, `state`,
        `held`, `due`, `findings`, `rows_seen`, `partial`, `problem`, times, `version`, the
        confirmation that stands and `decisions` (all there ever were, the latest first)
    """
    tk.check_access("pcio_personal_show", context, data_dict)
    return present.dataset(_package_id(data_dict["id"]), _resource_id(data_dict["id"]))


@validate(schema.personal_decide)
def pcio_personal_confirm(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Confirm that a file may be public with what was found in it. For the dataset's editors.

    :param id: id of the resource
    :param reason: why, 10 to 1,000 characters; kept for good with name and time
    :param version: the version that was looked at; a change since is an error

    :returns: as `pcio_personal_show`
    """
    tk.check_access("pcio_personal_confirm", context, data_dict)
    return _decide(context, data_dict, {states.FOUND}, states.CONFIRMED)


@validate(schema.personal_decide)
def pcio_personal_withdraw(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a confirmation back, or hold a file that was public before it was looked at.

    For the dataset's editors. From then on readers do not get the file.

    :param id: id of the resource
    :param reason: why, 10 to 1,000 characters; kept for good with name and time
    :param version: the version that was looked at; a change since is an error

    :returns: as `pcio_personal_show`
    """
    tk.check_access("pcio_personal_withdraw", context, data_dict)
    return _decide(context, data_dict, {states.FOUND, states.CONFIRMED}, states.FOUND)


@validate(schema.personal_show)
def pcio_personal_scan(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Have the files of a dataset, or one of them, scanned again. For the dataset's editors.

    Whether readers get them stays as it is until the scan is done.

    :param id: id of a resource, or id or name of a dataset

    :returns: as `pcio_personal_show`
    """
    tk.check_access("pcio_personal_scan", context, data_dict)
    package_id, one = _package_id(data_dict["id"]), _resource_id(data_dict["id"])
    for resource_id, content in watch.kept(package_id).items():
        if one in (None, resource_id):
            watch.again(resource_id, package_id, content)
            after_commit.call(job.enqueue, resource_id)
    model.Session.commit()
    return present.dataset(package_id, one)


@tk.side_effect_free
@validate(schema.personal_list)
def pcio_personal_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the scans of the files of the caller's offices: what waits for a decision first.

    :param state: waiting, found, confirmed, clear, unreadable or not_tabular (optional; without
        it those that wait for a decision or a scan)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 20)
    :param offset: rows to pass over (optional)

    :returns: `count`, `counts` by state, and `results`
    """
    tk.check_access("pcio_personal_list", context, data_dict)
    mine = offices.edited(context)
    where = sa.false() if mine is None else mine
    counts = store.count_by_state(where)
    wanted = [data_dict["state"]] if data_dict.get("state") else sorted(states.HOLDING)
    found = store.listed(where & SCAN.c.state.in_(wanted), data_dict["limit"], data_dict["offset"])
    return {
        "count": sum(counts[state] for state in wanted),
        "counts": counts,
        "results": [present.listed(row) for row in found],
    }


def _package_id(reference: str) -> str:
    package_id = offices.package_of(reference)
    if package_id is None:
        raise tk.ObjectNotFound(tk._("There is no such dataset or file."))
    return package_id


def _resource_id(reference: str) -> str | None:
    resource = model.Resource.get(reference)
    return resource.id if resource is not None else None


def _decide(
    context: Context, data_dict: dict[str, Any], before: set[str], after: str
) -> dict[str, Any]:
    package_id = _package_id(data_dict["id"])
    scan = store.row(data_dict["id"])
    if scan is None:
        raise tk.ObjectNotFound(tk._("This file was not scanned."))
    if scan["version"] == data_dict["version"] and scan["state"] not in before:
        raise tk.ValidationError(
            {"id": [tk._("This cannot be done to a file in the state it is in.")]}
        )
    user_id = authz.get_user_id_for_username(context.get("user") or "", allow_none=True)
    confirmed = after == states.CONFIRMED
    values = {
        "state": after,
        "holds": True,
        "confirmed_at": store.now() if confirmed else None,
        "confirmed_by": user_id if confirmed else None,
        "reason": data_dict["reason"] if confirmed else None,
    }
    if not store.change(scan["resource_id"], data_dict["version"], values):
        model.Session.rollback()
        raise tk.ValidationError(
            {"version": [tk._("The file was changed meanwhile; look at it again.")]}
        )
    decision = "confirmed" if confirmed else "withdrawn"
    store.decide(scan, decision, data_dict["reason"], user_id)
    model.Session.commit()
    return present.dataset(package_id, scan["resource_id"])
