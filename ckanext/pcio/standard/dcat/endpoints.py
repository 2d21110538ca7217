"""The addresses of the DCAT documents: validators, and finished documents given again.

ckanext-dcat goes on answering at its own endpoints. Before it does, an unchanged document is
answered here without making a graph; and a document it makes for anybody to read is kept. What
only some may read is neither kept nor given by anyone else's cache.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from ckanext.dcat.exceptions import RDFProfileException
from ckanext.dcat.utils import CONTENT_TYPES, check_access_header
from flask import Flask, Response, g, request

from . import settings, state, store

DATASET_ENDPOINTS = ("dcat.read_dataset", "dcat.read_dataset_series")
CATALOG_ENDPOINT = "dcat.read_catalog"
# What ckanext-dcat reads of a catalog's query; nothing else makes another document.
_QUERY = ("page", "modified_since", "q", "fq", "profiles")
_SMALL_PAGE = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def install(app: Flask) -> None:
    """Look at each request for a DCAT document before ckanext-dcat does."""
    app.before_request(_answer)


def _answer() -> Response | None:
    endpoint = request.endpoint or ""
    is_catalog = endpoint == CATALOG_ENDPOINT
    if not is_catalog and endpoint not in DATASET_ENDPOINTS:
        return None
    asked = dict(request.view_args or {})
    form = asked.get("_format")
    negotiated = not form
    if negotiated:
        form = check_access_header()
        if not form:
            return None  # an HTML page
    if form not in CONTENT_TYPES:
        return tk.abort(404, tk._("There is no such format of this page."))
    answer = _catalog(form) if is_catalog else _dataset(str(asked.get("_id")), form)
    if answer is None:
        # Made for this reader only: no cache on the way may give it to another.
        request.environ["__no_cache__"] = True
    elif negotiated:
        answer.vary.add("Accept")
    return answer


def _is_anonymous() -> bool:
    return not tk.current_user.is_authenticated


def _dataset(reference: str, form: str) -> Response | None:
    found = state.dataset(reference)
    if found is None or not found.public:
        return None
    context: Context = {"user": tk.current_user.name}
    try:
        tk.check_access("dcat_dataset_show", context, {"id": found.id})
        tk.check_access("package_show", context, {"id": found.id})
    except tk.NotAuthorized:
        return None
    profiles = request.args.get("profiles") or ""
    token = _token("dataset", form, profiles, found.digest)
    # For whoever counts: which dataset was read, without asking again.
    g.pkg_dict = {**asdict(found), "state": "active", "private": False}
    g.pkg_dict.pop("digest")

    def make() -> str:
        asked = {
            "id": found.id,
            "format": form,
            "profiles": profiles.split(",") if profiles else None,
        }
        return tk.get_action("dcat_dataset_show")(context, asked)

    def is_sure() -> bool:
        return state.dataset(found.id) == found

    name = f"dataset:{found.id}:{form}" if not profiles else ""
    return _given(name, token, form, make, is_sure)


def _catalog(form: str) -> Response | None:
    if not _is_anonymous():
        return None
    query = {key: value for key in _QUERY if (value := request.args.get(key))}
    listing = state.listing()
    address = (request.script_root, request.path, sorted(query.items()))
    token = _token("catalog", form, address, listing.digest)

    def make() -> str:
        asked: dict[str, Any] = {key: request.args.get(key) for key in _QUERY}
        profiles = query.get("profiles")
        asked.update(format=form, profiles=profiles.split(",") if profiles else None)
        return tk.get_action("dcat_catalog_show")({"user": ""}, asked)

    def is_sure() -> bool:
        """Whether nothing changed meanwhile and the search index has what the database has."""
        return state.listing() == listing and _indexed() == (listing.number, listing.newest)

    page = query.pop("page", "1")
    # A search is answered but not kept: there is no end of searches.
    name = f"catalog:{form}:{page}" if not query and _SMALL_PAGE.fullmatch(page) else ""
    if name and int(page) > 1 + listing.number // settings.page_size():
        name = ""
    return _given(name, token, form, make, is_sure)


def _indexed() -> tuple[int, Any]:
    """Return how many datasets the search index shows to anybody, and the newest change in it."""
    asked = {"q": "*:*", "rows": 1, "sort": "metadata_modified desc"}
    found = tk.get_action("package_search")({"user": ""}, asked)
    newest = found["results"][0]["metadata_modified"] if found["results"] else None
    return found["count"], settings.moment(newest)


def _token(*parts: Any) -> str:
    said = repr((*parts, settings.fingerprint()))
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _given(
    name: str, token: str, form: str, make: Callable[[], str | bytes], is_sure: Callable[[], bool]
) -> Response | None:
    """Return the document with this token, kept or made; None where ckanext-dcat has to refuse."""
    kept = store.get(name) if name else None
    fresh = kept if kept is not None and kept.token == token else None
    if request.if_none_match.contains_weak(token) and "*" not in request.if_none_match.to_header():
        return _validated(Response(status=304), token, fresh)
    if fresh is None:
        try:
            made = make()
        except (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound, RDFProfileException):
            return None
        body = made.encode() if isinstance(made, str) else made
        if not is_sure():
            return Response(body, content_type=CONTENT_TYPES[form])
        if name:
            fresh = store.put(name, token, body, kept)
    else:
        body = fresh.body
    response = Response(body, content_type=CONTENT_TYPES[form])
    _validated(response, token, fresh).make_conditional(request)
    return response


def _validated(response: Response, token: str, document: store.Document | None) -> Response:
    response.set_etag(token)
    if document is not None and store.seconds():
        response.last_modified = document.modified
    return response
