"""Pages of the register of public demand: what everybody sees, asks and supports.

Pages of officers are in `office_views.py`, on the same blueprint.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, session

from ckanext.pcio.registers import spam
from ckanext.pcio.standard import forgery
from ckanext.pcio.standard.dates import BUDDHIST_OFFSET, today_in_thailand
from ckanext.pcio.standard.helpers import pcio_messages

from . import listing, office_views
from .office_views import act, offices

pcio_demand = Blueprint("pcio_demand", __name__, url_prefix="/demand")
pcio_demand.before_request(forgery.protect)

_FIELDS = ("title", "description", "purpose", "asker", "organization", "email")
# Requests this browser supported, so that the button says so; nothing on the server knows them.
_SUPPORTED = "pcio_demand_supported"
_REMEMBERED = 50


@pcio_demand.route("", strict_slashes=False)
def index() -> str:
    """List the published requests, a page at a time, with numbers by year."""
    query = listing.parse(tk.request.args)
    try:
        found = act("pcio_demand_list", query.action_dict())
    except tk.ValidationError:
        return tk.abort(404, tk._("There is no such list of requests."))
    extra = {
        "query": query,
        "rows": found["results"],
        "count": found["count"],
        "years": found["years"],
        "pages": max(1, -(-found["count"] // listing.PAGE_SIZE)),
        "first": (query.page - 1) * listing.PAGE_SIZE + 1,
        "offices": offices(asked=True),
        "sorts": listing.SORTS,
        "supported": _supported(),
    }
    return tk.render("pcio/demand/index.html", extra)


@pcio_demand.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    """Ask for data. Anybody may; the form keeps what was written when it is refused."""
    form = tk.request.form
    data: dict[str, Any] = {"title": tk.request.args.get("title", "")[:300], "asker": "citizen"}
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        data = {name: form.get(name, "") for name in _FIELDS}
        try:
            spam.check_form("demand", form)
            made = act("pcio_demand_create", {k: v for k, v in data.items() if v})
        except tk.ValidationError as error:
            errors = {name: pcio_messages(said) for name, said in error.error_dict.items()}
        else:
            session["pcio_demand_sent"] = made["id"]
            return tk.redirect_to("pcio_demand.thanks")
    extra = {
        "data": data,
        "errors": errors,
        "token": spam.token("demand", form),
        "offices": offices(),
        "year": today_in_thailand().year + BUDDHIST_OFFSET,
    }
    return tk.render("pcio/demand/new.html", extra)


@pcio_demand.route("/thanks")
def thanks() -> str:
    """Say that the request arrived and what happens next."""
    return tk.render("pcio/demand/thanks.html", {"sent": bool(session.get("pcio_demand_sent"))})


@pcio_demand.route("/<demand_id>")
def read(demand_id: str) -> str:
    """Show one request, its answer and its support."""
    demand = act("pcio_demand_show", {"id": demand_id})
    return tk.render("pcio/demand/read.html", {"demand": demand, "supported": _supported()})


@pcio_demand.route("/<demand_id>/support", methods=["POST"])
def support(demand_id: str) -> Response:
    """Count the visitor's support, and go back to the page the button was on."""
    try:
        result = act("pcio_demand_support", {"id": demand_id})
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(pcio_messages(error.error_dict)))
        return _back(demand_id)
    if not tk.current_user.is_authenticated:
        session[_SUPPORTED] = [*_supported(), demand_id][-_REMEMBERED:]
    if result["added"]:
        tk.h.flash_success(tk._("Your support is counted. Thank you."))
    else:
        tk.h.flash_notice(tk._("Your support was counted before."))
    return _back(demand_id)


@pcio_demand.route("/<demand_id>/unsupport", methods=["POST"])
def unsupport(demand_id: str) -> Response:
    """Take the support of a login back."""
    result = act("pcio_demand_unsupport", {"id": demand_id})
    if result["removed"]:
        tk.h.flash_success(tk._("Your support is taken back."))
    return _back(demand_id)


def _supported() -> list[str]:
    found = session.get(_SUPPORTED, [])
    return found if isinstance(found, list) else []


def _back(demand_id: str) -> Response:
    return tk.redirect_to("pcio_demand.read", demand_id=demand_id)


office_views.add_to(pcio_demand)
