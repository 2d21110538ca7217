"""What a template of the form walks through: every word and every input, nothing to decide.

Texts are in the reader's language already. A `name` is what the input is called when it is posted,
below a prefix the page chooses; a `place` is where it stands in the answer (`survey.places`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ckanext.pcio.survey.form import Evidence


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text of the form: words, a blank of the paper form, or an address."""

    text: str
    kind: Literal["words", "blank", "filled", "link"] = "words"


Words = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """A piece of evidence that is there; addresses are the page's."""

    id: str
    kind: Literal["file", "url"]
    name: str
    """What the file is called, or the address."""
    href: str = ""
    """Where it can be read; blank: nowhere."""
    size: int | None = None
    """Bytes."""
    passage: str = ""
    office: str = ""
    """Who gave it; blank: the committee."""
    delete: str = ""
    """Where a form is sent to take it away; blank: the reader may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A place where evidence is attached: `evidence:<place>:file`, `:url` and `:passage`."""

    place: str
    anchor: str | None
    takes: Evidence
    pieces: tuple[EvidenceView, ...]
    problem: str
    url: str = ""
    passage: str = ""
    """What was written there and not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A box or circle, and what choosing it asks."""

    value: str
    words: Words
    checked: bool
    proof: Proof | None = None
    chosen_words: Words = ()
    """What the form prints beside the box where it is chosen ..."""
    unchosen_words: Words = ()
    """... and where it is not."""
    unchosen: bool = False
    """Whether the question is answered, and this not chosen."""
    asked: tuple[Control, ...] = ()
    asked_unless: tuple[Control, ...] = ()
    """What is asked where it is not chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A question or field with options, of which one or several are chosen."""

    place: str
    anchor: str | None
    name: str
    legend: Words
    several: bool
    choices: tuple[Choice, ...]
    optional: bool = False
    problem: str = ""
    kind: Literal["choices"] = "choices"

    @property
    def answered(self) -> bool:
        """Whether anything is chosen."""
        return any(choice.checked for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A text, number or address to be written."""

    place: str
    anchor: str | None
    name: str
    label: Words
    type: Literal["text", "number", "url"]
    value: str
    unit: str = ""
    prefix: str = ""
    """What stands before the input and is not written again."""
    optional: bool = False
    problem: str = ""
    inline: bool = False
    """Whether the label's own blank holds the value."""
    kind: Literal["line"] = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A box of its own, and what ticking it asks."""

    place: str
    anchor: str | None
    name: str
    label: Words
    checked: bool
    asked: tuple[Control, ...] = ()
    problem: str = ""
    kind: Literal["tick"] = "tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields under a heading."""

    legend: Words
    controls: tuple[Control, ...]
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """A cell that is written, of the column with the same position."""

    name: str
    value: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of a table, counted from 1."""

    number: int
    cells: tuple[TableCell, ...]
    proof: Proof | None
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with as many rows as the form has."""

    place: str
    anchor: str | None
    name: str
    legend: Words
    columns: tuple[Words, ...]
    """Columns that are written."""
    evidence: Words
    """Heading of the column where evidence is attached; empty where there is none."""
    rows: tuple[TableRow, ...]
    most: int
    optional: bool = False
    problem: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a row of a matrix is answered: once, or once in each group."""

    place: str
    anchor: str | None
    name: str
    group: Words
    several: bool
    choices: tuple[Choice, ...]
    proof: Proof | None
    proof_values: tuple[str, ...]
    """The choices that ask for the evidence."""
    problem: str = ""

    @property
    def chosen(self) -> tuple[str, ...]:
        """The codes that are chosen."""
        return tuple(choice.value for choice in self.choices if choice.checked)

    @property
    def answered(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a choice in a row of a matrix asks."""

    value: str
    cells: tuple[str, ...]
    """Names of the cells where it may be chosen."""
    chosen: bool
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A row of a matrix."""

    words: Words
    sub: bool
    optional: bool
    own: bool
    """Whether its choices have words of their own."""
    examples: tuple[Words, ...]
    notes: tuple[Words, ...]
    cells: tuple[Cell, ...]
    controls: tuple[Control, ...]
    """Asked whatever is chosen."""
    asked: tuple[Asked, ...]

    @property
    def answered(self) -> bool:
        """Whether anything is chosen in it."""
        return any(cell.answered for cell in self.cells)

    @property
    def said(self) -> bool:
        """Whether there is more to be read than what is chosen."""
        attached = any(cell.proof and cell.proof.pieces for cell in self.cells)
        return attached or any(asked.controls for asked in self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Rows that are answered with the same choices."""

    legend: Words
    items_text: Words
    choices_text: Words
    groups: tuple[Words, ...]
    columns: tuple[Words, ...]
    """The words of the choices."""
    rows: tuple[MatrixRow, ...]
    kind: Literal["matrix"] = "matrix"


Control = Choices | Line | Tick | Group | Table | Matrix
