"""`/usage`: how the catalog is used: the portal, an office, a dataset, a file; and files of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.vocabulary import vocabulary

from . import downloads, page, queries
from .choice import Choice, choice
from .tables import SORTS, TABLES

pcio_usage = Blueprint("pcio_usage", __name__)

PAGE_SIZE = 25


@pcio_usage.route("/usage")
def portal() -> str:
    """Show how the portal is used, as far as the visitor may see."""
    asked = _asked()
    return _numbers("pcio/usage/portal.html", asked, {})


@pcio_usage.route("/usage/organization/<reference>")
def organization(reference: str) -> str:
    """Show how the datasets of an office are used."""
    return _numbers("pcio/usage/portal.html", _asked(organization=reference), {})


@pcio_usage.route("/usage/dataset/<reference>")
def dataset(reference: str) -> str:
    """Show how a dataset is used."""
    return _numbers("pcio/usage/dataset.html", _asked(one=True), {"dataset_id": reference})


@pcio_usage.route("/usage/resource/<reference>")
def resource(reference: str) -> str:
    """Show how a file is used."""
    return _numbers("pcio/usage/dataset.html", _asked(one=True), {"resource_id": reference})


@pcio_usage.route("/usage/list/<table>")
def table(table: str) -> str:
    """List the rows behind a number, a page at a time."""
    if table not in TABLES:
        return tk.abort(404, tk._("There is no such table."))
    asked, sort = _asked(), tk.request.args.get("sort", "")
    number = tk.request.args.get("page", "1")
    number = int(number) if number.isdecimal() and 0 < len(number) < 6 else 1  # noqa: PLR2004
    data_dict = {
        **asked.arguments(),
        "table": table,
        "dataset_id": tk.request.args.get("dataset_id"),
        "sort": sort if sort in SORTS else "-view",
        "limit": PAGE_SIZE,
        "offset": (max(number, 1) - 1) * PAGE_SIZE,
        "lang": pcio_language(),
    }
    found = _act("pcio_usage_list", data_dict)
    extra = page.table(found, asked, data_dict, max(number, 1), PAGE_SIZE)
    return tk.render("pcio/usage/table.html", {**extra, **_offered()})


@pcio_usage.route("/usage/series.<any(json, csv, xlsx):form>")
def series(form: str) -> Response:
    """Send the answer of `pcio_usage_show`; its JSON is what the charts are drawn from."""
    found = _act("pcio_usage_show", {**tk.request.args, "lang": pcio_language()}, status=400)
    return downloads.series(found, form, pcio_language())


@pcio_usage.route("/usage/table.<any(json, csv, xlsx):form>")
def table_file(form: str) -> Response:
    """Send the whole of a table, for a spreadsheet or a program."""
    asked = {**tk.request.args, "lang": pcio_language()}
    first = _act("pcio_usage_list", {**asked, "limit": 1000, "offset": 0}, status=400)

    def following(offset: int) -> dict[str, Any]:
        return tk.get_action("pcio_usage_list")({}, {**asked, "limit": 1000, "offset": offset})

    return downloads.table(first, following, form, pcio_language())


@pcio_usage.route("/usage/daily.csv")
def daily() -> Response:
    """Send the rows of each day, as `ckan pcio usage import-csv` reads them."""
    try:
        return downloads.daily(dict(tk.request.args))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not see these numbers."))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There are no numbers at this address."))
    except tk.ValidationError as error:
        return tk.abort(400, _sentences(error))


def _numbers(template: str, asked: Choice, whose: dict[str, str]) -> str:
    data_dict = {**asked.arguments(), **whose, "lang": pcio_language()}
    act = partial(_act, read={})
    shown = act("pcio_usage_show", {**data_dict, "by": asked.by})
    extra = page.numbers(shown, asked, data_dict, act)
    return tk.render(template, {**extra, **_offered()})


def _asked(*, organization: str = "", one: bool = False) -> Choice:
    """Return what the address asks for; filters choose among datasets, not inside one."""
    args: dict[str, str] = dict(tk.request.args)
    if organization:
        args["organization"] = organization
    if one:
        args = {name: args[name] for name in ("period", "start", "end", "by") if name in args}
    types = tuple(term.key for term in vocabulary("data_type").terms)
    return choice(args, today_in_thailand(), queries.written().since, types=types)


def _offered() -> dict[str, Any]:
    """Return what the filters offer."""
    language = pcio_language()
    return {
        "types": [(term.key, term.label(language)) for term in vocabulary("data_type").terms],
        "is_sysadmin": bool(getattr(tk.current_user, "sysadmin", False)),
        "language": language,
    }


def _act(
    action: str, data_dict: dict[str, Any], status: int = 404, read: dict[Any, Any] | None = None
) -> dict[str, Any]:
    """Run an action for the visitor; a refusal or a wrong address becomes its HTTP error.

    `read` keeps what several actions of one page need, so that it is asked for once.
    """
    context: Any = {} if read is None else {"pcio_usage_read": read}
    try:
        return tk.get_action(action)(context, data_dict)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not see these numbers."))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There are no numbers at this address."))
    except tk.ValidationError as error:
        return tk.abort(status, _sentences(error))


def _sentences(error: tk.ValidationError) -> str:
    return " ".join(tk.h.pcio_messages(error.error_dict))
