"""The editions of the survey, and how the country scored."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.benchmarks import benchmarks
from ckanext.pcio.survey.instrument import editions, load_instrument

from . import editions_page
from .blueprint import pcio_editions
from .reading import act


@pcio_editions.route("/survey", endpoint="index")
def index() -> str:
    """Show the editions and the published averages; to people of an office their own beside."""
    language = pcio_language()
    reads = tk.h.check_access("pcio_result_list")
    instruments = [load_instrument(each) for each in editions()]
    results = act("pcio_result_list", {})["results"] if reads else []
    extra = {
        "reads": reads,
        "editions": editions_page.editions(instruments, benchmarks(), language),
        "standing_of": {
            each.id: _standing(each.id, language)
            for each in instruments
            if reads and not each.frame_only
        },
        "groups": editions_page.chart(benchmarks(), results, language),
        "benchmarks": benchmarks(),
        "own_known": any(row["overall"] is not None for row in results),
        "language": language,
    }
    return tk.render("pcio/survey/editions/index.html", extra)


def _standing(edition: str, language: str) -> dict[str, Any]:
    """Return how far an edition is: its state and the coverage of the whole form."""
    found = act("pcio_score_show", {"edition": edition, "lang": language})
    return {"state": found["state"], "whole": found["coverage"][-1]}
