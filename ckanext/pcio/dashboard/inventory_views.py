"""`/readiness/inventory`: databases and datasets of each office, and which are ready to link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.pcio.dashboard import inventory, inventory_export
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.usage import exports

pcio_inventory = Blueprint("pcio_inventory", __name__, url_prefix="/readiness/inventory")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pcio_inventory.route("", endpoint="index")
@pcio_inventory.route("/", endpoint="index_with_slash")
def index() -> str:
    """Show the table of offices."""
    table = inventory.Table.from_args(_act("pcio_inventory_show", {}), tk.request.args)
    return tk.render("pcio/inventory.html", {"table": table, "found": table.found})


@pcio_inventory.route("/file.<any(csv, xlsx):form>", endpoint="file")
def as_file(form: str) -> Response:
    """Send the table of offices."""
    table = inventory.Table.from_args(_act("pcio_inventory_show", {}), tk.request.args)
    language = pcio_language()
    name = "pcio-inventory-own" if table.own else "pcio-inventory"
    return _file(
        name,
        form,
        tk._("Databases and linkage"),
        inventory_export.offices_columns(language),
        inventory_export.offices_rows(table, language),
        inventory_export.about(table.found, table.own, language),
    )


@pcio_inventory.route("/datasets")
def datasets() -> str:
    """List the datasets behind a number, by office and database."""
    query = inventory.Query.from_args(tk.request.args)
    found = _act("pcio_inventory_list", query.action_dict())
    asked = {"organization": query.organization} if query.organization else {}
    shown = _act("pcio_inventory_show", asked)
    language = pcio_language()
    extra = {
        "query": query,
        "count": found["count"],
        "databases": inventory.by_database(found["results"], language),
        "shown": len(found["results"]),
        "first": (query.page - 1) * inventory.PAGE_SIZE + 1,
        "pages": max(1, -(-found["count"] // inventory.PAGE_SIZE)),
        "total": inventory.Table(shown, query.own).total,
        "office": (shown["organizations"] or [{}])[0] if query.organization else None,
        "states": inventory.STATES,
    }
    return tk.render("pcio/inventory_datasets.html", extra)


@pcio_inventory.route("/datasets.<any(csv, xlsx):form>", endpoint="datasets_file")
def datasets_as_file(form: str) -> Response:
    """Send the whole list of datasets."""
    query = inventory.Query.from_args(tk.request.args)
    language = pcio_language()
    # A wrong address is refused before anything is sent.
    _act("pcio_inventory_list", query.action_dict(limit=1))
    rows = inventory.every_row(query, lambda asked: _act("pcio_inventory_list", asked))
    shown = _act("pcio_inventory_show", {})
    return _file(
        query.file_name,
        form,
        tk._("Databases and linkage"),
        inventory_export.datasets_columns(language),
        inventory_export.datasets_rows(rows, language),
        inventory_export.about(shown, query.own, language),
    )


def _file(
    name: str,
    form: str,
    title: str,
    columns: Sequence[exports.Column],
    rows: Iterable[Mapping[str, Any]],
    about: Sequence[tuple[str, str]],
) -> Response:
    if form == "csv":
        # Read while the request lasts: the rows come from actions.
        response = Response("".join(exports.csv_text(columns, rows)), mimetype="text/csv")
    else:
        book = exports.workbook(title, columns, rows, about, pcio_language())
        response = Response(book, mimetype=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    # CKAN would add "public" to an answer that its own templates did not make.
    tk.request.environ["__no_cache__"] = True
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Run an action for the visitor; a wrong address becomes its HTTP error."""
    try:
        return tk.get_action(action)({}, data_dict)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not see this page."))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such office."))
    except tk.ValidationError:
        return tk.abort(404, tk._("There is no such list of datasets."))
