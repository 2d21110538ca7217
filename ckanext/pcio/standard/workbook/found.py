"""What is found in a workbook of metadata: rows that are datasets, and what was wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ckanext.pcio.standard.messages import Message

Layout = Literal["2.1", "2.2", "pcio"]
"""The columns of a sheet: those of the standard's two layouts, or ours (2.2 and further ones)."""


class WorkbookRefused(Exception):
    """A file that is no safe, readable workbook of metadata; `message` says why, for a person."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


@dataclass(frozen=True, slots=True)
class CellRemark:
    """One thing to tell about one cell."""

    sheet: str
    """Name of the sheet, as in the workbook."""
    row: int
    """Number of the row as Excel shows it, from 1."""
    column: str
    """Letter of the column as Excel shows it; "" where the remark is about the whole row."""
    field: str
    """Name of the field in schemas/dataset.yaml, of a dataset or of a resource as `sheet` says."""
    value: str
    """What was written in the cell, shortened."""
    message: Message
    refused: bool = False
    """The value cannot be taken in: its dataset should not be imported until it is corrected.

    Otherwise the value was read differently, or kept although it is odd.
    """


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """One dataset of a workbook, its resources joined."""

    sheet: str
    number: int
    """Number of the row as Excel shows it, from 1."""
    title: str
    """What to call the dataset in a report; its name where it has no title."""
    record: dict[str, Any]
    """A package dict with the fields of schemas/dataset.yaml, values in stored form.

    "tags" is a list of {"name"}, "resources" a list of dicts; "owner_org" is the text of the
    cell (id, name or title of an office, or ""). "id" and resources' "id" are there where the
    workbook was written by a catalog. A resource's "url_type" is there where it was an upload
    ("upload") or a table ("datastore") of the portal that wrote the workbook: `url` is then its
    address in that portal.
    """
    cells: tuple[CellRemark, ...] = ()
    """Remarks about the row and about the rows of its resources."""
    assumed: frozenset[str] = field(default_factory=frozenset)
    """Fields that the workbook does not state and `record` holds a careful value of.

    "private" is True and "allow_harvest" "False" for a workbook without such columns. Whoever
    updates a dataset that is there already should leave these as they are.
    """

    @property
    def refused(self) -> bool:
        """Whether a cell holds something that cannot be taken in."""
        return any(remark.refused for remark in self.cells)
