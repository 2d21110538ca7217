"""What there is to tell about a cell or a row, in the form it is kept: both languages at once.

The reader of a report may read another language than the person who started the import, and a
sentence keeps its meaning when the rules change after it was said.
"""

from __future__ import annotations

from typing import Any

from ckanext.pcio.standard import values
from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.messages import Message
from ckanext.pcio.standard.workbook.found import CellRemark

Remark = dict[str, Any]
LANGUAGES = ("th", "en")


def texts(message: Message | str) -> dict[str, str]:
    """Return a sentence in both languages."""
    if isinstance(message, str):
        return dict.fromkeys(LANGUAGES, values.storable(message))
    return {language: values.storable(message.text(language)) for language in LANGUAGES}


def remark(
    sheet: str,
    row: int,
    message: Message | str,
    *,
    field: str = "",
    column: str = "",
    value: str = "",
    refused: bool = False,
) -> Remark:
    """Return a remark as it is stored."""
    return {
        **{"sheet": sheet, "row": row, "column": column, "field": field},
        **{"value": plain(values.storable(value)), "refused": refused},
        **texts(message),
    }


def of_cell(cell: CellRemark) -> Remark:
    """Return what the workbook's reader says of a cell."""
    return remark(
        cell.sheet,
        cell.row,
        cell.message,
        field=cell.field,
        column=cell.column,
        value=cell.value,
        refused=cell.refused,
    )
