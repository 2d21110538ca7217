"""What a request in a log asked for, by its address alone. Pure.

A log knows less than the portal does: the body of a POST is not in it, nor which part of a file a
206 sent. Reads whose dataset a log does not name count for the portal alone. A 206 counts as a
download whichever part it is; the parts of one file come within seconds of each other, so the
double click window makes one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from ckanext.pcio.usage.events import Kind

API_KINDS: dict[bytes, Kind] = {
    b"package_show": "api_metadata",
    b"resource_show": "api_metadata",
    b"datastore_search": "api_data",
    b"datastore_search_sql": "api_data",
}
_PAGES = frozenset({b"200", b"304"})
_FILES = frozenset({b"200", b"206", b"304"})
_LINKS = frozenset({b"200", b"206", b"302", b"304"})
_POSTS = frozenset({b"200"})
# No more events than so many come of one request, however many tables a query joins.
_MOST_RESOURCES = 20
_LONGEST_NAME = 200
_QUOTED_ID = re.compile(rb'"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
_FORMATS = rb"(?:xml|rdf|n3|ttl|jsonld)"
_NO_DATASET = frozenset({"new"})
_TYPE = re.compile(r"[a-z0-9_-]+")


class Target(NamedTuple):
    """One use a request is, if its answer has one of `statuses`."""

    kind: Kind
    url: bytes
    """What a double click repeats."""
    statuses: frozenset[bytes]
    dataset: str = ""
    """Id or name of the dataset as the request has it."""
    resource: str = ""
    api: bool = False


_Reader = Callable[..., Target]


class Paths:
    """The addresses of a portal.

    Args:
        root: where the portal stands below its host, as CKAN's `ckan.root_path` has it.
        types: first parts of addresses of datasets besides `dataset`, as older portals had.

    """

    def __init__(self, root: str = "", types: tuple[str, ...] = ()) -> None:
        language = rb"(?:/[a-z]{2}(?:_[A-Za-z]+)*)?"
        before, has_language, after = root.rstrip("/").partition("/{{LANG}}")
        base = re.escape(before.encode())
        base += language + re.escape(after.encode()) if has_language else language
        names = rb"|".join(
            re.escape(name.encode()) for name in ("dataset", "dataset_series", *types)
        )
        self.requests = (
            rb"(?:GET|POST) " + base + rb"/(?:(?:" + names + rb")/[^? \"\\\n]|api/|datastore/dump/|"
            rb"catalog\.|dcat\.json)[^ \"\\\n]*"
        )
        """Pattern of the requests that may count."""
        query = rb"/?(?:\?[^ ]*)?"
        page = rb"/(?:" + names + rb")/(?P<dataset>[^/?.]+)"
        resource = page + rb"/resource/(?P<resource>[^/?]+)"
        self._head = re.compile(rb"(GET|POST) " + base + rb"(?=/)")
        self._api = re.compile(rb"/api/(?:[123]/)?action/([a-z_]+)/?(?:\?(.*))?")
        shapes: tuple[tuple[bytes, _Reader], ...] = (
            (page + query, _viewed),
            (resource + query, _viewed),
            (resource + rb"/download(?:/[^?]*)?(?:\?.*)?", _downloaded),
            (page + rb"(?:\." + _FORMATS + rb"|/croissant\.jsonld)" + query, _described),
            (rb"/(?:catalog\." + _FORMATS + rb"|dcat\.json)" + query, _described),
            (rb"/datastore/dump/(?P<resource>[^/?]+)" + query, _dumped),
        )
        self._shapes = [(re.compile(shape), reader) for shape, reader in shapes]

    def targets(self, request: bytes) -> tuple[Target, ...]:
        """Return what `request` ("GET /dataset/x") uses; empty where it is nothing counted."""
        head = self._head.match(request)
        if head is None:
            return ()
        address = request[head.end() :]
        if address.startswith(b"/api/"):
            return self._api_targets(head[1], address)
        if head[1] == b"GET":
            for shape, reader in self._shapes:
                if found := shape.fullmatch(address):
                    names = {name: _text(part) for name, part in found.groupdict().items()}
                    return () if _NO_DATASET & set(names.values()) else (reader(address, **names),)
        return ()

    def _api_targets(self, method: bytes, address: bytes) -> tuple[Target, ...]:
        found = self._api.fullmatch(address)
        kind = API_KINDS.get(found[1]) if found else None
        if found is None or kind is None:
            return ()
        if method == b"POST":
            return (Target(kind, address, _POSTS, api=True),)
        action, query = found[1], found[2] or b""
        if action == b"datastore_search_sql":
            named = dict.fromkeys(_QUOTED_ID.findall(_argument(query, b"sql")))
            return tuple(
                Target(kind, address + b" " + name, _PAGES, resource=name.decode(), api=True)
                for name in list(named)[:_MOST_RESOURCES]
            ) or (Target(kind, address, _PAGES, api=True),)
        asked = _text(
            _argument(query, b"id")
            if action != b"datastore_search"
            else _argument(query, b"resource_id") or _argument(query, b"id")
        )
        if action == b"package_show":
            asked = asked or _text(_argument(query, b"name_or_id"))
            return (Target(kind, address, _PAGES, dataset=asked, api=True),)
        return (Target(kind, address, _PAGES, resource=asked, api=True),)


def _viewed(address: bytes, dataset: str, resource: str = "") -> Target:
    return Target("view", address, _PAGES, dataset, resource)


def _downloaded(_address: bytes, dataset: str, resource: str) -> Target:
    return Target("download", b"download " + resource.encode(), _LINKS, dataset, resource)


def _dumped(address: bytes, resource: str) -> Target:
    return Target("dump", address, _FILES, resource=resource)


def _described(address: bytes, dataset: str = "") -> Target:
    return Target("api_metadata", address, _PAGES, dataset, api=True)


def is_type(name: str) -> bool:
    """Whether `name` may be the first part of addresses of datasets."""
    return _TYPE.fullmatch(name) is not None


def _argument(query: bytes, name: bytes) -> bytes:
    """Return an argument of a query, decoded; empty where it has none."""
    for pair in query.split(b"&"):
        key, _, value = pair.partition(b"=")
        if key == name:
            return unquote_to_bytes(value.replace(b"+", b" "))
    return b""


def _text(part: bytes) -> str:
    text = unquote_to_bytes(part) if b"%" in part else part
    return text.decode("utf-8", "replace").strip()[:_LONGEST_NAME]
