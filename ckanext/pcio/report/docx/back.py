"""The last sheets: all the evidence, and where the committee signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ckanext.pcio.report.attachments import Numbered
from ckanext.pcio.standard.messages import N_

from .grids import head, plain
from .markup import Cell, Element, Row, paragraph, run, table
from .paper import Paper
from .words import Words

_EVIDENCE = (1450, 3504, 1900, 2500)
_SIGNATURES = (4677, 4677)
_DOTS = "." * 44
_UNIT = 1024


def evidence(paper: Paper, pieces: Sequence[Numbered]) -> Iterator[Element]:
    """Yield the list of all evidence."""
    words = paper.words
    yield paragraph(run(words.say(N_("List of evidence"))), style="Heading1")
    if not pieces:
        yield paragraph(run(words.say(N_("No evidence is attached."))))
        return
    titles = (N_("Evidence number"), N_("File or address"), N_("Key passage"), N_("Office"))
    rows = [Row(tuple(head(words.say(title)) for title in titles), heading=True)]
    rows += [Row(tuple(_piece(paper, piece))) for piece in pieces]
    yield table(_EVIDENCE, rows)


def _piece(paper: Paper, piece: Numbered) -> Iterator[Cell]:
    attachment = piece.attachment
    yield plain(piece.number)
    size = f" ({_size(paper.words, attachment.size)})" if attachment.size is not None else ""
    yield plain(f"{attachment.name or attachment.url}{size}")
    yield plain(attachment.passage)
    yield plain(paper.office(piece))


def _size(words: Words, size: int) -> str:
    """Return a file's size; whole kilobytes below a megabyte."""
    if size < _UNIT * _UNIT:
        return words.say(N_("{number} kB"), number=words.number(-(-size // _UNIT)))
    return words.say(N_("{number} MB"), number=words.number(round(size / _UNIT / _UNIT, 1)))


def signatures(words: Words) -> Iterator[Element]:
    """Yield the block the committee signs; it names offices, never people."""
    yield paragraph(run(words.say(N_("Certification"))), style="Heading2")
    told = N_("The provincial chief information officer committee has considered this survey.")
    yield paragraph(run(words.say(told)), keep=True)
    roles = (N_("Secretary of the committee"), N_("Chair of the committee"))
    cells = tuple(Cell(tuple(_signature(words, role))) for role in roles)
    yield table(_SIGNATURES, [Row(cells)], lines=False)
    yield paragraph(style="Gap")


def _signature(words: Words, role: str) -> Iterator[Element]:
    lines = (
        "",
        words.say(N_("Signed {dots}"), dots=_DOTS),
        f"( {_DOTS} )",
        words.say(role),
        words.say(N_("Date {dots}"), dots="......... / ............... / ............"),
    )
    for line in lines:
        yield paragraph(run(line), style="Signature")
