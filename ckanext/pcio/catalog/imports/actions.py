"""API actions: taking in workbooks of metadata."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.datapreview import get_default_view_plugins
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.standard import values
from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.workbook.found import WorkbookRefused
from ckanext.pcio.standard.workbook.reading import open_workbook

from . import files, job, present, schema, states, store

_LONGEST_NAME = 200


@tk.chained_action
def package_create_default_resource_views(
    up: Callable[[Context, dict[str, Any]], Any], context: Context, data_dict: dict[str, Any]
) -> Any:
    """Create the default views of a dataset's resources.

    CKAN asks the database for the views of each resource before it looks whether there is a view
    for such a resource at all. Links have none, and a workbook holds thousands of them.
    """
    package = data_dict.get("package")
    if isinstance(package, dict) and isinstance(package.get("resources"), list):
        plugins = get_default_view_plugins(tk.asbool(data_dict.get("create_datastore_views")))
        data_dict = {**data_dict, "package": {**package, "resources": _seen(package, plugins)}}
    return up(context, data_dict)


def _seen(package: dict[str, Any], plugins: list[Any]) -> list[Any]:
    """Return the resources that one of the view plugins can show."""
    return [
        each
        for each in package["resources"]
        if any(plugin.can_view({"resource": each, "package": package}) for plugin in plugins)
    ]


@validate(schema.import_create)
def pcio_import_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Upload a workbook; it is then checked in the background, and nothing is written yet.

    :param upload: the workbook (.xlsx), as a file of a multipart call
    :param organization: id or name of the office whose datasets it holds
    :param publish: whether new datasets that are complete and open are published; else all new
        datasets stay private (optional, default false)
    :param owner_text: take only rows whose cell of the owner says this (optional)

    :returns: the import, as `pcio_import_show` returns it, and `queued`: whether the background
        worker was told of it
    """
    tk.check_access("pcio_import_create", context, data_dict)
    office = _office(data_dict["organization"])
    upload = data_dict["upload"]
    import_id = str(uuid.uuid4())
    try:
        digest = files.keep(import_id, upload.stream)
        with open_workbook(files.path_of(import_id)):
            pass
    except WorkbookRefused as refused:
        _drop(import_id)
        raise tk.ValidationError({"upload": [refused.message.text(pcio_language())]}) from refused
    store.add(
        {
            **{"id": import_id, "user_id": _who(context), "organization_id": office},
            **{"filename": _name(upload.filename), "sha256": digest},
            "options": {
                "publish": data_dict["publish"],
                "owner_text": data_dict["owner_text"][:_LONGEST_NAME],
            },
        }
    )
    model.Session.commit()
    queued = job.enqueue(office)
    return {**_shown(import_id), "queued": queued}


@tk.side_effect_free
@validate(schema.import_show)
def pcio_import_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one import.

    :param id: id of the import

    :returns: `id`, `organization`, `organization_title`, `filename`, `state` (`waiting`,
        `checking`, `checked`, `queued`, `importing`, `finished`, `cancelled`, `failed`), `done`
        of `total` rows of the step at work, `totals` (rows by outcome), `options`, `remarks` and
        `error` (sentences), `working` (whether a process is at it), `created`, `finished`
    """
    tk.check_access("pcio_import_show", context, data_dict)
    return _shown(data_dict["id"])


@tk.side_effect_free
@validate(schema.import_list)
def pcio_import_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the imports of the offices the caller may import for, newest first.

    :param organization: id or name of an office (optional)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 20)
    :param offset: rows to pass over (optional)

    :returns: `count`; `results`, as `pcio_import_show` returns each
    """
    tk.check_access("pcio_import_list", context, data_dict)
    if data_dict.get("organization"):
        ids: list[str] | None = [_office(data_dict["organization"])]
    else:
        ids = present.offices_of(_user(context))
    count, rows = store.page(ids, data_dict["limit"], data_dict["offset"])
    return {"count": count, "results": present.as_dicts(rows)}


