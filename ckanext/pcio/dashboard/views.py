"""`/readiness`: where the province stands on P2.2, and the datasets behind every number.

`/desk` leads people of an office to their work; `/privacy` says what the portal learns of its
visitors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.pcio.dashboard import csv_export, listing, page, remembered
from ckanext.pcio.dashboard.desk import DESK, Task
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language

_T = TypeVar("_T")

pcio_dashboard = Blueprint("pcio_dashboard", __name__)
pcio_desk = Blueprint("pcio_desk", __name__)


@pcio_dashboard.route("/readiness")
def readiness() -> str:
    """Show counts, proposed answers and offices, as far as the visitor may see."""
    context: Any = {"user": tk.current_user.name}
    assessment = _told(lambda: remembered.assessment(context, pcio_language()))
    counts = _act("pcio_counts_show", {})
    offices = page.Offices.from_args(counts["organizations"], tk.request.args)
    extra = page.readiness(assessment, counts, offices, pcio_language())
    extra["raised"] = _raised(assessment["survey"])
    return tk.render("pcio/readiness.html", extra)


def _raised(edition: str) -> dict[str, Any]:
    """Return by question what would raise its answer, which is told to those who can help it."""
    if not tk.h.check_access("pcio_improvement_list"):
        return {}
    asked = {"edition": edition, "lang": pcio_language()}
    found = tk.get_action("pcio_improvement_list")({}, asked)["questions"]
    return {each["question"]: each for each in found}


@pcio_dashboard.route("/readiness/list/<slice_name>")
def readiness_list(slice_name: str) -> str:
    """List the datasets behind one number, a page at a time."""
    query = _query(slice_name)
    found = _act("pcio_facts_list", query.action_dict())
    offices = _act("pcio_counts_show", {})["organizations"]
    extra = page.listing(query, found, offices, today_in_thailand(), pcio_language())
    extra["star_table"] = tk.config.get("ckanext.pcio.star_table")
    return tk.render("pcio/readiness_list.html", extra)


@pcio_dashboard.route("/readiness/csv/<slice_name>")
def readiness_csv(slice_name: str) -> Response:
    """Send the whole list as CSV, for a spreadsheet."""
    query = _query(slice_name)
    rows = listing.every_row(query, lambda data_dict: _act("pcio_facts_list", data_dict))
    response = Response(csv_export.document(rows, pcio_language()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{query.file_name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pcio_desk.route("/desk", endpoint="index")
def desk() -> str:
    """Lead people of an office to their work: what waits, files in and out, registers."""
    try:
        tk.check_access("pcio_worklist_list", {}, {})
    except tk.NotAuthorized:
        return tk.abort(403, tk._("This page is for people who belong to an office."))
    tasks = [(task, _address(task)) for task in DESK if _open(task)]
    return tk.render("pcio/desk.html", {"tasks": tasks})


def _address(task: Task) -> str:
    year = {"edition": tk.config["ckanext.pcio.survey"]} if task.of_the_year else {}
    return tk.url_for(task.endpoint, **year)


def _open(task: Task) -> bool:
    return task.action is None or tk.h.check_access(task.action)


@pcio_dashboard.route("/privacy")
def privacy() -> str:
    """Say what the portal learns of the people who use it, and for how long it is kept."""
    notice = {
        "counting": tk.config["ckanext.pcio.usage.enabled"],
        "retention_months": tk.config["ckanext.pcio.usage.retention_months"],
        "email": tk.config["ckanext.pcio.privacy_email"],
    }
    return tk.render("pcio/privacy.html", {"notice": notice})


def _query(slice_name: str) -> listing.Query:
    try:
        return listing.parse(slice_name, tk.request.args)
    except listing.UnknownListError:
        return tk.abort(404, tk._("There is no such list of datasets."))


def _act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Run an action for the visitor; a refusal or a wrong address becomes its HTTP error."""
    return _told(lambda: tk.get_action(action)({}, data_dict))


def _told(work: Callable[[], _T]) -> _T:
    try:
        return work()
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not see this page."))
    except (tk.ObjectNotFound, tk.ValidationError):
        return tk.abort(404, tk._("There is no such list of datasets."))
