"""Solr's protocol: request parameters, update messages, answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from werkzeug.datastructures import MultiDict

from ckanext.pcio.search.errors import QueryError, RequestError

_TRUE = ("1", "t", "T", "on", "yes")


class Params:
    """Request parameters, read with Solr's defaults and complaints."""

    def __init__(self, values: MultiDict[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """Return one parameter."""
        return self._values.get(name, default)

    def texts(self, name: str) -> list[str]:
        """Return every value of a repeated parameter, empty ones left out."""
        return [value for value in self._values.getlist(name) if value.strip()]

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a boolean parameter, spelt as Solr allows."""
        value = self._values.get(name)
        return default if value is None or not value else value.startswith(_TRUE)

    def number(self, name: str, default: int) -> int:
        """Return a whole number. Raises QueryError."""
        value = self._values.get(name, "").strip()
        try:
            return int(value) if value else default
        except ValueError as error:
            raise QueryError(f"'{name}' must be a whole number, not '{value}'") from error

    def decimal(self, name: str, default: float) -> float:
        """Return a number. Raises QueryError."""
        value = self._values.get(name, "").strip()
        try:
            return float(value) if value else default
        except ValueError as error:
            raise QueryError(f"'{name}' must be a number, not '{value}'") from error

    def echo(self) -> dict[str, Any]:
        """Return the parameters for the answer's header."""
        return {
            name: values[0] if len(values) == 1 else values for name, values in self._values.lists()
        }


@dataclass(frozen=True, slots=True)
class Add:
    """Documents to add or replace."""

    documents: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Delete:
    """Documents to delete, by unique key or by query."""

    ids: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Commit:
    """Make everything before durable and visible."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """Forget everything since the last commit."""


Command = Add | Delete | Commit | Rollback


def read_update(body: bytes, content_type: str) -> list[Command]:
    """Read an update message in XML or JSON into commands, in order. Raises RequestError."""
    kind = content_type.partition(";")[0].strip().lower()
    if not body.strip():
        return []
    if kind in ("application/json", "text/json"):
        return list(_json_commands(body))
    if kind in ("text/xml", "application/xml"):
        return list(_xml_commands(body))
    raise RequestError(f"Unsupported ContentType: {kind or 'none'}; send application/json or xml")


def _json_commands(body: bytes) -> Iterator[Command]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"The JSON of the update cannot be read: {error}") from error
    if isinstance(message, list):
        yield Add(_documents(message))
        return
    if not isinstance(message, dict):
        raise RequestError("An update is a list of documents or an object of commands")
    for command, value in message.items():
        if command == "add":
            many = value if isinstance(value, list) else [value]
            yield Add(_documents([v.get("doc") if isinstance(v, dict) else v for v in many]))
        elif command == "delete":
            yield _json_delete(value)
        elif command in ("commit", "optimize"):
            yield Commit()
        elif command == "rollback":
            yield Rollback()
        else:
            raise RequestError(f"Unknown command '{command}'")


def _documents(values: list[Any]) -> list[dict[str, Any]]:
    for value in values:
        if not isinstance(value, dict):
            raise RequestError("A document must be an object")
    return values


def _json_delete(value: Any) -> Delete:
    many = value if isinstance(value, list) else [value]
    ids: list[str] = []
    queries: list[str] = []
    for one in many:
        if isinstance(one, Mapping):
            ids += [str(one["id"])] if "id" in one else []
            queries += [str(one["query"])] if "query" in one else []
        else:
            ids.append(str(one))
    return Delete(ids, queries)


def _xml_commands(body: bytes) -> Iterator[Command]:
    # A document type is never needed here, and is what entity attacks are made of.
    if b"<!DOCTYPE" in body[:1024] or b"<!ENTITY" in body:
        raise RequestError("The XML of the update must not have a document type")
    try:
        root = ET.fromstring(body)  # noqa: S314
    except ET.ParseError as error:
        raise RequestError(f"The XML of the update cannot be read: {error}") from error
    if root.tag == "add":
        yield Add([_xml_document(element) for element in root.iter("doc")])
    elif root.tag == "delete":
        yield Delete(
            [(element.text or "").strip() for element in root.iter("id")],
            [element.text or "" for element in root.iter("query")],
        )
    elif root.tag in ("commit", "optimize"):
        yield Commit()
    elif root.tag == "rollback":
        yield Rollback()
    else:
        raise RequestError(f"Unknown command '{root.tag}'")


def _xml_document(element: ET.Element) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for given in element.findall("field"):
        name = given.get("name")
        if not name:
            raise RequestError("A field has no name")
        if given.get("update"):
            raise RequestError("Atomic updates are not supported")
        if given.get("null") != "true":
            document.setdefault(name, []).append(given.text or "")
    return document


def header(status: int, milliseconds: int, params: Params | None = None) -> dict[str, Any]:
    """Return the `responseHeader` of an answer."""
    answer: dict[str, Any] = {"status": status, "QTime": milliseconds}
    if params is not None:
        answer["params"] = params.echo()
    return answer


def error_answer(status: int, message: str) -> dict[str, Any]:
    """Return the body of an answer that says what is wrong, where pysolr looks for it."""
    return {
        "responseHeader": header(status, 0),
        "error": {"msg": message, "code": status},
    }
