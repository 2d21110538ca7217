"""Pages: taking in workbooks of metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard import forgery
from ckanext.pcio.standard.helpers import pcio_language, pcio_messages
from ckanext.pcio.standard.thai import sort_key

from . import present, report
from .states import FILTERS

pcio_import = Blueprint("pcio_import", __name__, url_prefix="/import")
pcio_import.before_request(forgery.protect)

PAGE = 50
LISTED = 20
FORBIDDEN = 403
_DIGITS = 6
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pcio_import.route("", methods=["GET", "POST"], endpoint="index")
@pcio_import.route("/", methods=["GET", "POST"], endpoint="index_with_slash")
def index() -> AnyResponse | str:
    """Offer the upload of a workbook, and list the imports of the visitor's offices."""
    if not tk.h.check_access("pcio_import_create", {}):
        return Response(tk.render("pcio/import/invitation.html"), FORBIDDEN)
    data: dict[str, Any] = {"organization": tk.request.args.get("organization", "")}
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        form = tk.request.form
        data = {
            "organization": form.get("organization", ""),
            "publish": form.get("publish", ""),
            "owner_text": form.get("owner_text", ""),
        }
        try:
            made = tk.get_action("pcio_import_create")(
                {}, {**data, "upload": tk.request.files.get("upload")}
            )
        except tk.ValidationError as refused:
            errors = {name: pcio_messages(said) for name, said in refused.error_dict.items()}
        except tk.ObjectNotFound as refused:
            errors = {"organization": [str(refused.message or tk._("There is no such office."))]}
        except tk.NotAuthorized as refused:
            errors = {"organization": [str(refused.message or "")]}
        else:
            _tell_if_waiting(made)
            return tk.redirect_to("pcio_import.show", import_id=made["id"])
    return _index(data, errors)


def _index(data: dict[str, Any], errors: dict[str, list[str]]) -> str:
    page = _number("page")
    found = _act("pcio_import_list", {"limit": LISTED, "offset": (page - 1) * LISTED})
    offices = sorted(
        present.offices(present.offices_of(_user())).values(),
        key=lambda office: sort_key(office["title"]),
    )
    return tk.render(
        "pcio/import/index.html",
        {
            "data": data,
            "errors": errors,
            "offices": [(office["name"], office["title"]) for office in offices],
            "imports": found["results"],
            "page": page,
            "pages": max(1, -(-found["count"] // LISTED)),
            "limit": tk.config["ckanext.pcio.import_max_mb"],
            "days": tk.config["ckanext.pcio.import_keep_days"],
        },
    )


@pcio_import.route("/<import_id>")
def show(import_id: str) -> str:
    """Show where an import stands, what the check found row by row, and what to do next."""
    found = _act("pcio_import_show", {"id": import_id})
    kind = tk.request.args.get("kind", "")
    kind = kind if kind in FILTERS else ""
    page = _number("page")
    rows = _act(
        "pcio_import_rows",
        {"id": import_id, "kind": kind, "limit": PAGE, "offset": (page - 1) * PAGE},
    )
    return tk.render(
        "pcio/import/show.html",
        {
            "import": found,
            "rows": rows["results"],
            "count": rows["count"],
            "kind": kind,
            "filters": FILTERS,
            "page": page,
            "pages": max(1, -(-rows["count"] // PAGE)),
        },
    )


@pcio_import.route("/<import_id>/status")
def status(import_id: str) -> AnyResponse:
    """Give the part of the page that says how far an import is, for the page to renew itself."""
    found = _act("pcio_import_show", {"id": import_id})
    response = Response(tk.render("pcio/import/progress.html", {"import": found}))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Pcio-State"] = found["state"]
    return response


@pcio_import.route("/<import_id>/run", methods=["POST"])
def run(import_id: str) -> AnyResponse:
    """Import what was checked, or continue what stands still."""
    return _do("pcio_import_run", import_id)


@pcio_import.route("/<import_id>/cancel", methods=["POST"])
def cancel(import_id: str) -> AnyResponse:
    """Cancel an import."""
    return _do("pcio_import_cancel", import_id)


@pcio_import.route("/<import_id>/delete", methods=["GET", "POST"])
def delete(import_id: str) -> AnyResponse | str:
    """Ask, and delete an import with its report and its workbook."""
    found = _act("pcio_import_show", {"id": import_id})
    if tk.request.method == "POST":
        try:
            _act("pcio_import_delete", {"id": import_id})
        except tk.ValidationError as refused:
            tk.h.flash_error(" ".join(pcio_messages(refused.error_dict)))
            return tk.redirect_to("pcio_import.show", import_id=import_id)
        tk.h.flash_success(tk._("The import, its report and its workbook were deleted."))
        return tk.redirect_to("pcio_import.index")
    return tk.render("pcio/import/delete.html", {"import": found})


@pcio_import.route("/<import_id>/report.csv", endpoint="csv")
def as_csv(import_id: str) -> AnyResponse:
    """Send the report as CSV."""
    return _file("".join(report.as_csv(_rows(import_id), pcio_language())), "text/csv", "csv")


@pcio_import.route("/<import_id>/report.xlsx", endpoint="xlsx")
def as_xlsx(import_id: str) -> AnyResponse:
    """Send the report as an Excel file."""
    content = report.as_xlsx(_rows(import_id), pcio_language(), tk._("Report"))
    return _file(content, XLSX, "xlsx")


def _rows(import_id: str) -> Iterator[dict[str, Any]]:
    kind = tk.request.args.get("kind", "")
    asked = {"id": import_id, "kind": kind if kind in FILTERS else "", "offset": 0}
    asked["limit"] = tk.config["ckanext.pcio.list_rows_max"]
    while rows := _act("pcio_import_rows", asked)["results"]:
        yield from rows
        asked["offset"] += len(rows)


def _file(content: str | bytes, mimetype: str, ending: str) -> AnyResponse:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="pcio-import.{ending}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _do(action: str, import_id: str) -> AnyResponse:
    try:
        _tell_if_waiting(_act(action, {"id": import_id}))
    except tk.ValidationError as refused:
        tk.h.flash_error(" ".join(pcio_messages(refused.error_dict)))
    return tk.redirect_to("pcio_import.show", import_id=import_id)


def _tell_if_waiting(found: Mapping[str, Any]) -> None:
    if not found.get("queued", True):
        tk.h.flash_notice(
            tk._(
                "The workbook and what was decided are kept, but the background worker could not "
                "be told: Redis does not answer. When it does, press “Continue” on this page."
            )
        )


def _act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    try:
        return tk.get_action(action)({}, data_dict)
    except tk.NotAuthorized as refused:
        return tk.abort(FORBIDDEN, str(refused.message or ""))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such import."))


def _number(name: str) -> int:
    """Return the number of a page out of the address; 1 where it says none."""
    text = tk.request.args.get(name, "")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 1


def _user() -> model.User | None:
    return tk.current_user if isinstance(tk.current_user, model.User) else None
