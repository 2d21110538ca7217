"""The GD Catalog indicator of 2567 and the datasets that fail it."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.gd_catalog import CONDITIONS

from . import gd_catalog_page
from .blueprint import pcio_editions
from .reading import act, refused


@pcio_editions.route("/kpi/gd-catalog", endpoint="gd_catalog")
def gd_catalog() -> AnyResponse | str:
    """Show the indicator, and the datasets that fail it with their reasons."""
    if answer := refused("pcio_gd_catalog_show"):
        return answer
    query = gd_catalog_page.Query.from_args(tk.request.args)
    found = act("pcio_gd_catalog_show", {**query.action_dict(), "lang": pcio_language()})
    extra = {
        "query": query,
        "found": found,
        "conditions": CONDITIONS,
        "failing": gd_catalog_page.FAILING,
        "first": (query.page - 1) * gd_catalog_page.PAGE_SIZE + 1,
        "pages": max(1, -(-found["count"] // gd_catalog_page.PAGE_SIZE)),
    }
    return tk.render("pcio/survey/editions/gd_catalog.html", extra)


@pcio_editions.route("/kpi/gd-catalog.csv", endpoint="gd_catalog_csv")
def gd_catalog_csv() -> AnyResponse:
    """Send the failing datasets as CSV."""
    if answer := refused("pcio_gd_catalog_show"):
        return answer
    language = pcio_language()
    query = gd_catalog_page.Query.from_args(tk.request.args)
    rows = gd_catalog_page.every_row(
        query, lambda asked: act("pcio_gd_catalog_show", {**asked, "lang": language})
    )
    response = Response(gd_catalog_page.document(rows, language), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="pcio-gd-catalog.csv"'
    # CKAN would add "public" to an answer that its own templates did not make.
    tk.request.environ["__no_cache__"] = True
    response.headers["Cache-Control"] = "private, no-store"
    return response
