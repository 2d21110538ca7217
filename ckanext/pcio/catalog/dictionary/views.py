"""`/dataset/<id>/resource/<resource_id>/dictionary`: what the columns mean, read and written."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response
from werkzeug.wrappers import Response as WerkzeugResponse

from ckanext.pcio.standard import dictionary_writing, forgery
from ckanext.pcio.standard.columns import from_records
from ckanext.pcio.standard.helpers import pcio_language

from . import forms, incoming, present, proposal, source

pcio_dictionary = Blueprint("pcio_dictionary", __name__)
pcio_dictionary.before_request(forgery.protect)

_PATH = "/dataset/<id>/resource/<resource_id>/dictionary"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Answer = str | WerkzeugResponse


@pcio_dictionary.url_value_preprocessor
def allow_large_forms(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Take the form of a table of many columns, before anything reads it."""
    tk.request.max_form_memory_size = forms.LARGEST


@pcio_dictionary.before_app_request
def one_editor() -> WerkzeugResponse | None:
    """Lead CKAN's own page of a table's dictionary to ours.

    It would show the same words without `required` and `example`, and saving there would lose
    them.
    """
    if tk.request.endpoint != "datastore.dictionary":
        return None
    return tk.redirect_to("pcio_dictionary.edit", **(tk.request.view_args or {}))


@pcio_dictionary.route(_PATH)
def read(id: str, resource_id: str) -> str:
    """Show the dictionary to whoever may see the resource."""
    page = _page(id, resource_id)
    page["dictionary"] = _act("pcio_dictionary_show", {"resource_id": resource_id})
    page["editable"] = tk.h.check_access("pcio_dictionary_update", {"resource_id": resource_id})
    return tk.render("pcio/dictionary/read.html", page)


@pcio_dictionary.route(f"{_PATH}.<any(csv, xlsx, json):ending>")
def download(id: str, resource_id: str, ending: str) -> Any:
    """Give the dictionary as a file, in the reader's language."""
    page = _page(id, resource_id)
    told = _act("pcio_dictionary_show", {"resource_id": resource_id})
    columns, language = from_records(told["columns"]), pcio_language()
    if not columns and tk.h.check_access("pcio_dictionary_update", {"resource_id": resource_id}):
        columns = proposal.propose(page["resource"])  # for an editor to fill in
    if ending == "csv":
        response = Response(dictionary_writing.csv_text(columns, language))
        response.mimetype = "text/csv"
    elif ending == "xlsx":
        title = tk.h.resource_display_name(page["resource"])
        response = Response(dictionary_writing.workbook(columns, title, language))
        response.mimetype = _XLSX
    else:
        response = Response(tk.h.dump_json(told, ensure_ascii=False, indent=2))
        response.mimetype = "application/json"
    name = f"{page['pkg']['name']}-dictionary.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@pcio_dictionary.route(f"{_PATH}/edit", methods=["GET", "POST"])
def edit(id: str, resource_id: str) -> _Answer:
    """Show the form of the dictionary, and take what is written.

    Without a dictionary the form begins with what the file itself tells.
    """
    page = _editors_page(id, resource_id)
    form = tk.request.form
    if tk.request.method == "GET":
        found = page["dictionary"]
        rows = forms.from_records(found["columns"])
        proposed = not rows and forms.from_columns(proposal.propose(page["resource"]))
        return _form(page, rows or proposed or [{}], found["version"], proposed=bool(proposed))
    rows, version = forms.rows(form), form.get("version", "")
    wish = form.get("do", "save")
    if wish != "save":
        return _form(page, forms.changed(rows, wish), version, unsaved=True)
    columns = forms.written(rows)
    try:
        tk.get_action("pcio_dictionary_update")(
            {}, {"resource_id": resource_id, "version": version, "columns": columns}
        )
    except tk.ValidationError as refusal:
        return _refused(page, columns, version, refusal.error_dict)
    tk.h.flash_success(tk._("The data dictionary was saved."))
    return tk.redirect_to("pcio_dictionary.read", id=page["pkg"]["name"], resource_id=resource_id)


