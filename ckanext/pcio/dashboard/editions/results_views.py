"""Official results entered by hand: the list, the form, and deleting one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard.dates import BUDDHIST_OFFSET, today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.instrument import editions, load_instrument
from ckanext.pcio.survey.results.schema import FIRST_YEAR

from .blueprint import pcio_editions
from .editions_page import number
from .reading import FORBIDDEN, act, refused

_FIELDS = ("year", "edition", "overall", "level", "source", "version")


@pcio_editions.route("/survey/results", methods=["GET", "POST"], endpoint="results")
def results() -> AnyResponse | str:
    """List the results; the secretary enters one, in the pillars of the edition chosen first."""
    if answer := refused("pcio_result_list"):
        return answer
    if tk.request.method == "POST":
        return _save(tk.request.form)
    return _page(_started(tk.request.args), {})


@pcio_editions.route(
    "/survey/results/<int:year>/delete", methods=["GET", "POST"], endpoint="result_delete"
)
def result_delete(year: int) -> AnyResponse | str:
    """Ask, and delete the result of a year."""
    if answer := refused("pcio_result_list"):
        return answer
    if not tk.h.check_access("pcio_result_delete"):
        return tk.abort(FORBIDDEN, tk._("Only the committee's secretary may do this."))
    errors: Mapping[str, Any] = {}
    if tk.request.method == "POST":
        version = tk.request.form.get("version", "")
        try:
            tk.get_action("pcio_result_delete")({}, {"year": year, "version": version})
        except tk.ValidationError as error:
            errors = error.error_dict
        except tk.ObjectNotFound:
            return tk.abort(404, tk._("No result of this year was entered."))
        else:
            tk.h.flash_success(tk._("The result was deleted."))
            return tk.redirect_to("pcio_editions.results")
    row = _by_year().get(year)
    if row is None:
        return tk.abort(404, tk._("No result of this year was entered."))
    extra = {"row": _view(row), "errors": errors}
    return tk.render("pcio/survey/editions/result_delete.html", extra)


def _save(form: MultiDict[str, str]) -> AnyResponse | str:
    """Store the form, or show it again with what was refused."""
    written: dict[str, Any] = {name: form.get(name, "") for name in _FIELDS}
    written["pillars"] = {
        str(number): {
            "score": form.get(f"score-{number}", ""),
            "level": form.get(f"level-{number}", ""),
        }
        for number in _pillars_of(written["edition"])
    }
    try:
        saved = tk.get_action("pcio_result_update")({}, written)
    except tk.ValidationError as error:
        return _page(written, error.error_dict)
    except tk.NotAuthorized as error:
        return tk.abort(FORBIDDEN, str(error.message or ""))
    tk.h.flash_success(tk._("The result of {year} was saved.").format(year=saved["year"]))
    return tk.redirect_to("pcio_editions.results")


def _page(data: dict[str, Any] | None, errors: Mapping[str, Any]) -> str:
    instruments = [load_instrument(each) for each in editions()]
    instruments.sort(key=lambda each: -each.year)
    chosen = {each.id: each for each in instruments}.get((data or {}).get("edition", ""))
    found = act("pcio_result_list", {"history": True})
    last = today_in_thailand().year + BUDDHIST_OFFSET
    extra = {
        "rows": [_view(row) for row in found["results"]],
        "history": found["history"],
        "may_change": tk.h.check_access("pcio_result_update"),
        "data": data,
        "errors": errors,
        "chosen": chosen,
        "pillars": [each for each in chosen.pillars if each.asked] if chosen else [],
        "instruments": instruments,
        "years": range(last, FIRST_YEAR - 1, -1),
        "language": pcio_language(),
    }
    return tk.render("pcio/survey/editions/results.html", extra)


def _started(args: MultiDict[str, str]) -> dict[str, Any] | None:
    """Return what the form begins with: the result there is, or an empty one; None: no form yet."""
    written = args.get("year", "")
    if not (written.isascii() and written.isdigit() and len(written) == 4):  # noqa: PLR2004
        return None
    edition = args.get("edition")
    stored = _by_year().get(int(written))
    if stored is None:
        return {"year": written, "edition": edition or "", "pillars": {}, "version": 0}
    kept = edition is None or edition == stored["edition"]
    return {
        **stored,
        "overall": number(stored["overall"]),
        "edition": stored["edition"] if edition is None else edition,
        # Numbers of another edition's pillars would be no numbers of these.
        "pillars": stored["pillars"] if kept else {},
    }


def _by_year() -> dict[int, dict[str, Any]]:
    return {row["year"]: row for row in act("pcio_result_list", {})["results"]}


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    instrument = _instrument(row["edition"])
    language = pcio_language()
    titles = {p.number: p.title.text(language) for p in instrument.pillars} if instrument else {}
    return {
        **row,
        "overall": number(row["overall"]),
        "edition_year": instrument.year if instrument else None,
        "pillars": [
            {
                "number": int(key),
                "title": titles.get(int(key), ""),
                "score": number(each["score"]),
                "level": each["level"],
            }
            for key, each in sorted(row["pillars"].items(), key=lambda item: int(item[0]))
        ],
    }


def _pillars_of(edition: str) -> list[int]:
    instrument = _instrument(edition)
    return [each.number for each in instrument.pillars if each.asked] if instrument else []


def _instrument(edition: str) -> Instrument | None:
    return load_instrument(edition) if edition in editions() else None
