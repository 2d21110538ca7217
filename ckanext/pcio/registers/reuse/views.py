"""`/reuse`: how people use the province's data, and the form by which they tell it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, make_response
from werkzeug.wrappers import Response as WerkzeugResponse

from ckanext.pcio.catalog.queries import visible
from ckanext.pcio.registers import datasets, spam
from ckanext.pcio.standard import forgery

from . import forms, store
from .officer_views import officer_pages

PAGE_SIZE = 12

pcio_reuse = Blueprint("pcio_reuse", __name__, url_prefix="/reuse")
pcio_reuse.before_request(forgery.protect)
officer_pages(pcio_reuse)


@pcio_reuse.route("")
def index() -> str:
    """Show the approved reuses as cards, a page at a time."""
    query = forms.Query.from_args(tk.request.args)
    try:
        found = tk.get_action("pcio_reuse_list")({}, query.action_dict(PAGE_SIZE))
    except tk.ValidationError:
        return tk.abort(404, tk._("There is no such list."))
    extra = {"query": query, "found": found, "pages": max(1, -(-found["count"] // PAGE_SIZE))}
    return tk.render("pcio/reuse/index.html", extra)


@pcio_reuse.route("/new", methods=["GET", "POST"])
def new() -> str | WerkzeugResponse:
    """Show the form, and take what is told."""
    form = tk.request.form
    if tk.request.method == "GET":
        where = store.existing(visible({"user": tk.g.user}))
        asked = tk.request.args.get("dataset", "").replace("\x00", "")
        named = datasets.written([asked], where)
        return _form({"datasets": named}, {})
    data = forms.data(form)
    data["picture_data"] = forms.kept_picture(form, tk.request.files)
    if "more" in form:
        return _form(data, {}, more=True)
    try:
        spam.check_form("reuse", form)
        told = tk.get_action("pcio_reuse_create")({}, forms.action_dict(form, tk.request.files))
    except tk.ValidationError as refusal:
        return _form(data, forms.sentences(refusal))
    return tk.redirect_to("pcio_reuse.read", id=told["id"], key=told["key"])


@pcio_reuse.route("/<id>")
def read(id: str) -> Any:
    """Show one reuse; with the key of its submitter, also where it stands."""
    key = tk.request.args.get("key", "")
    reuse = forms.act("pcio_reuse_show", {"id": id, "key": key})
    page = tk.render("pcio/reuse/read.html", {"reuse": reuse, "key": key})
    response = make_response(page)
    if key:
        forms.keep_private(response)
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _form(data: dict[str, Any], errors: dict[str, list[str]], *, more: bool = False) -> str:
    extra = {
        "data": data,
        "errors": errors,
        "rows": forms.rows(data["datasets"], more=more),
        "labels": forms.labels(),
        "token": spam.token("reuse", tk.request.form),
    }
    return tk.render("pcio/reuse/new.html", extra)
