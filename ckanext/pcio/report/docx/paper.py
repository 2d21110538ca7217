"""What everything on the sheet of one question is printed with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.pcio.report.attachments import Numbered
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.form import Evidence, Field

from .blanks import Piece
from .markup import Element, paragraph, run, tab
from .words import Words

INDENT = 397
"""How far each level stands in, and a box from its text."""
SIMPLE = frozenset({"text", "number", "url"})
_BOXES = ("\u2610", "\u2611")
_CIRCLES = ("\u25cb", "\u25cf")
_SPACE = "\u00a0"
_WANTS_FILE = N_("The form asks for a file here; only an address is attached.")


@dataclass(frozen=True, slots=True)
class Paper:
    """The words, the width of the sheet, and what is attached to the question."""

    words: Words
    width: int
    """Between the margins, in twips."""
    pieces: Sequence[Numbered]
    listed: set[str] = field(default_factory=set)
    """Ids of the pieces of evidence that are printed already."""

    def attached(self, place: str) -> tuple[Numbered, ...]:
        """Return the evidence at a place of the answer."""
        return tuple(piece for piece in self.pieces if piece.attachment.place == place)

    def urls(self, place: str) -> str:
        """Return the addresses attached at a place."""
        found = (piece.attachment.url for piece in self.attached(place))
        return ", ".join(url for url in found if url)

    def evidence(self, pieces: Iterable[Numbered], left: int) -> Iterator[Element]:
        """Yield a line for each piece of evidence."""
        for piece in pieces:
            self.listed.add(piece.attachment.id)
            yield paragraph(*self.described(piece), style="Evidence", left=left)

    def described(self, piece: Numbered) -> Iterator[Element]:
        """Yield a piece of evidence in words: its number, what it is, the passage, the office."""
        attachment = piece.attachment
        number = self.words.say(N_("Evidence {number}"), number=piece.number)
        yield run(number, "Number")
        yield run(f"{_SPACE} {attachment.name or attachment.url}")
        if attachment.passage:
            say = N_("key passage: {passage}")
            yield run(f" · {self.words.say(say, passage=attachment.passage)}")
        yield run(f" · {self.office(piece)}")

    def office(self, piece: Numbered) -> str:
        """Return who gave a piece of evidence."""
        return piece.attachment.organization or self.words.say(N_("the committee"))

    def lacking(self, wanted: Evidence | None, place: str, left: int) -> Iterator[Element]:
        """Yield a remark where what is chosen asks for evidence and has none that will do."""
        kinds = {piece.attachment.kind for piece in self.attached(place)}
        enough = {"file"} if wanted == "file" else {"file", "url"}
        if wanted and not kinds & enough:
            told = _WANTS_FILE if kinds else N_("Evidence not yet attached")
            yield paragraph(run(self.words.say(told)), style="Remark", left=left)

    def value(self, asked: Field, values: Mapping[str, Any], label: str = "") -> str:
        """Return what is written in a simple field; "" where nothing is.

        Where `label` ends with the beginning of the address that the form prints, the rest of it.
        """
        value = values.get(asked.code)
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, int | float):
            return self.words.number(value)
        text = str(value).strip()
        printed = (asked.prefix or "").partition("://")[2]
        if printed and label.endswith(printed) and text.startswith(asked.prefix or ""):
            return text[len(asked.prefix or "") :]
        return text


def mark(*, chosen: bool, many: bool) -> Element:
    """Return a box where several may be chosen, a circle where one is; filled where chosen."""
    return run((_BOXES if many else _CIRCLES)[chosen], "Mark")


def runs(pieces: Iterable[Piece]) -> Iterator[Element]:
    """Yield a line's pieces: wording, dotted blanks, and values underlined in dots."""
    for piece in pieces:
        yield written(piece.text) if piece.kind == "value" else run(piece.text)


def written(text: str) -> Element:
    """Return what somebody wrote, on its dotted line."""
    return run(f"{_SPACE}{text}{_SPACE}", "Value")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a part of an answer that holds others; what has another shape counts as blank."""
    return value if isinstance(value, Mapping) else {}


def hung(
    *content: Element, level: int, style: str = "Choice", dots_to: Sequence[int] = ()
) -> Element:
    """Return a line whose first run is a mark that hangs before its text."""
    first, *rest = content
    return paragraph(
        first,
        tab(),
        *rest,
        style=style,
        left=INDENT * (level + 1),
        hanging=INDENT,
        dots_to=dots_to,
    )
