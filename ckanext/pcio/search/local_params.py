"""Solr's local parameters: `{!lucene q.op=AND}bees`, `{!bool must=bees}`.

CKAN refuses them unless `ckan.search.solr_allowed_query_parsers` lets them through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.pcio.search.errors import QueryError

_PART = re.compile(
    r"""\s*(?:(?P<key>[\w.]+)\s*=\s*)?"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s}"'=]+))"""
)


@dataclass(frozen=True, slots=True)
class LocalParams:
    """The parser named, its parameters in order, and the text that follows."""

    parser: str
    params: tuple[tuple[str, str], ...]
    rest: str

    def get(self, name: str) -> str | None:
        """Return the first value of a parameter."""
        return next((value for key, value in self.params if key == name), None)

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter."""
        return [value for key, value in self.params if key == name]


def split_local_params(text: str) -> LocalParams | None:
    """Read the local parameters at the start of `text`, or return None when there are none.

    Raises QueryError if they are not closed or not of the form key=value.
    """
    text = text.strip()
    if not text.startswith("{!"):
        return None
    at, found = 2, []
    while True:
        closing = re.compile(r"\s*}").match(text, at)
        if closing:
            break
        part = _PART.match(text, at)
        if part is None:
            raise QueryError(f"Cannot parse local parameters of '{text[:500]}'")
        found.append((part["key"] or "type", _value(part)))
        at = part.end()
    parser = next((value for key, value in found if key == "type"), "lucene")
    params = tuple((key, value) for key, value in found if key != "type")
    return LocalParams(parser, params, text[closing.end() :])


def _value(part: re.Match[str]) -> str:
    if part["bare"] is not None:
        return part["bare"]
    quoted = part["double"] if part["double"] is not None else part["single"]
    return re.sub(r"\\(.)", r"\1", quoted or "")
