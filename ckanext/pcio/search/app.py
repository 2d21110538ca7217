"""The WSGI application: `/solr/<core>/select`, `update`, `schema`, `admin/ping`; `/ready`."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from ckanext.pcio.search.errors import RequestError
from ckanext.pcio.search.index import CORE_NAME, Core, Cores
from ckanext.pcio.search.protocol import (
    Add,
    Command,
    Commit,
    Delete,
    Params,
    Rollback,
    error_answer,
    header,
    read_update,
)
from ckanext.pcio.search.schema import CKAN_SCHEMA_NAME, UNIQUE_KEY, solr_schema_xml
from ckanext.pcio.search.select import QueryBuilder, select

log = logging.getLogger(__name__)

_LARGEST_BODY = 128 * 1024 * 1024
_ROUTES = Map(
    [
        Rule("/ready", endpoint="ready"),
        Rule("/solr/<core>/select", endpoint="select"),
        Rule("/solr/<core>/update", endpoint="update", methods=["POST"]),
        Rule("/solr/<core>/schema", endpoint="schema"),
        Rule("/solr/<core>/admin/file", endpoint="schema_file"),
        Rule("/solr/<core>/admin/ping", endpoint="ping"),
    ],
    strict_slashes=False,
)

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class SearchApp:
    """The service as a WSGI application."""

    def __init__(self, cores: Cores) -> None:
        self.cores = cores

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = _LARGEST_BODY
        request.max_form_memory_size = _LARGEST_BODY
        return self._answer(request)(environ, start_response)

    def close(self) -> None:
        """Commit what is pending and release the directory."""
        self.cores.close()

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = _ROUTES.bind_to_environ(request.environ).match()
            core = values.get("core", "")
            if core and not CORE_NAME.fullmatch(core):
                raise NotFound(f"'{core}' is no name for a core")
            return getattr(self, f"_{endpoint}")(request, **values)
        except RequestError as error:
            log.warning("%s %s: %s", error.status, request.path, " ".join(str(error).split()))
            return _json(error_answer(error.status, str(error)), error.status)
        except HTTPException as error:
            status = error.code or 500
            return _json(error_answer(status, error.description or error.name), status)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # Tantivy panics are no Exceptions
            log.exception("%s failed", request.path)
            return _json(error_answer(500, f"{type(error).__name__}: {error}"), 500)

    def _ready(self, request: Request) -> Response:
        return _json({"status": "OK"})

    def _ping(self, request: Request, core: str) -> Response:
        self.cores.for_reading(core).searcher()
        return _json({"responseHeader": header(0, 0), "status": "OK"})

    def _select(self, request: Request, core: str) -> Response:
        began = time.perf_counter()
        values: MultiDict[str, str] = MultiDict(CombinedMultiDict([request.args, request.form]))
        params = Params(values)
        answer = select(self.cores.for_reading(core), params)
        taken = round((time.perf_counter() - began) * 1000)
        return _json({"responseHeader": header(0, taken, params), **answer})

    def _update(self, request: Request, core: str) -> Response:
        began = time.perf_counter()
        params = Params(MultiDict(request.args))
        commands = read_update(request.get_data(), request.content_type or "")
        index = self.cores.for_writing(core)
        for command in commands:
            _run(index, command)
        # `commitWithin` promises a commit no later than so many milliseconds: at once is within.
        if any(params.flag(name) for name in ("commit", "softCommit", "optimize")) or params.text(
            "commitWithin"
        ):
            index.commit()
        taken = round((time.perf_counter() - began) * 1000)
        return _json({"responseHeader": header(0, taken)})

    def _schema(self, request: Request, core: str) -> Response:
        if request.args.get("wt") == "schema.xml":
            return Response(solr_schema_xml(), mimetype="application/xml")
        schema = {"name": CKAN_SCHEMA_NAME, "version": 1.6, "uniqueKey": UNIQUE_KEY}
        return _json({"responseHeader": header(0, 0), "schema": schema})

    def _schema_file(self, request: Request, core: str) -> Response:
        if request.args.get("file") != "schema.xml":
            raise NotFound("Only schema.xml can be read")
        return Response(solr_schema_xml(), mimetype="application/xml")


def create_app(directory: str | Path) -> SearchApp:
    """Return the service over the indexes in `directory`, made if missing.

    Raises DirectoryInUseError when another service uses the directory.
    """
    return SearchApp(Cores(Path(directory)))


def _run(core: Core, command: Command) -> None:
    match command:
        case Add(documents):
            core.add(documents)
        case Delete(ids, queries):
            core.delete_ids(ids)
            for text in queries:
                builder = QueryBuilder(core.schema, core.searcher(), Params(MultiDict()))
                core.delete_query(builder.query(text, "lucene"))
        case Commit():
            core.commit()
        case Rollback():
            core.rollback()


def _json(answer: dict[str, Any], status: int = 200) -> Response:
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, mimetype="application/json")
