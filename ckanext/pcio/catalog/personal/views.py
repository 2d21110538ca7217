"""Pages: personal data in files that are about to become public."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint
from werkzeug.wrappers import Response as WerkzeugResponse

from ckanext.pcio.standard import forgery

from . import schema
from .states import FOUND, STATES

PAGE_SIZE = 20
_LAST_PAGE = 100_000

pcio_personal = Blueprint("pcio_personal", __name__, url_prefix="/personal")
pcio_personal.before_request(forgery.protect)


@pcio_personal.route("")
def index() -> Any:
    """Show the files of the visitor's offices that wait for a decision, or are in another state."""
    if not tk.current_user.is_authenticated:
        return tk.h.redirect_to("user.login", came_from=tk.h.url_for("pcio_personal.index"))
    state = tk.request.args.get("state", FOUND)
    state = state if state in STATES else FOUND
    page = _page(tk.request.args.get("page", ""))
    asked = {"state": state, "limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE}
    try:
        found = tk.get_action("pcio_personal_list")({}, asked)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only editors of an office may see this list."))
    extra = {
        "found": found,
        "state": state,
        "page": page,
        "pages": max(1, -(-found["count"] // PAGE_SIZE)),
    }
    return tk.render("pcio/personal/index.html", extra)


@pcio_personal.route("/<resource_id>", methods=["GET", "POST"])
def read(resource_id: str) -> str | WerkzeugResponse:
    """Show what was found in one file to its editors, and take their decision."""
    found = _act("pcio_personal_show", {"id": resource_id})
    if not found["files"]:
        return tk.abort(404, tk._("This file was not scanned."))
    form = tk.request.form
    if tk.request.method == "GET":
        return _page_of(found, resource_id, {}, {})
    action = "pcio_personal_withdraw" if "withdraw" in form else "pcio_personal_confirm"
    asked = {"id": resource_id, "reason": form.get("reason"), "version": form.get("version")}
    try:
        if "scan" in form:
            _act("pcio_personal_scan", {"id": resource_id})
            tk.h.flash_success(tk._("The file will be checked again in a moment."))
        else:
            _act(action, asked)
            tk.h.flash_success(tk._("Your decision is kept."))
    except tk.ValidationError as refusal:
        found = _act("pcio_personal_show", {"id": resource_id})
        return _page_of(found, resource_id, {"reason": asked["reason"]}, refusal.error_dict)
    return tk.h.redirect_to("pcio_personal.read", resource_id=resource_id)


def _page_of(
    found: dict[str, Any], resource_id: str, data: dict[str, Any], errors: dict[str, Any]
) -> str:
    pkg = _act("package_show", {"id": found["package_id"]})
    resource = next((res for res in pkg["resources"] if res["id"] == resource_id), None)
    extra = {
        "pkg": pkg,
        "resource": resource or {"id": resource_id},
        "scan": found["files"][0],
        "mode": found["mode"],
        "data": data,
        "errors": errors,
        "shortest": schema.REASON_SHORTEST,
        "longest": schema.REASON_LONGEST,
    }
    return tk.render("pcio/personal/read.html", extra)


def _act(action: str, data_dict: dict[str, Any]) -> Any:
    try:
        return tk.get_action(action)({}, data_dict)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        # What was found in a file is nobody's business who may not change it.
        return tk.abort(404, tk._("There is no such dataset or file."))


def _page(number: str) -> int:
    return int(number) if number.isdecimal() and 0 < len(number) < len(str(_LAST_PAGE)) else 1
