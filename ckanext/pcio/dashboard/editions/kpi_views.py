"""The provinces' indicator, results year over year, and how the survey of the year stands."""

from __future__ import annotations

from collections.abc import Mapping

import ckan.plugins.toolkit as tk
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.benchmarks import benchmarks
from ckanext.pcio.survey.instrument import editions, load_instrument
from ckanext.pcio.survey.kpi import definition, kpi
from ckanext.pcio.survey.results.store import as_result

from . import kpi_page, years_page
from .blueprint import pcio_editions
from .editions_page import number
from .reading import act, refused


@pcio_editions.route("/kpi", endpoint="kpi")
def kpi_index() -> AnyResponse | str:
    """Show the indicator's table, what was reached, and what is not known."""
    if answer := refused("pcio_result_list"):
        return answer
    language = pcio_language()
    table = definition()
    results = act("pcio_result_list", {})["results"]
    by_year = {row["year"]: as_result(row) for row in results}
    year = _year(tk.request.args.get("year", ""), table.year, by_year)
    found = kpi(table, year, by_year.get(year), by_year.get(year - 1), base_score())
    current = load_instrument(tk.config["ckanext.pcio.survey"])
    instruments = {each: load_instrument(each) for each in editions()}
    extra = {
        "language": language,
        "definition": table,
        "kpi": found,
        "years": sorted({table.year, *(each for each in by_year if each >= table.year)}),
        "indicators": kpi_page.indicators(table, found, len(current.pillars), language),
        "base": kpi_page.base(found).text(language),
        "tables": years_page.tables(results, benchmarks(), instruments, language),
        "break_note": benchmarks().break_note.text(language),
        "break_label": benchmarks().break_label.text(language),
        "current": current,
        "score": None,
        "number": number,
    }
    if not current.frame_only:
        extra["score"] = act("pcio_score_show", {"edition": current.id, "lang": language})
    return tk.render("pcio/survey/editions/kpi.html", extra)


def base_score() -> float | None:
    """Return the base score of the settings; None where they have none, or no score."""
    written = str(tk.config["ckanext.pcio.survey.kpi_base_score"] or "").strip()
    try:
        score = float(written) if written else None
    except ValueError:
        return None
    return score if score is not None and 0 <= score <= 100 else None  # noqa: PLR2004 - per cent


def _year(written: str, usual: int, known: Mapping[int, object]) -> int:
    """Return the year asked for, if it is one with a result after the indicator was set."""
    year = int(written) if written.isascii() and written.isdigit() and len(written) == 4 else usual  # noqa: PLR2004
    return year if year in known and year >= usual else usual
