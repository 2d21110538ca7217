"""`/readiness/worklist`: what to fix first, for the people who describe the datasets."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.dashboard import worklist, worklist_export, worklist_page
from ckanext.pcio.standard.helpers import pcio_language

pcio_worklist = Blueprint("pcio_worklist", __name__, url_prefix="/readiness/worklist")

FORBIDDEN = 403
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PIECE = 65_536


@pcio_worklist.route("", endpoint="index")
@pcio_worklist.route("/", endpoint="index_with_slash")
def index() -> AnyResponse | str:
    """List what is left to do, the reader's own office first."""
    if refused := _refused():
        return refused
    summary = _act("pcio_worklist_summary", {"lang": pcio_language()})
    query = _query(worklist_page.questions(summary))
    found = _act("pcio_worklist_list", {**query.action_dict(), "lang": pcio_language()})
    if query.own:
        asked = {"lang": pcio_language(), "own": True}
        summary = {**_act("pcio_worklist_summary", asked), "goals": summary["goals"]}
    extra = worklist_page.worklist(query, found, summary, _link, pcio_language())
    return tk.render("pcio/worklist.html", extra)


@pcio_worklist.route("/offices")
def offices() -> AnyResponse | str:
    """Show how much each office has to do."""
    if refused := _refused():
        return refused
    own = tk.request.args.get("own") == "1"
    summary = _act("pcio_worklist_summary", {"lang": pcio_language(), "own": own})
    table = worklist_page.OfficeTable.from_args(summary["organizations"], tk.request.args)
    columns = table.columns(pcio_language())
    return tk.render(
        "pcio/worklist_offices.html", {"table": table, "columns": columns, "summary": summary}
    )


@pcio_worklist.route("/file.<any(csv, xlsx):form>", endpoint="file")
def as_file(form: str) -> AnyResponse:
    """Send all rows of the list, a line for each thing to do."""
    if refused := _refused():
        return refused
    language = pcio_language()
    summary = _act("pcio_worklist_summary", {"lang": language})
    query = _query(worklist_page.questions(summary))

    def fetch(data_dict: dict[str, Any]) -> dict[str, Any]:
        return _act("pcio_worklist_list", {**data_dict, "lang": language})

    rows = worklist.every_row(query, fetch)
    lines = worklist_export.lines(rows, query.kind, _whole_link, language)
    # On disk, however long the list is; closed, and so gone, when it has been sent.
    target: Any = tempfile.TemporaryFile()  # noqa: SIM115
    if form == "csv":
        worklist_export.write_csv(target, lines, language)
    else:
        worklist_export.write_xlsx(target, lines, language, tk._("Worklist"))
    target.seek(0)
    name = f"{query.file_name}.{form}"
    response = Response(iter(partial(target.read, _PIECE), b""), mimetype=_TYPES[form])
    response.call_on_close(target.close)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # CKAN would add "public" to an answer that its own templates did not make.
    tk.request.environ["__no_cache__"] = True
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _refused() -> AnyResponse | None:
    """Return the answer to a reader the list is not for: a login, or who may be asked."""
    if tk.h.check_access("pcio_worklist_list"):
        return None
    if not tk.current_user.is_authenticated:
        tk.h.flash_notice(
            tk._("Log in to see what is left to do. The worklist is for people of the offices.")
        )
        return tk.redirect_to("user.login", came_from=tk.h.current_url())
    return Response(tk.render("pcio/worklist_refused.html"), FORBIDDEN)


def _query(questions: Mapping[str, Collection[str]]) -> worklist.WorkQuery:
    return worklist.parse(tk.request.args, _own_office(), questions)


def _own_office() -> str | None:
    """Return the name of the reader's office; an administrator sees the province."""
    if "organization" in tk.request.args or getattr(tk.current_user, "sysadmin", False):
        return None
    found = tk.get_action("organization_list_for_user")({}, {"permission": "read"})
    return found[0]["name"] if found else None


def _link(row: Mapping[str, Any], step: Mapping[str, Any], **options: Any) -> str:
    """Return the address of the form where a step is done."""
    anchor = f"field-{step['field']}" if step["field"] else None
    whole = {"id": row["name"], **options}
    if step["place"] == "dataset":
        return tk.url_for("dataset.edit", _anchor=anchor, **whole)
    if step["place"] == "registration":
        return tk.url_for("dataset.read", _anchor="pcio-registration", **whole)
    if step["place"] == "new_resource" or not step["resource"]:
        return tk.url_for("dataset_resource.new", **whole)
    if step["place"] == "dictionary":
        return tk.url_for("pcio_dictionary.edit", resource_id=step["resource"], **whole)
    if step["place"] == "personal":
        return tk.url_for("pcio_personal.read", resource_id=step["resource"], **options)
    return tk.url_for(
        "dataset_resource.edit", resource_id=step["resource"], _anchor=anchor, **whole
    )


def _whole_link(row: Mapping[str, Any], step: Mapping[str, Any]) -> str:
    return _link(row, step, _external=True)


def _act(action: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Run an action for the reader; a wrong address becomes its HTTP error."""
    try:
        return tk.get_action(action)({}, data_dict)
    except tk.NotAuthorized:
        return tk.abort(FORBIDDEN, tk._("You may not see this page."))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such office."))
    except tk.ValidationError:
        return tk.abort(404, tk._("There is no such list of datasets."))
