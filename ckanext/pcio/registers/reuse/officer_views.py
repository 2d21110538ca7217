"""Pages for officers: what waits for them, deciding, correcting, deleting, exporting."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response
from werkzeug.wrappers import Response as WerkzeugResponse

from ckanext.pcio.catalog.queries import visible
from ckanext.pcio.registers import datasets
from ckanext.pcio.standard.helpers import pcio_language

from . import export, forms, states, store

_PAGE_SIZE = 20
_EVERY = 1000


def officer_pages(blueprint: Blueprint) -> None:
    """Add the officers' pages to the register's blueprint."""
    blueprint.add_url_rule("/review", "review", _review)
    blueprint.add_url_rule("/export.<any(csv, xlsx):kind>", "export", _export)
    blueprint.add_url_rule("/<id>/edit", "edit", _edit, methods=["GET", "POST"])
    blueprint.add_url_rule("/<id>/decide", "decide", _decide, methods=["POST"])
    blueprint.add_url_rule("/<id>/delete", "delete", _delete, methods=["GET", "POST"])


def _review() -> str:
    """List the entries in one state, those waiting at first."""
    state = tk.request.args.get("state", states.WAITING)
    query = forms.Query.from_args(tk.request.args)
    if state not in states.STATES:
        tk.abort(404, tk._("There is no such list."))
    arguments = {**query.action_dict(_PAGE_SIZE), "state": state}
    try:
        found = tk.get_action("pcio_reuse_list")({}, arguments)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only officers of the offices may open this page."))
    except tk.ValidationError:
        return tk.abort(404, tk._("There is no such list."))
    return _review_page(state, query, found)


def _review_page(state: str, query: forms.Query, found: dict[str, Any]) -> str:
    extra = {
        "state": state,
        "states": {key: tk._(text) for key, text in states.STATES.items()},
        "query": query,
        "found": found,
        "pages": max(1, -(-found["count"] // _PAGE_SIZE)),
    }
    return tk.render("pcio/reuse/review.html", extra)


def _decide(id: str) -> str | WerkzeugResponse:
    """Take an officer's decision."""
    form = tk.request.form
    arguments = {name: form.get(name, "") for name in ("decision", "version", "reason")}
    try:
        reuse = forms.act("pcio_reuse_review", {"id": id, **arguments})
    except tk.ValidationError as refusal:
        # The reason stays in the form, beside what holds now.
        reuse = forms.act("pcio_reuse_show", {"id": id})
        extra = {"reuse": reuse, "errors": forms.sentences(refusal), "data": arguments, "key": ""}
        return tk.render("pcio/reuse/read.html", extra)
    now = states.STATES[reuse["state"]]
    tk.h.flash_success(
        tk._('"{title}" is now: {state}').format(title=reuse["title"], state=tk._(now))
    )
    return tk.redirect_to("pcio_reuse.review")


def _edit(id: str) -> str | WerkzeugResponse:
    """Show an entry as a form, and take its corrections."""
    reuse = _for_officer(id)
    form = tk.request.form
    if tk.request.method == "GET":
        ids = [dataset["id"] for dataset in reuse["datasets"]]
        named = datasets.written(ids, store.existing(visible({"user": tk.g.user})))
        return _edit_page(reuse, forms.of_reuse(reuse, named), {})
    data = forms.data(form)
    data["picture_data"] = forms.kept_picture(form, tk.request.files)
    data["picture_clear"] = bool(form.get("picture_clear"))
    if "more" in form:
        return _edit_page(reuse, data, {}, more=True)
    arguments = forms.action_dict(form, tk.request.files)
    arguments |= {
        "id": id,
        "version": form.get("version", ""),
        "picture_clear": data["picture_clear"],
    }
    try:
        forms.act("pcio_reuse_update", arguments)
    except tk.ValidationError as refusal:
        return _edit_page(reuse, data, forms.sentences(refusal))
    tk.h.flash_success(tk._("The changes are saved."))
    return tk.redirect_to("pcio_reuse.read", id=id)


def _edit_page(
    reuse: dict[str, Any], data: dict[str, Any], errors: dict[str, Any], *, more: bool = False
) -> str:
    sent = tk.request.form.get("version")
    extra = {
        "reuse": reuse,
        "data": data,
        "errors": errors,
        "rows": forms.rows(data["datasets"], more=more),
        "labels": forms.labels(),
        # Who was overtaken has been told so now, and may send the own changes again.
        "version": reuse["version"] if "version" in errors or not sent else sent,
    }
    return tk.render("pcio/reuse/edit.html", extra)


def _delete(id: str) -> str | WerkzeugResponse:
    """Ask whether an entry shall be deleted, and delete it."""
    reuse = _for_officer(id)
    if tk.request.method == "GET":
        return tk.render("pcio/reuse/delete.html", {"reuse": reuse, "errors": {}})
    try:
        forms.act("pcio_reuse_delete", {"id": id, "version": tk.request.form.get("version", "")})
    except tk.ValidationError as refusal:
        extra = {"reuse": reuse, "errors": forms.sentences(refusal)}
        return tk.render("pcio/reuse/delete.html", extra)
    tk.h.flash_success(tk._('"{title}" was deleted.').format(title=reuse["title"]))
    return tk.redirect_to("pcio_reuse.review")


def _export(kind: str) -> Response:
    """Send the approved reuses of the officer's offices as a table."""
    rows: list[dict[str, Any]] = []
    try:
        while True:
            arguments = {"state": states.APPROVED, "limit": _EVERY, "offset": len(rows)}
            found = tk.get_action("pcio_reuse_list")({}, arguments)["results"]
            rows += found
            if not found:
                break
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only officers of the offices may open this page."))
    table = export.table(rows, pcio_language())
    response = export.csv_response(table) if kind == "csv" else export.xlsx_response(table)
    forms.keep_private(response)
    return response


def _for_officer(id: str) -> dict[str, Any]:
    reuse = forms.act("pcio_reuse_show", {"id": id})
    if "version" not in reuse:
        tk.abort(403, tk._("Only officers of an office whose data is used may change this entry."))
    return reuse
