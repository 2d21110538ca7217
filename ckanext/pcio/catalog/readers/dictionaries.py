"""Data dictionaries of a remote portal's DataStore, a few questions at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ckanext.pcio.catalog.extract import has_dictionary
from ckanext.pcio.catalog.readers.api import Api
from ckanext.pcio.catalog.readers.reading import Reading, SourceError
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import mappings, read_boolean, text_of

AT_ONCE = 4
ATTEMPTS = 2
MOST_QUESTIONS = 5000
MOST_FAILURES_IN_A_ROW = 20


class Dictionaries:
    """Puts `datastore_fields` on resources, and remembers what could not be seen.

    A dataset needs one dictionary, so its tables are asked for until one is described.
    """

    def __init__(self, api: Api, reading: Reading, wanted: bool) -> None:
        self.api = api
        self.reading = reading
        self.wanted = wanted
        self.questions = 0
        self.failures_in_a_row = 0
        self.unseen = 0
        """Datasets with tables whose dictionary is not known."""

    def attached(self, pages: Iterable[list[Any]]) -> Iterator[Any]:
        """Yield the records of `pages`, with the dictionaries of their tables."""
        for page in pages:
            waiting = [(record, tables) for record in page if (tables := _tables(record))]
            if self.wanted and waiting:
                self._ask_all(waiting)
            else:
                self.unseen += len(waiting)
            yield from page

    def report(self) -> None:
        """Warn about the datasets whose dictionary is not known."""
        if not self.unseen:
            return
        asked = N_(
            "The data dictionaries of {number} datasets could not be read from the data store; "
            "these datasets count as having none."
        )
        not_asked = N_(
            "Data dictionaries in the data store were not asked for; {number} datasets with "
            "tables count as having none."
        )
        self.reading.warn(asked if self.wanted else not_asked, number=self.unseen)

    def _ask_all(self, waiting: list[tuple[Any, list[dict[str, Any]]]]) -> None:
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            self.unseen += sum(not seen for seen in pool.map(self._ask, [t for _, t in waiting]))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _ask(self, tables: list[dict[str, Any]]) -> bool:
        """Ask for the tables of one dataset; return whether its dictionary is known now."""
        known = True
        for resource in tables:
            fields = self._fields(text_of(resource.get("id")))
            if fields is None:
                known = False
                continue
            resource["datastore_fields"] = fields
            if has_dictionary(resource):
                return True
        return known

    def _fields(self, resource_id: str) -> list[Any] | None:
        # Counters are only bounds: a race between threads costs a question, no more.
        if (
            self.questions >= MOST_QUESTIONS
            or self.failures_in_a_row >= MOST_FAILURES_IN_A_ROW
            or not resource_id
        ):
            return None
        self.questions += 1
        query = {"resource_id": resource_id, "limit": 0, "include_total": "false"}
        try:
            answer = self.api.action("datastore_search", query, ATTEMPTS)
        except SourceError:
            self.failures_in_a_row += 1
            return None
        self.failures_in_a_row = 0
        fields = answer.get("fields") if isinstance(answer, Mapping) else None
        return fields if isinstance(fields, list) else None


class Columns:
    """Asks for the columns of one resource after the other; after enough failures no more."""

    def __init__(self, api: Api, reading: Reading) -> None:
        self.api = api
        self.reading = reading
        self.failures_in_a_row = 0
        self.unseen: dict[str, int] = {}

    def of(self, resource_id: str) -> list[Any] | None:
        """Return the fields of a resource's table; None where they are not known."""
        fields = None
        if self.failures_in_a_row < MOST_FAILURES_IN_A_ROW and resource_id:
            query = {"resource_id": resource_id, "limit": 0, "include_total": "false"}
            try:
                answer = self.api.action("datastore_search", query, ATTEMPTS)
            except SourceError:
                self.failures_in_a_row += 1
            else:
                self.failures_in_a_row = 0
                fields = answer.get("fields") if isinstance(answer, Mapping) else None
        if not isinstance(fields, list):
            self._note_unseen()
            return None
        return fields

    def _note_unseen(self) -> None:
        """Count in one warning, because the caller asks until after the last record was read."""
        if not self.unseen:
            self.reading.warnings.append(
                Message(
                    N_(
                        "The data dictionaries of {number} files could not be read from the data "
                        "store; run it again to ask for them again."
                    ),
                    self.unseen,
                )
            )
        self.unseen["number"] = self.unseen.get("number", 0) + 1


def _tables(record: Any) -> list[dict[str, Any]]:
    """Return the resources of `record` in the DataStore, where no dictionary is known yet."""
    resources = list(mappings(record.get("resources"))) if isinstance(record, Mapping) else []
    if any(map(has_dictionary, resources)):
        return []
    return [
        resource
        for resource in resources
        if isinstance(resource, dict) and read_boolean(resource.get("datastore_active")) is True
    ]
