"""Reading a workbook of metadata, row by row.

with open_workbook(path) as workbook:
    for row in workbook.rows(): ...
    workbook.orphans()
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from ckanext.pcio.standard.messages import N_, Message

from .found import CellRemark, DatasetRow, Layout, WorkbookRefused


class Workbook:
    """An opened workbook of metadata; a context manager that closes the file.

    `layout` says how its columns were understood, `remarks` what there is to tell about the file
    as a whole (sheets that are missing or not known, columns that were not read).
    """

    layout: Layout = "2.2"
    remarks: tuple[Message, ...] = ()

    def __enter__(self) -> Workbook:
        """Return the workbook."""
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _t: TracebackType | None,
    ) -> None:
        """Close the file."""

    def rows(self) -> Iterator[DatasetRow]:
        """Yield the datasets, sheet by sheet, in the order of their rows.

        May be called again, to read once more. Raises `WorkbookRefused` where a sheet cannot be
        read to its end.
        """
        raise NotImplementedError

    def orphans(self) -> tuple[CellRemark, ...]:
        """Return remarks about rows that are no part of a dataset.

        Rows of resources whose dataset is not in the workbook, and rows without name and title.
        Reads the workbook to its end where `rows` has not been.
        """
        raise NotImplementedError


def open_workbook(path: str | Path) -> Workbook:
    """Open the workbook at `path`.

    Raises `WorkbookRefused` for anything that is not a safe, readable workbook of metadata.
    """
    raise WorkbookRefused(Message(N_("The workbook cannot be read.")))
