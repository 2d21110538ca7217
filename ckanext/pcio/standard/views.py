"""Saving the metadata form: as a draft, as a draft with files to come, or published.

These take the place of CKAN's own handlers of the same addresses, which can save a new dataset as
a draft only and drop what a validator had to say without refusing. The pages stay CKAN's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.navl import dictization_functions
from ckan.lib.search import SearchIndexError
from ckan.logic import clean_dict, parse_params, tuplize_dict
from ckan.views import dataset as core
from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from ckanext.pcio.standard import completeness, forgery
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.names import proposed_name
from ckanext.pcio.standard.tags import split_tags

TYPE = "dataset"
LONGEST_TITLE = 300

pcio_form = Blueprint("pcio_form", __name__)
pcio_form.before_request(forgery.protect)

_Answer = Response | str


def _typed() -> dict[str, Any]:
    """Return what the form sent as a dataset dictionary; 400 where it is none."""
    try:
        sent = dictization_functions.unflatten(tuplize_dict(parse_params(tk.request.form)))
    except dictization_functions.DataError:
        return tk.abort(400)
    data: dict[str, Any] = clean_dict(sent)
    for name in ("_ckan_phase", "save", "pkg_name"):
        data.pop(name, None)
    if isinstance(data.get("tag_string"), str):
        data["tags"] = [{"name": name} for name in split_tags(data["tag_string"])]
    return data


def _save(action: str, data: dict[str, Any]) -> Mapping[str, Any]:
    """Save a dataset and tell its publisher what was remarked on."""
    warnings: list[Mapping[str, Any]] = []
    context: Any = {
        "user": tk.current_user.name,
        "auth_user_obj": tk.current_user,
        "save": True,
        "allow_state_change": True,
        "pcio_warnings": warnings,
    }
    try:
        saved = tk.get_action(action)(context, data)
    except tk.NotAuthorized:
        return tk.abort(403)
    except tk.ObjectNotFound:
        return tk.abort(404)
    except SearchIndexError:
        return tk.abort(500, tk._("The dataset could not be indexed; it was not saved."))
    _tell(saved, warnings)
    return saved


def _tell(saved: Mapping[str, Any], warnings: Iterable[Mapping[str, Any]]) -> None:
    language = pcio_language()
    items = completeness.check(saved)
    filled = sum(item.state == "ok" for item in items)
    if saved["state"] == "draft":
        said = tk._("Saved as a draft with {filled} of {total} mandatory items.")
    elif saved["private"]:
        said = tk._("Published for members of the organization, with {filled} of {total} items.")
    else:
        said = tk._("Published for everyone, with {filled} of {total} mandatory items.")
    tk.h.flash_success(said.format(filled=filled, total=len(items)))
    if saved["state"] == "active" and not saved.get("resources"):
        tk.h.flash_notice(tk._("The dataset has no file or link yet; add one so it can be used."))
    for warning in warnings:
        label = warning["label"].get(language) or warning["field"]
        tk.h.flash_notice(f"{label}: {warning['message'].text(language)}")


@pcio_form.post("/dataset/new")
def save_new() -> _Answer:
    """Save a new dataset, or a draft that has been saved before."""
    button = tk.request.form.get("save", "")
    draft = tk.request.form.get("pkg_name", "")
    data = _typed()
    data["state"] = "active" if button == "publish" else "draft"
    data["type"] = TYPE
    if draft:
        data["id"] = draft
    try:
        saved = _save("package_update" if draft else "package_create", data)
    except tk.ValidationError as refused:
        return _show_draft(draft, data, refused)
    return tk.redirect_to(_next_page(button, saved))


def _show_draft(draft: str, data: dict[str, Any], refused: Any) -> _Answer:
    errors, summary = refused.error_dict, refused.error_summary
    if not draft:
        data["state"] = "none"
        return cast("_Answer", core.CreateView().get(TYPE, data, errors, summary))
    package = model.Package.get(draft)
    data["state"] = package.state if package else "draft"
    return cast("_Answer", core.EditView().get(TYPE, draft, data, errors, summary))


def _next_page(button: str, saved: Mapping[str, Any]) -> str:
    resources = saved.get("resources") or []
    if button in ("publish", "go-metadata-preview"):
        return tk.h.url_for("dataset.read", id=saved["name"])
    if button == "draft":
        return tk.h.url_for("dataset.edit", id=saved["name"])
    if button == "go-resources" and resources:
        return tk.h.url_for(
            "dataset_resource.edit", id=saved["name"], resource_id=resources[-1]["id"]
        )
    return tk.h.url_for("dataset_resource.new", id=saved["name"])


@pcio_form.post("/dataset/edit/<id>")
def save_changes(id: str) -> _Answer:
    """Save a dataset that is published, or take it back to a draft."""
    package = model.Package.get(id)
    if package is not None and package.type != TYPE:
        return cast("_Answer", core.EditView().post(package.type, id))
    button = tk.request.form.get("save", "")
    data = _typed()
    data["id"] = id
    state = {"go-metadata-unpublish": "draft", "draft": "draft", "publish": "active"}.get(button)
    if state is not None:
        data["state"] = state
    try:
        saved = _save("package_update", data)
    except tk.ValidationError as refused:
        errors, summary = refused.error_dict, refused.error_summary
        return cast("_Answer", core.EditView().get(TYPE, id, data, errors, summary))
    return tk.redirect_to(tk.h.url_for("dataset.read", id=saved["name"]))


@pcio_form.get("/dataset/new/name")
def suggest_name() -> Response:
    """Answer the name a title would get in web addresses, for the form's preview."""
    try:
        tk.check_access("package_create", {"user": tk.current_user.name})
    except tk.NotAuthorized:
        return tk.abort(403)
    title = tk.request.args.get("title", "")[:LONGEST_TITLE].strip()
    return jsonify({"name": proposed_name(title) if title else ""})
