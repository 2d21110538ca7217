"""The index on disk: one directory per core, one writer, commits that survive a crash."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Query

from ckanext.pcio.search import analysis
from ckanext.pcio.search.document import read_document, to_tantivy
from ckanext.pcio.search.errors import IndexUnavailableError, RequestError
from ckanext.pcio.search.schema import (
    LAYOUT_VERSION,
    UNIQUE_KEY,
    WHITESPACE_TOKENIZER,
    tantivy_schema,
)

try:
    import fcntl
except ImportError:  # pragma: no cover  (Windows has no flock; Tantivy's own lock remains)
    fcntl = None

log = logging.getLogger(__name__)

CORE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_WRITER_MEMORY = 32 * 1024 * 1024
_LAYOUT_FILE = "pcio-layout.json"
_LOCK_FILE = "service.lock"


class Core:
    """One index. All methods may be called from several threads."""

    def __init__(self, path: Path | None) -> None:
        """Open the index at `path`, or one in memory. A damaged one is set aside."""
        self.path = path
        self.schema = tantivy_schema()
        self._lock = threading.Lock()
        self._writer: tantivy.IndexWriter | None = None
        self._pending = False
        self._index = self._open()

    def searcher(self) -> tantivy.Searcher:
        """Return a view of everything committed so far."""
        return self._index.searcher()

    def add(self, sources: Iterable[Mapping[str, Any]]) -> None:
        """Add documents, each replacing the one with its unique key. Raises RequestError."""
        # Converted first, so that a bad document leaves nothing of its batch behind.
        documents = [to_tantivy(source) for source in sources]
        with self._lock, self._writing() as writer:
            for key, document in documents:
                writer.delete_documents_by_term(UNIQUE_KEY, key)
                writer.add_document(document)

    def delete_ids(self, keys: Iterable[str]) -> None:
        """Delete documents by their unique key."""
        with self._lock, self._writing() as writer:
            for key in keys:
                writer.delete_documents_by_term(UNIQUE_KEY, key)

    def delete_query(self, query: Query) -> None:
        """Delete what a query finds, documents not yet committed included."""
        with self._lock, self._writing() as writer:
            writer.delete_documents_by_query(query)

    def commit(self) -> None:
        """Make everything sent so far durable and visible; on return it is both."""
        with self._lock:
            if self._pending:
                with self._writing() as writer:
                    writer.commit()
                self._pending = False
                self._index.reload()

    def rollback(self) -> None:
        """Forget what was sent since the last commit."""
        with self._lock:
            if self._pending:
                with self._writing() as writer:
                    writer.rollback()
                self._pending = False

    def close(self) -> None:
        """Commit what is pending, as Solr does when it stops, and release the writer."""
        self.commit()
        with self._lock:
            self._writer = None

    def _writing(self) -> _Writing:
        return _Writing(self)

    def _open(self) -> tantivy.Index:
        if self.path is None:
            return self._created(None)
        if self.path.exists():
            reason = self._unusable()
            if reason is None:
                index = tantivy.Index(self.schema, path=str(self.path), reuse=True)
                return self._with_tokenizer(index)
            self._set_aside(reason)
        self.path.mkdir(parents=True)
        index = self._created(self.path)
        layout = self.path / _LAYOUT_FILE
        layout.write_text(json.dumps(_layout()), encoding="utf-8")
        return index

    def _created(self, path: Path | None) -> tantivy.Index:
        if path is None:
            return self._with_tokenizer(tantivy.Index(self.schema))
        return self._with_tokenizer(tantivy.Index(self.schema, path=str(path)))

    def _with_tokenizer(self, index: tantivy.Index) -> tantivy.Index:
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        index.register_tokenizer(WHITESPACE_TOKENIZER, builder.build())
        index.config_reader("manual")
        index.reload()
        return index

    def _unusable(self) -> str | None:
        """Say why the directory cannot be used, or None when it can."""
        if self.path is None:
            return None
        try:
            layout = json.loads((self.path / _LAYOUT_FILE).read_text(encoding="utf-8"))
            if any(layout.get(part) != version for part, version in _layout().items()):
                return "was written by another version of this service"
            index = tantivy.Index(self.schema, path=str(self.path), reuse=True)
            searcher = self._with_tokenizer(index).searcher()
            found = searcher.search(Query.all_query(), limit=1, order_by_field="sort_name")
            for _, address in found.hits:
                read_document(searcher.doc(address), ["*"])
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # Tantivy panics are no Exceptions
            return f"is damaged ({_one_line(error)})"
        return None

    def _set_aside(self, reason: str) -> None:
        if self.path is None:
            return
        stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S%f")
        aside = self.path.with_name(f"{self.path.name}.unusable-{stamp}")
        self.path.rename(aside)
        log.error(
            "The search index %s %s; it was moved to %s and an empty one started. "
            "Run `ckan search-index rebuild` to fill it.",
            self.path,
            reason,
            aside.name,
        )


class _Writing:
    """The writer for one operation; one that failed is given up, and the client is told."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def __enter__(self) -> tantivy.IndexWriter:
        core = self.core
        try:
            if core._writer is None:
                core._writer = core._index.writer(_WRITER_MEMORY, 1)
        except ValueError as error:
            raise IndexUnavailableError(
                f"The search index cannot be written: {_one_line(error)}"
            ) from error
        core._pending = True
        return core._writer

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, RequestError):
            return
        # A writer that failed refuses everything; a new one starts from the last commit.
        self.core._writer = None
        self.core._pending = False
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            return
        raise IndexUnavailableError(
            f"The search index cannot be written: {_one_line(error)}. What was sent since the "
            "last commit is lost; send it again."
        ) from error


