"""Pages of the register of exchanges of sharable data with other agencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context
from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard import forgery
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import Message

from . import export, page
from .choices import form_choices
from .fields import FIELDS, GROUPS

pcio_exchange = Blueprint("pcio_exchange", __name__, url_prefix="/exchange")
pcio_exchange.before_request(forgery.protect)

FORBIDDEN = 403
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pcio_exchange.route("", endpoint="index")
@pcio_exchange.route("/", endpoint="index_with_slash")
def index() -> AnyResponse | str:
    """Show the ledger to people of an office; invite everybody else to log in."""
    query = page.Query.from_args(tk.request.args)
    try:
        found = tk.get_action("pcio_exchange_list")({}, query.action_dict())
    except tk.NotAuthorized:
        return Response(tk.render("pcio/exchange/invitation.html"), FORBIDDEN)
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such office."))
    language = pcio_language()
    return tk.render(
        "pcio/exchange/index.html",
        {
            "query": query,
            "total": page.total(found),
            "groups": page.by_level(found["results"], language),
            "choices": form_choices(_context(), language, filters=True),
            "pages": max(1, -(-found["count"] // page.PAGE_SIZE)),
            "may_add": tk.h.check_access("pcio_exchange_create", {}),
        },
    )


@pcio_exchange.route("/csv", endpoint="csv")
def as_csv() -> AnyResponse:
    """Send the list as CSV."""
    return _file(export.as_csv(_every_row(), pcio_language()), "text/csv", "csv")


@pcio_exchange.route("/xlsx", endpoint="xlsx")
def as_xlsx() -> AnyResponse:
    """Send the list as an Excel file."""
    title = tk._("Exchanges")
    return _file(export.as_xlsx(_every_row(), pcio_language(), title), XLSX, "xlsx")


@pcio_exchange.route("/new", methods=["GET", "POST"])
def new() -> AnyResponse | str:
    """Record an exchange."""
    asked = tk.request.args.get("dataset", "")
    _check("pcio_exchange_create", {"dataset": asked} if asked else {})
    if tk.request.method == "GET":
        return _form({"dataset": asked}, _not_sharable(asked))
    return _save("pcio_exchange_create", {})


@pcio_exchange.route("/<exchange_id>")
def show(exchange_id: str) -> str:
    """Show one exchange."""
    found = _act("pcio_exchange_show", {"id": exchange_id})
    return tk.render(
        "pcio/exchange/show.html",
        {
            "row": page.row_view(found, pcio_language()),
            "may_change": tk.h.check_access("pcio_exchange_update", {"id": exchange_id}),
        },
    )


@pcio_exchange.route("/<exchange_id>/edit", methods=["GET", "POST"])
def edit(exchange_id: str) -> AnyResponse | str:
    """Change an exchange."""
    _check("pcio_exchange_update", {"id": exchange_id})
    if tk.request.method == "POST":
        return _save("pcio_exchange_update", {"id": exchange_id})
    found = _act("pcio_exchange_show", {"id": exchange_id})
    return _form(found, {}, exchange_id)


@pcio_exchange.route("/<exchange_id>/delete", methods=["GET", "POST"])
def delete(exchange_id: str) -> AnyResponse | str:
    """Ask, and remove an exchange."""
    _check("pcio_exchange_delete", {"id": exchange_id})
    errors: Mapping[str, Any] = {}
    if tk.request.method == "POST":
        try:
            written = {"id": exchange_id, "version": tk.request.form.get("version", "")}
            _act("pcio_exchange_delete", written)
        except tk.ValidationError as refused:
            errors = refused.error_dict
        else:
            tk.h.flash_success(tk._("The exchange was removed."))
            return tk.redirect_to("pcio_exchange.index")
    row = page.row_view(_act("pcio_exchange_show", {"id": exchange_id}), pcio_language())
    return tk.render("pcio/exchange/delete.html", {"row": row, "errors": errors})


def _save(action: str, identity: dict[str, str]) -> AnyResponse | str:
    """Store a form and show the exchange, or show the form again with what was refused."""
    form = tk.request.form
    written = {name: form.get(name, "") for name in FIELDS}
    if identity:
        written["version"] = form.get("version", "")
        written.pop("dataset")
    try:
        saved = tk.get_action(action)({}, {**identity, **written})
    except tk.ValidationError as refused:
        return _form({**written, **identity}, refused.error_dict, identity.get("id"))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such dataset or exchange."))
    except tk.NotAuthorized as refused:
        return tk.abort(FORBIDDEN, str(refused.message or ""))
    tk.h.flash_success(tk._("The exchange was saved."))
    return tk.redirect_to("pcio_exchange.show", exchange_id=saved["id"])


def _not_sharable(asked: str) -> dict[str, list[str]]:
    """Say why the dataset a link names is not among those to choose from."""
    if not asked or asked in dict(form_choices(_context(), pcio_language())["dataset"]):
        return {}
    return {
        "dataset": [
            tk._(
                "The level of this dataset does not allow sharing: it has to be open or internal "
                "use."
            )
        ]
    }


def _form(
    data: Mapping[str, Any], errors: Mapping[str, Any], exchange_id: str | None = None
) -> str:
    language = pcio_language()
    known: Mapping[str, Any] = data
    if exchange_id and errors:
        known = {**_act("pcio_exchange_show", {"id": exchange_id}), **data}
    extra = {
        "data": known,
        "errors": _without_names(errors),
        "groups": GROUPS,
        "labels": {name: _label(name) for name in FIELDS},
        "choices": form_choices(_context(), language),
        "exchange_id": exchange_id,
    }
    return tk.render("pcio/exchange/form.html", extra)


def _without_names(errors: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return refusals in the form's order, without the name of the field they stand beside."""
    order = list(FIELDS)
    return {
        name: [
            sentence.removeprefix(f"{_label(name)}: ") if name in FIELDS else sentence
            for sentence in sentences
        ]
        for name, sentences in sorted(
            errors.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1
        )
    }


def _label(name: str) -> str:
    return Message(FIELDS[name].label).text(pcio_language())


def _every_row() -> list[Mapping[str, Any]]:
    query = page.Query.from_args(tk.request.args)
    return list(page.every_row(query, lambda wanted: _act("pcio_exchange_list", wanted)))


def _file(content: str | bytes, mimetype: str, ending: str) -> AnyResponse:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="pcio-exchange.{ending}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _check(action: str, data_dict: dict[str, Any]) -> None:
    try:
        tk.check_access(action, _context(), data_dict)
    except tk.NotAuthorized as refused:
        tk.abort(FORBIDDEN, str(refused.message or ""))
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such dataset or exchange."))


def _act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    try:
        return tk.get_action(action)({}, data_dict)
    except tk.NotAuthorized as refused:
        return tk.abort(FORBIDDEN, str(refused.message or ""))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such dataset or exchange."))


def _context() -> Context:
    user = tk.current_user
    known = user if isinstance(user, model.User) else None
    return Context(user=user.name if known else "", auth_user_obj=known)