@pcio_dictionary.route(f"{_PATH}/upload", methods=["POST"])
def upload(id: str, resource_id: str) -> _Answer:
    """Show what a file would make of the dictionary; only saving the form replaces anything."""
    page = _editors_page(id, resource_id)
    found = page["dictionary"]
    data = {"resource_id": resource_id, "upload": tk.request.files.get("upload") or ""}
    try:
        laid = tk.get_action("pcio_dictionary_import")({}, data)
    except tk.ValidationError as refusal:
        page["upload_errors"] = forms.sentences(refusal.error_dict)
        rows = forms.from_records(found["columns"]) or [{}]
        return _form(page, rows, found["version"])
    overrides = {each["name"]: each.get("type_override", "") for each in found["columns"]}
    rows = forms.from_records(laid["columns"])
    for row in rows:
        row["type_override"] = overrides.get(row["name"], "")
    page["laid"] = laid
    page["remarks"] = [present.remark_line(each) for each in laid["remarks"]]
    return _form(page, rows or [{}], found["version"], unsaved=True)


@pcio_dictionary.route(f"{_PATH}/delete", methods=["GET", "POST"])
def delete(id: str, resource_id: str) -> _Answer:
    """Ask whether the dictionary is to go, and remove it."""
    page = _editors_page(id, resource_id)
    if tk.request.method == "GET":
        return tk.render("pcio/dictionary/delete.html", page)
    data = {"resource_id": resource_id, "version": tk.request.form.get("version", "")}
    try:
        tk.get_action("pcio_dictionary_delete")({}, data)
    except tk.ValidationError as refusal:
        page["errors"] = forms.sentences(refusal.error_dict)
        return tk.render("pcio/dictionary/delete.html", page)
    tk.h.flash_success(tk._("The data dictionary was deleted."))
    return tk.redirect_to("pcio_dictionary.read", id=page["pkg"]["name"], resource_id=resource_id)


def _refused(
    page: dict[str, Any], rows: list[dict[str, Any]], version: str, errors: dict[str, Any]
) -> str:
    """Show the form with what was written, and why it was not taken."""
    if "version" in errors:
        # Somebody else was faster: what differs is told, and saving again is a decision.
        now = page["dictionary"]
        page["overtaken"] = True
        mine = from_records([{**row, "type": row.get("type") or ""} for row in rows])
        added, removed, changed = incoming.differences(from_records(now["columns"]), mine)
        page["differences"] = {"added": added, "removed": removed, "changed": changed}
        version = now["version"]
    page["sentences"] = forms.sentences(errors)
    return _form(page, rows or [{}], version, errors=errors, unsaved=True)


def _form(
    page: dict[str, Any],
    rows: list[dict[str, Any]],
    version: str,
    *,
    errors: dict[str, Any] | None = None,
    unsaved: bool = False,
    proposed: bool = False,
) -> str:
    extra = {
        **page,
        "rows": rows,
        "version": version,
        "cell_errors": forms.cell_errors(errors or {}, len(rows)),
        "errors": errors or {},
        "unsaved": unsaved,
        "proposed": proposed,
        "table": page["dictionary"]["source"] == "datastore",
    }
    return tk.render("pcio/dictionary/edit.html", extra)


def _editors_page(id: str, resource_id: str) -> dict[str, Any]:
    page = _page(id, resource_id)
    try:
        tk.check_access("pcio_dictionary_update", {}, {"resource_id": resource_id})
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only editors of the office that owns this data may change it."))
    page["dictionary"] = _act("pcio_dictionary_show", {"resource_id": resource_id})
    return page


def _page(id: str, resource_id: str) -> dict[str, Any]:
    """Return the dataset and the resource; 404 where the reader may not see them."""
    package = _act("package_show", {"id": id})
    resource = next((each for each in package["resources"] if each["id"] == resource_id), None)
    if resource is None:
        tk.abort(404, tk._("There is no such file."))
    source.resource_of(resource_id)
    return {"pkg": package, "pkg_dict": package, "resource": resource, "res": resource}


def _act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    try:
        return tk.get_action(action)({}, data_dict)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return tk.abort(404, tk._("There is no such file."))
