"""Which dataset, resource and kind of use an answered request was, by what CKAN itself saw.

Nothing here asks the database: CKAN's actions and its session say, while they work, which records
the request is about (`Notes`). Everything is named by its UUID, so a dataset keeps its numbers when
its name or its files change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from flask import Request, Response

from .events import Kind

API_KINDS: dict[str, Kind] = {
    "package_show": "api_metadata",
    "resource_show": "api_metadata",
    "datastore_search": "api_data",
    "datastore_search_sql": "api_data",
}
NOTED_ACTIONS = frozenset({*API_KINDS, "file_show"})
# One request cannot make more than so many events, however many tables it joins.
_MOST_RESOURCES = 20
_QUOTED_ID = re.compile(r'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_PLAIN_ID = re.compile(r"[\w.:-]{0,100}")

Finder: TypeAlias = Callable[[Request, Response, "Notes"], "list[Use]"]
"""Tells the uses of a request of one kind of page, once its answer is known to be good."""


@dataclass(slots=True)
class Notes:
    """What CKAN did for one request."""

    finder: Finder
    datasets: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Organization and state of the datasets read, by id."""
    resources: dict[str, str] = field(default_factory=dict)
    """Dataset of the resources read, by id."""
    calls: dict[str, tuple[dict[str, Any], Any]] = field(default_factory=dict)
    """Arguments and result of `NOTED_ACTIONS` that succeeded; the outermost of a name."""

    def dataset(self, shown: Mapping[str, Any]) -> None:
        """Note a dataset CKAN's actions showed."""
        office = shown.get("owner_org") or ""
        self.datasets[shown["id"]] = (office, shown.get("state") or "active")

    def office(self, dataset_id: str) -> str:
        """Return the id of the dataset's organization; empty where it is not known."""
        return self.datasets.get(dataset_id, ("", ""))[0]

    def deleted(self, dataset_id: str) -> bool:
        """Whether the dataset is known not to be published any more, or not yet."""
        return self.datasets.get(dataset_id, ("", "active"))[1] != "active"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of the catalog, before it is known whose."""

    kind: Kind
    url: str
    organization_id: str = ""
    dataset_id: str = ""
    resource_id: str = ""


def is_countable(request: Request, finder: Finder) -> bool:
    """Whether a request may be counted if its answer is good, so that notes are worth taking."""
    if finder is _api:
        known = (request.view_args or {}).get("logic_function") in API_KINDS
        return known and request.method in ("GET", "POST")
    return request.method == "GET"


def needs_notes(finder: Finder) -> bool:
    """Whether `finder` asks what CKAN read; a page's dataset is told by the page itself."""
    return finder not in (_dataset_page, _resource_page)


def uses(request: Request, response: Response, notes: Notes) -> list[Use]:
    """Return what the request used; several where one query reads several resources."""
    if _is_prefetch(request) or not _succeeded(request, response, notes.finder):
        return []
    found = notes.finder(request, response, notes)
    return [use for use in found if not notes.deleted(use.dataset_id) and _has_plain_ids(use)]


def _has_plain_ids(use: Use) -> bool:
    """Whether the ids can stand in a counter's name; whoever makes a resource may choose its id."""
    return all(
        _PLAIN_ID.fullmatch(one) for one in (use.organization_id, use.dataset_id, use.resource_id)
    )


def _succeeded(request: Request, response: Response, finder: Finder) -> bool:
    status = response.status_code
    if status == 206:  # noqa: PLR2004 - a part: only the first one is a use
        return _starts_at_nought(request)
    if status == 302:  # noqa: PLR2004
        return finder is _download and not _leads_to_another_count(request, response)
    return status in (200, 304)


def _starts_at_nought(request: Request) -> bool:
    asked = request.range
    return asked is None or any(start == 0 for start, _end in asked.ranges)


def _leads_to_another_count(request: Request, response: Response) -> bool:
    """Whether the file behind a resource is one the portal makes and counts by itself."""
    target = urlsplit(response.location or "")
    ours = {urlsplit(request.host_url).netloc, urlsplit(tk.config["ckan.site_url"]).netloc, ""}
    if target.netloc not in ours:
        return False
    return "/datastore/dump/" in target.path or target.path.rstrip("/").endswith("/user/login")


def _is_prefetch(request: Request) -> bool:
    """Whether a browser fetched the page in case its user would want it."""
    headers = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    said = " ".join(request.headers.get(header, "") for header in headers).lower()
    return "prefetch" in said or "preview" in said


def _dataset_page(request: Request, _response: Response, notes: Notes) -> list[Use]:
    shown = _shown_dataset()
    if shown is None:
        return []
    notes.dataset(shown)
    return [Use("view", _address(request), notes.office(shown["id"]), shown["id"])]


def _resource_page(request: Request, response: Response, notes: Notes) -> list[Use]:
    resource_id = str((request.view_args or {}).get("resource_id"))
    return [
        Use("view", use.url, use.organization_id, use.dataset_id, resource_id)
        for use in _dataset_page(request, response, notes)
    ]


def _download(request: Request, _response: Response, notes: Notes) -> list[Use]:
    """A file of ours, or the way to one elsewhere; CKAN showed its dataset before either."""
    resource_id = str((request.view_args or {}).get("resource_id"))
    shown = notes.calls.get("package_show")
    if shown is None or _is_part_of_a_page(request):
        return []
    dataset_id = shown[1]["id"]
    office = notes.office(dataset_id)
    return [Use("download", f"download {resource_id}", office, dataset_id, resource_id)]


