"""What an answer has to say, and what its author is told about the dataset it names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import predicates
from ckanext.pcio.standard.dates import today_in_thailand

from .store import dataset_reference

_PREPARATION = "preparing"


def checked(context: Context, data_dict: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of the answer in `data_dict`; raises `ValidationError`.

    Fulfilled needs a dataset that the author may see or an address, a refusal its reason, and
    data in preparation the day it is expected. What an answer has no use for is not kept.
    """
    kind = data_dict["answer"]
    given: dict[str, Any] = {"answer": kind, "note": data_dict.get("note") or ""}
    if kind == "fulfilled":
        given |= _fulfilment(context, data_dict)
    elif kind == _PREPARATION:
        given["expected_on"] = _expected(data_dict.get("expected_on"))
    elif not given["note"]:
        _refuse("note", tk._("Say why the data cannot be provided."))
    return given


def _fulfilment(context: Context, data_dict: Mapping[str, Any]) -> dict[str, Any]:
    dataset, url = dataset_reference(data_dict.get("dataset")), data_dict.get("url") or ""
    if not dataset and _is_page_here(url):
        # The page of a dataset of this catalog is that dataset, and not published elsewhere.
        dataset, url = dataset_reference(url), ""
    if dataset and url:
        _refuse("url", tk._("Name a dataset or an address elsewhere, not both."))
    if url:
        return {"url": url}
    if not dataset:
        _refuse("dataset", tk._("Name the dataset that meets the request, or an address."))
    missing = tk._("There is no such dataset, or you may not see it.")
    user: Context = {"user": context.get("user") or ""}
    if context.get("ignore_auth"):
        user["ignore_auth"] = True
    try:
        found = tk.get_action("package_show")(user, {"id": dataset})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        found = {"state": "gone"}
    if found["state"] != "active":
        _refuse("dataset", missing)
    return {"dataset_id": found["id"]}


def _is_page_here(url: str) -> bool:
    site = str(tk.config["ckan.site_url"]).rstrip("/") + "/"
    return url.startswith(site) and "/dataset/" in url


def _expected(written: str | None) -> date:
    if not written:
        _refuse("expected_on", tk._("Say on which day the data is expected."))
    day = date.fromisoformat(str(written))
    if day < today_in_thailand():
        _refuse("expected_on", tk._("The day the data is expected has passed."))
    return day


def _refuse(field: str, sentence: str) -> NoReturn:
    raise tk.ValidationError({field: [sentence]})


def warnings(dataset_id: str | None) -> list[str]:
    """Return why the survey will not count a dataset as meeting a demand; empty where it does."""
    if dataset_id is None:
        return []
    rules = predicates(today_in_thailand())
    query = sa.select(FACTS.c.private, FACTS.c.state, rules["disclosable"].label("disclosable"))
    facts = model.Session.execute(query.where(FACTS.c.package_id == dataset_id)).one_or_none()
    if facts is None or facts.state != "active":
        return [tk._("The dataset is not published, so the survey does not count it.")]
    found = []
    if facts.private:
        found.append(tk._("The dataset is private, so nobody outside sees it."))
    if not facts.disclosable:
        found.append(tk._("The dataset is not classed as open public data."))
    if found:
        found.append(tk._("The survey does not count a request met by a dataset that is not open."))
    return found
