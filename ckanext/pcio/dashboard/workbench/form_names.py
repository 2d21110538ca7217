"""What the inputs of the form are called: a path through the form, so that no two are the same.

A place (`survey.places`) would not do: two options may ask for the same field, and without
JavaScript the page shows both.
"""

from __future__ import annotations

OPTION = "option"


def below(name: str, option: str) -> str:
    """Return where the fields stand that an option asks, or the fields of a tick or group."""
    return f"{name}/{option}/"


def unless(name: str, option: str) -> str:
    """Return where the fields stand that are asked where an option is not chosen."""
    return f"{name}/!{option}/"


def inside(name: str) -> str:
    """Return where the fields of a group or of a tick stand."""
    return f"{name}/"


def cell(table: str, row: int, column: str) -> str:
    """Return the name of a cell of a table; rows count from 1."""
    return f"{table}/{row}/{column}"


def matrix_cell(matrix: str, row: str, group: str | None) -> str:
    """Return the name of what is chosen in a row of a matrix, in a group where it has groups."""
    return f"{matrix}/{row}" + (f"/={group}" if group else "")


def matrix_row(matrix: str, row: str) -> str:
    """Return where the fields of a row stand that are asked whatever is chosen."""
    return f"{matrix}/{row}/+/"


def matrix_choice(matrix: str, row: str, option: str) -> str:
    """Return where the fields stand that a choice in a row asks."""
    return f"{matrix}/{row}/{option}/"


def evidence(place: str, part: str) -> str:
    """Return the name of an input of evidence; `part` is "file", "url" or "passage"."""
    return f"evidence:{place}:{part}"
