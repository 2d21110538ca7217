"""Pages of officers: what waits to be checked, answering, correcting, importing, exporting."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.pcio.standard.helpers import pcio_language, pcio_messages
from ckanext.pcio.standard.thai import sort_key

from . import export, listing, queries
from .access import Viewer, viewer

_ANSWER_FIELDS = ("answer", "dataset", "url", "note", "expected_on")
_EDIT_FIELDS = ("title", "description", "purpose", "asker", "organization", "year", "email")
_PAGE = 50
_MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Run an action for the visitor; a refusal or a wrong address becomes its HTTP error."""
    try:
        return tk.get_action(action)({}, data_dict)
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error.message or tk._("You may not see this page.")))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such request."))


def offices(*, asked: bool = False) -> list[dict[str, str]]:
    """Return name and title of every office, or of those that requests ask, by title."""
    found = queries.offices_asked(_officer(any_visitor=True)) if asked else queries.all_offices()
    named = [{"name": each["name"], "title": each["title"] or each["name"]} for each in found]
    return sorted(named, key=lambda office: sort_key(office["title"]))


def _officer(*, any_visitor: bool = False) -> Viewer:
    name = tk.current_user.name if tk.current_user.is_authenticated else ""
    who = viewer({"user": name})
    if not who.officer and not any_visitor:
        return tk.abort(403, tk._("This page is for officers."))
    return who


def moderation() -> str:
    """List what waits to be checked, and what is hidden, as far as it is this officer's."""
    _officer()
    state = "hidden" if tk.request.args.get("state") == "hidden" else "waiting"
    asked = {"state": state, "sort": "new", "limit": _PAGE}
    found = act("pcio_demand_list", asked)
    extra = {"state": state, "rows": found["results"], "count": found["count"]}
    return tk.render("pcio/demand/moderation.html", extra)


def moderate(demand_id: str) -> Response:
    """Publish, hide or put back a request."""
    change = {"id": demand_id, "moderation": tk.request.form.get("moderation", "")}
    try:
        act("pcio_demand_update", change)
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(pcio_messages(error.error_dict)))
    else:
        said = {
            "public": tk._("The request is published."),
            "hidden": tk._("The request is hidden."),
        }
        tk.h.flash_success(said.get(change["moderation"], tk._("The request waits again.")))
    if tk.request.form.get("next") == "moderation":
        return tk.redirect_to("pcio_demand.moderation")
    return tk.redirect_to("pcio_demand.read", demand_id=demand_id)


def answer(demand_id: str) -> str | Response:
    """Answer a request; who is told that another was quicker sees both answers."""
    _officer()
    demand = act("pcio_demand_show", {"id": demand_id})
    given = demand["answer"] or {}
    data = {
        "answer": given.get("kind", ""),
        "dataset": (given.get("dataset") or {}).get("name", ""),
        "version": demand["version"],
        **{name: given.get(name) or "" for name in ("url", "note", "expected_on")},
    }
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        form = tk.request.form
        data = {name: form.get(name, "") for name in (*_ANSWER_FIELDS, "version")}
        try:
            result = act(
                "pcio_demand_answer", {"id": demand_id, **{k: v for k, v in data.items() if v}}
            )
        except tk.ValidationError as error:
            errors = {name: pcio_messages(said) for name, said in error.error_dict.items()}
            demand = act("pcio_demand_show", {"id": demand_id})
            if "version" in errors:
                # What is on the page now has been read, so it may be answered.
                data["version"] = demand["version"]
        else:
            tk.h.flash_success(tk._("The answer is published."))
            for warning in result["warnings"]:
                tk.h.flash_notice(warning)
            return tk.redirect_to("pcio_demand.read", demand_id=demand_id)
    return tk.render("pcio/demand/answer.html", {"demand": demand, "data": data, "errors": errors})


def edit(demand_id: str) -> str | Response:
    """Correct a request or pass it on to the office it concerns."""
    demand = act("pcio_demand_show", {"id": demand_id})
    if not demand["handles"]:
        return tk.abort(403, tk._("Only the office asked may check and change this request."))
    data = {name: demand.get(name) or "" for name in (*_EDIT_FIELDS, "version")}
    data["organization"] = (demand["organization"] or {}).get("name", "")
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        data = {name: tk.request.form.get(name, "") for name in (*_EDIT_FIELDS, "version")}
        try:
            act("pcio_demand_update", {"id": demand_id, **data})
        except tk.ValidationError as error:
            errors = {name: pcio_messages(said) for name, said in error.error_dict.items()}
        else:
            tk.h.flash_success(tk._("The request is changed."))
            if _readable(demand_id):
                return tk.redirect_to("pcio_demand.read", demand_id=demand_id)
            return tk.redirect_to("pcio_demand.moderation")
    extra = {"demand": demand, "data": data, "errors": errors, "offices": offices()}
    return tk.render("pcio/demand/edit.html", extra)


def _readable(demand_id: str) -> bool:
    try:
        return bool(tk.get_action("pcio_demand_show")({}, {"id": demand_id}))
    except tk.ObjectNotFound:
        return False


def delete(demand_id: str) -> str | Response:
    """Ask once more, then remove a request for good."""
    demand = act("pcio_demand_show", {"id": demand_id})
    if not _officer().sysadmin:
        return tk.abort(403, tk._("Only an administrator may delete a request; hide it instead."))
    if tk.request.method == "POST":
        act("pcio_demand_delete", {"id": demand_id})
        tk.h.flash_success(tk._("The request is deleted."))
        return tk.redirect_to("pcio_demand.index")
    return tk.render("pcio/demand/delete.html", {"demand": demand})


def import_list() -> str | Response:
    """Take in the central agency's yearly list, first as a trial."""
    if not _officer().sysadmin:
        return tk.abort(403, tk._("Only an administrator may import the yearly list."))
    form, report = tk.request.form, None
    data = {"year": form.get("year", ""), "dry_run": form.get("dry_run", "")}
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        given: dict[str, Any] = {"year": data["year"], "dry_run": bool(data["dry_run"])}
        upload = tk.request.files.get("upload")
        if upload is not None and upload.filename:
            given["upload"] = upload
        try:
            report = act("pcio_demand_import", given)
        except tk.ValidationError as error:
            errors = {name: pcio_messages(said) for name, said in error.error_dict.items()}
    extra = {"data": data, "errors": errors, "report": report}
    return tk.render("pcio/demand/import.html", extra)


def export_file(kind: str) -> Response:
    """Send the requests of the list's filters with their answers, for a spreadsheet."""
    _officer()
    query = listing.parse(tk.request.args)
    try:
        rows = list(listing.every_row(query, lambda asked: act("pcio_demand_list", asked)))
    except tk.ValidationError:
        return tk.abort(404, tk._("There is no such list of requests."))
    write = export.csv_document if kind == "csv" else export.xlsx_document
    response = Response(write(rows, pcio_language()), mimetype=_MIMETYPES[kind])
    name = "-".join(part for part in ("pcio-demand", query.year, query.state) if part)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def add_to(blueprint: Blueprint) -> None:
    """Add the pages of officers to the register's blueprint."""
    both = ["GET", "POST"]
    for rule, view, methods in (
        ("/moderation", moderation, ["GET"]),
        ("/import", import_list, both),
        ("/export.<any(csv, xlsx):kind>", export_file, ["GET"]),
        ("/<demand_id>/moderate", moderate, ["POST"]),
        ("/<demand_id>/answer", answer, both),
        ("/<demand_id>/edit", edit, both),
        ("/<demand_id>/delete", delete, both),
    ):
        blueprint.add_url_rule(rule, view_func=view, methods=methods)
