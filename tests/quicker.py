"""CKAN's plugins loaded and its tables migrated with less waiting, and to the same end.

The suite loads all plugins some hundred times: for each web application, each command that is run
in the tests' own process, each file of tests. Most of that half second goes to what comes out the
same each time.
"""

from __future__ import annotations

import inspect
import pickle
import sys
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import msgspec
import sqlalchemy as sa
import yaml
from alembic.script import ScriptDirectory
from ckan import model
from ckan.cli import db
from ckan.plugins import core
from ckanext.scheming import loader


def quicken() -> None:
    """Make loading plugins quick in this process."""
    # What is installed does not change while tests run, but is read from disk for each plugin.
    core.entry_points = lru_cache(core.entry_points)
    # CKAN's own settings are declared anew whenever a plugin comes or goes.
    msgspec.yaml.decode = _decode
    # CKAN asks who adds a folder, and gets the lines of source of every frame up to pytest's.
    inspect.stack = _stack
    # The same documents by the reader written in C; the other takes ten times as long.
    loader.load = _load_schema if yaml.__with_libyaml__ else loader.load


_decode_anew = msgspec.yaml.decode


def _decode(document: bytes | str, **options: Any) -> Any:
    """Return what `msgspec.yaml.decode` does; of the same document a new copy each time."""
    return _decode_anew(document, **options) if options else pickle.loads(_decoded(document))


@lru_cache(maxsize=4)
def _decoded(document: bytes | str) -> bytes:
    return pickle.dumps(_decode_anew(document))


_stack_with_source = inspect.stack


def _stack(context: int = 1) -> list[inspect.FrameInfo]:
    """Return what `inspect.stack` does; to CKAN only the frames it asks for, without the source."""
    frame = sys._getframe(1)
    if frame.f_globals.get("__name__") != "ckan.plugins.toolkit":
        return _stack_with_source(context)[1:]
    found = []
    while frame is not None and len(found) < 3:
        found.append(inspect.FrameInfo(frame, *inspect.getframeinfo(frame, context=0)))
        frame = frame.f_back
    return found


_load_other = loader.load


def _load_schema(file: IO[str]) -> Any:
    if loader.is_yaml(file.name):
        return yaml.load(file, Loader=yaml.CSafeLoader)
    return _load_other(file)


def is_newest(plugin: str) -> bool:
    """Say whether the plugin's tables stand at its newest migration."""
    table = f"{plugin}_alembic_version"
    with model.ensure_engine().connect() as connection:
        if not sa.inspect(connection).has_table(table):
            return False
        stands = connection.scalars(sa.text(f'SELECT version_num FROM "{table}"')).all()
    return list(stands) == _newest(plugin)


@lru_cache
def _newest(plugin: str) -> list[str]:
    scripts = ScriptDirectory(str(Path(db._resolve_alembic_config(plugin)).parent))
    return sorted(scripts.get_heads())