class Cores:
    """All cores under one directory, which this process alone may use."""

    def __init__(self, directory: Path, lock: DirectoryLock | None = None) -> None:
        """Use `directory`. Raises DirectoryInUseError when another service has it."""
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._directory_lock = lock or DirectoryLock(directory)
        self._lock = threading.Lock()
        self._cores: dict[str, Core] = {}
        self._empty = Core(None)

    def for_reading(self, name: str) -> Core:
        """Return the core, or an empty one when nothing was ever written to it."""
        with self._lock:
            if name not in self._cores and not (self.directory / name).is_dir():
                return self._empty
            return self._get(name)

    def for_writing(self, name: str) -> Core:
        """Return the core, made now if it is new."""
        with self._lock:
            return self._get(name)

    def close(self) -> None:
        """Commit and close every core; release the directory."""
        with self._lock:
            for name, core in self._cores.items():
                try:
                    core.close()
                except RequestError as error:
                    log.error("Core %s could not be closed: %s", name, error)
            self._cores.clear()
        self._directory_lock.release()

    def _get(self, name: str) -> Core:
        if name not in self._cores:
            try:
                self._cores[name] = Core(self.directory / name)
            except (OSError, ValueError) as error:
                raise IndexUnavailableError(
                    f"The search index cannot be opened: {_one_line(error)}"
                ) from error
        return self._cores[name]


class DirectoryInUseError(Exception):
    """Another search service has the directory."""


class DirectoryLock:
    """Held for as long as any process that inherited it lives; a crash releases it."""

    def __init__(self, directory: Path, wait: float = 0.0) -> None:
        """Take the lock, waiting up to `wait` seconds. Raises DirectoryInUseError."""
        directory.mkdir(parents=True, exist_ok=True)
        self._file = (directory / _LOCK_FILE).open("a+")
        deadline = time.monotonic() + wait
        while fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    self._file.close()
                    raise DirectoryInUseError(
                        f"Another search service already uses {directory}."
                    ) from error
                time.sleep(0.1)
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Let others use the directory."""
        self._file.close()


def _layout() -> dict[str, str]:
    return {
        "layout": LAYOUT_VERSION,
        "words": analysis.load(),
    }


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