@tk.side_effect_free
@validate(schema.import_rows)
def pcio_import_rows(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return rows of an import: what became, or would become, of each.

    :param id: id of the import
    :param kind: `new`, `update`, `unchanged`, `warned`, `refused` or `skipped` (optional)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 50)
    :param offset: rows to pass over (optional)

    :returns: `count`; `results`: `sheet`, `row`, `title`, `name`, `outcome`, `warned`, `written`,
        `changes` (`field`, `label`, `old`, `new`) and `remarks` (`sheet`, `row`, `column`,
        `field`, `label`, `value`, `sentence`, `refused`)
    """
    tk.check_access("pcio_import_rows", context, data_dict)
    count, rows = store.rows_page(
        data_dict["id"], data_dict["kind"], data_dict["limit"], data_dict["offset"]
    )
    return {"count": count, "results": [present.row(row, pcio_language()) for row in rows]}


@validate(schema.import_show)
def pcio_import_run(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Import a workbook that was checked; or continue what was stopped on its way.

    :param id: id of the import

    :returns: the import, as `pcio_import_show` returns it
    """
    tk.check_access("pcio_import_run", context, data_dict)
    found = _get(data_dict["id"])
    if found["state"] in ("finished", "cancelled"):
        raise tk.ValidationError(
            {"state": [tk._("This import is over. Upload the workbook again to import it again.")]}
        )
    if found["state"] == "checked":
        store.change(found["id"], only_in=("checked",), state="queued", user_id=_who(context))
    elif found["state"] == "failed":
        # Where the check had ended, the import goes on; else the check does.
        again = "waiting" if found["total"] is None else "queued"
        store.change(
            found["id"], only_in=("failed",), state=again, error=None, user_id=_who(context)
        )
    model.Session.commit()
    queued = job.enqueue(found["organization_id"])
    return {**_shown(found["id"]), "queued": queued}


@validate(schema.import_show)
def pcio_import_cancel(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Cancel an import that is not over; datasets it has written already stay.

    :param id: id of the import

    :returns: the import, as `pcio_import_show` returns it
    """
    tk.check_access("pcio_import_cancel", context, data_dict)
    found = _get(data_dict["id"])
    changed = store.change(
        found["id"],
        only_in=(*states.PENDING, "checked", "failed"),
        **{"state": "cancelled", "finished": store.now(), "totals": store.totals(found["id"])},
    )
    model.Session.commit()
    if not changed:
        raise tk.ValidationError({"state": [tk._("This import is over already.")]})
    return _shown(found["id"])


@validate(schema.import_show)
def pcio_import_delete(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Delete an import with its report and its workbook; the datasets stay.

    :param id: id of the import

    :returns: `id`
    """
    tk.check_access("pcio_import_delete", context, data_dict)
    found = _get(data_dict["id"])
    if found["state"] in ("checking", "importing") and present.working(found):
        raise tk.ValidationError(
            {"state": [tk._("The import is at work. Cancel it first, then delete it.")]}
        )
    store.remove([found["id"]])
    model.Session.commit()
    _drop(found["id"])
    return {"id": found["id"]}


def _get(import_id: str) -> dict[str, Any]:
    found = store.get(import_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such import."))
    return found


def _office(reference: str) -> str:
    """Return the id of an office; the auth functions have looked whether it is one."""
    found = model.Group.get(reference)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such office."))
    return found.id


def _shown(import_id: str) -> dict[str, Any]:
    return present.as_dicts([_get(import_id)])[0]


def _drop(import_id: str) -> None:
    try:
        files.drop(import_id)
    except WorkbookRefused:
        return  # nowhere to store, so nothing was stored


def _name(filename: str) -> str:
    """Return the last part of a file's name, as a line of text."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return plain(values.storable(name))[:_LONGEST_NAME]


def _user(context: Context) -> model.User | None:
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    return user if isinstance(user, model.User) else None


def _who(context: Context) -> str:
    user = _user(context)
    return user.id if user else ""