def _is_part_of_a_page(request: Request) -> bool:
    """Whether a page of ours shows the file, as a preview does: then the page is what was used."""
    said = request.headers.get
    return said("Sec-Fetch-Site") == "same-origin" and said("Sec-Fetch-Dest") not in (
        None,
        "document",
    )


def _file_download(_request: Request, _response: Response, notes: Notes) -> list[Use]:
    """A file by its own id, if CKAN knows the resource or dataset it belongs to."""
    _asked, file = notes.calls.get("file_show", ({}, {}))
    owner = str(file.get("owner_id") or "")
    if file.get("owner_type") == "resource":
        return _of_resource("download", owner, f"download {owner}", notes)
    if file.get("owner_type") == "package":
        return [Use("download", f"download {file['id']}", notes.office(owner), owner)]
    return []


def _dump(request: Request, _response: Response, notes: Notes) -> list[Use]:
    asked = str((request.view_args or {}).get("resource_id"))
    return _of_resource("dump", asked, _address(request), notes)


def _document(request: Request, response: Response, notes: Notes) -> list[Use]:
    """A dataset described in RDF or JSON-LD; or its page, which some portals have at this address.

    A document that was made before is given again without CKAN showing the dataset.
    """
    if _is_page(response):
        return _dataset_page(request, response, notes)
    shown = notes.calls.get("package_show", ({}, None))[1] or _shown_dataset()
    if shown is None:
        return []
    notes.dataset(shown)
    return [Use("api_metadata", _address(request), notes.office(shown["id"]), shown["id"])]


def _catalog(request: Request, response: Response, _notes: Notes) -> list[Use]:
    return [] if _is_page(response) else [Use("api_metadata", _address(request))]


def _is_page(response: Response) -> bool:
    """Whether the answer is HTML; an answer without a body does not say, but no page is 304."""
    return response.mimetype == "text/html" and response.status_code != 304  # noqa: PLR2004


def _api(request: Request, _response: Response, notes: Notes) -> list[Use]:
    action = str((request.view_args or {}).get("logic_function"))
    if action not in notes.calls:
        return []
    asked, result = notes.calls[action]
    url = _address(request)
    if request.method == "POST":
        # What a POST asks for stands in its body.
        body = repr(sorted(asked.items(), key=str)).encode()
        url += " " + hashlib.blake2b(body, digest_size=9).hexdigest()
    kind = API_KINDS[action]
    if action == "package_show":
        return [Use(kind, url, notes.office(result["id"]), result["id"])]
    if action == "resource_show":
        dataset_id = result["package_id"]
        return [Use(kind, url, notes.office(dataset_id), dataset_id, result["id"])]
    if action == "datastore_search":
        asked_for = str(asked.get("resource_id") or asked.get("id") or "")
        return _of_resource(kind, asked_for, url, notes)
    named = list(dict.fromkeys(_QUOTED_ID.findall(str(asked.get("sql", "")))))
    return [
        use
        for name in named[:_MOST_RESOURCES]
        for use in _of_resource(kind, name, f"{url} {name}", notes)
    ]


def _of_resource(kind: Kind, asked: str, url: str, notes: Notes) -> list[Use]:
    """Return the use of the resource `asked`, which may be another name of a DataStore table.

    Its dataset is not known where CKAN did not need it, as for an administrator.
    """
    resource_id = asked
    if asked not in notes.resources and not _ID.fullmatch(asked):
        resource_id = next(iter(notes.resources), "")
    if not resource_id:
        return []
    dataset_id = notes.resources.get(resource_id, "")
    return [Use(kind, url, notes.office(dataset_id), dataset_id, resource_id)]


def _shown_dataset() -> Mapping[str, Any] | None:
    """Return the dataset CKAN's page is about."""
    shown = tk.g.get("pkg_dict")
    return shown if shown and shown.get("id") else None


def _address(request: Request) -> str:
    """Return the address asked for without its language, which is no other thing to read."""
    query = request.query_string.decode("utf-8", "replace")
    return f"{request.path}?{query}" if query else request.path


_FINDERS: dict[tuple[str, str], Finder] = {
    ("ckan.views.dataset", "read"): _dataset_page,
    ("ckan.views.resource", "read"): _resource_page,
    ("ckan.views.resource", "download"): _download,
    ("ckan.views.file", "download"): _file_download,
    ("ckan.views.api", "action"): _api,
    ("ckanext.datastore.blueprint", "dump"): _dump,
    ("ckanext.dcat.blueprints", "read_dataset"): _document,
    ("ckanext.dcat.blueprints", "read_dataset_croissant"): _document,
    ("ckanext.dcat.blueprints", "read_catalog"): _catalog,
    ("ckanext.dcat.blueprints", "dcat_json"): _catalog,
}
# Where another extension took over a page of CKAN's, the page keeps its name.
_BY_NAME: dict[str, Finder] = {
    "dataset.read": _dataset_page,
    "dataset_resource.read": _resource_page,
    "resource.read": _resource_page,
    "dataset_resource.download": _download,
    "resource.download": _download,
    "datastore.dump": _dump,
    "api.action": _api,
}


def finders(views: Mapping[str, Callable[..., Any]]) -> dict[str, Finder]:
    """Return how a request is understood, by its endpoint; endpoints not counted are absent.

    `views` are those of the application. Datasets of every type have pages of their own, made of
    the same functions.
    """
    found = {name: finder for name, finder in _BY_NAME.items() if name in views}
    for endpoint, view in views.items():
        finder = _FINDERS.get((getattr(view, "__module__", ""), getattr(view, "__name__", "")))
        if finder is not None:
            found[endpoint] = finder
    return found
