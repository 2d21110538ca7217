"""The rows of a resource's DataStore table, streamed out of the database."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa

from ckanext.pcio.standard.personal.rules import rules

_BATCH = 2000


def present(resource_id: str) -> bool:
    """Return whether the resource has a table in the DataStore."""
    if not p.plugin_loaded("datastore"):
        return False
    from ckanext.datastore.backend import DatastoreBackend  # noqa: PLC0415 - optional plugin

    return bool(DatastoreBackend.get_active_backend().resource_exists(resource_id))


@contextlib.contextmanager
def opened(resource_id: str) -> Iterator[Iterator[Sequence[Any]]]:
    """Give the rows of a table, the names of its columns first, without the DataStore's own."""
    from ckanext.datastore.backend.postgres import (  # noqa: PLC0415 - optional plugin
        get_read_engine,
        identifier,
    )

    most = rules().limits["rows"] + 1
    query = sa.text(f"SELECT * FROM {identifier(resource_id)} LIMIT {most}")  # noqa: S608 - quoted
    with get_read_engine().connect() as connection:
        streaming = connection.execution_options(stream_results=True, max_row_buffer=_BATCH)
        yield _rows(streaming.execute(query))


def _rows(result: Any) -> Iterator[Sequence[Any]]:
    names = list(result.keys())
    places = [place for place, name in enumerate(names) if not name.startswith("_")]
    yield [names[place] for place in places]
    for row in result:
        yield [row[place] for place in places]
