"""The check of a workbook: every row judged as the import would, nothing written to the catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from ckan import model

from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.workbook.found import CellRemark, DatasetRow
from ckanext.pcio.standard.workbook.reading import Workbook, open_workbook

from . import store, wanted, world
from .judging import Place, Rules, Verdict, judge, without_repeats
from .remarks import of_cell, texts

BATCH = 100
Progress = Callable[[int], None]
Item = TypeVar("Item")


class Cancelled(Exception):
    """Somebody cancelled the import meanwhile."""


def check(import_id: str, path: Path, rules: Rules, progress: Progress) -> None:
    """Read and judge the rows of the workbook at `path` that are not on record yet.

    Commits after each batch of rows, so that a check that was stopped goes on there. Raises
    `WorkbookRefused` for a file that cannot be read, `Cancelled` when told to stop.
    """
    with open_workbook(path) as book:
        done = store.number_of_rows(import_id)
        progress(done)
        taken = store.names(import_id)
        letters = _Letters(book)
        for batch in _batches(islice(book.rows(), done, None), BATCH):
            store.add_rows(list(_judged(import_id, batch, done, rules, taken, letters)))
            done += len(batch)
            _commit(import_id, done)
            progress(len(batch))
        store.add_rows(
            [_orphan(import_id, done + n, cell) for n, cell in enumerate(book.orphans(), 1)]
        )
        found = store.totals(import_id)
        to_write = found["new"] + found["update"] + found["unchanged"]
        remarks = [texts(remark) for remark in book.remarks]
    changed = store.change(
        import_id,
        only_in=("checking",),
        **{"state": "checked", "totals": found, "remarks": remarks},
        **{"done": 0, "total": to_write},
    )
    if not changed:
        model.Session.rollback()
        raise Cancelled
    model.Session.commit()


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class _Letters:
    """The letter of the column of each field, sheet by sheet."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._known: dict[str, Mapping[str, str]] = {}

    def of(self, sheet: str) -> Mapping[str, str]:
        if sheet not in self._known:
            self._known[sheet] = self._book.letters(sheet)
        return self._known[sheet]


def _judged(
    import_id: str,
    batch: list[DatasetRow],
    done: int,
    rules: Rules,
    taken: set[str],
    letters: _Letters,
) -> Iterator[dict[str, Any]]:
    wishes = [wanted.read(row, letters.of(row.sheet)) for row in batch]
    around = world.look(wishes, rules.office)
    for number, (row, wish) in enumerate(zip(batch, wishes, strict=True), done + 1):
        place = Place(row.sheet, row.number, letters.of(row.sheet))
        cells = [of_cell(cell) for cell in row.cells]
        if row.refused and _is_taken(wish, rules):
            verdict = Verdict("refused", wish.name, remarks=cells)
        else:
            verdict = judge(wish, place, around, rules, taken)
            verdict.remarks = without_repeats(cells, verdict.remarks)
        yield as_row(verdict, wish) | {
            **{"import_id": import_id, "number": number, "title": row.title},
            **{"sheet": row.sheet, "row": row.number},
        }
    # What was read for one batch is not kept for the next: the workbook may be long.
    model.Session.expunge_all()


def _is_taken(wish: wanted.Wanted, rules: Rules) -> bool:
    """Whether a row belongs to the rows that the import is about."""
    return not rules.owner_text or fold(wish.owner) == fold(rules.owner_text)


def as_row(verdict: Verdict, wish: wanted.Wanted) -> dict[str, Any]:
    """Return the columns that a verdict fills."""
    writes = verdict.outcome in ("new", "update", "unchanged")
    return {
        **{"outcome": verdict.outcome, "name": verdict.name, "warned": verdict.warned},
        **{"package_id": verdict.package_id, "base": verdict.base},
        **{"changes": verdict.changes, "remarks": verdict.remarks},
        "wanted": wish.as_json() if writes else None,
        **{"written": not writes, "announced": False},
    }


def _orphan(import_id: str, number: int, cell: CellRemark) -> dict[str, Any]:
    said = of_cell(cell) | {"refused": True}
    return {
        **{"import_id": import_id, "number": number, "sheet": cell.sheet, "row": cell.row},
        **{"title": cell.value, "name": "", "outcome": "refused", "warned": False},
        **{"package_id": None, "base": None, "wanted": None, "changes": [], "remarks": [said]},
        **{"written": True, "announced": False},
    }


def _commit(import_id: str, done: int) -> None:
    if not store.change(import_id, only_in=("checking",), done=done):
        model.Session.rollback()
        raise Cancelled
    model.Session.commit()
