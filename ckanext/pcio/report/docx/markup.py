"""The elements of a document: runs, paragraphs and tables, made of text that cannot break it.

Lengths are twips, the twentieth part of a point; a centimetre has 567.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal

from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import oxml_parser

Element = Any
"""An element of lxml, which has no types."""

# What XML cannot hold, and marks that turn the direction of a line: text of a form is never both.
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff"
    "\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINES = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_MOST_TOGETHER = 9
_NAMESPACE = {"w": nsmap["w"]}
CELL_MARGIN = 85
"""Left and right in a cell, as parts/styles.xml has it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    content: tuple[Element, ...]
    span: int = 1
    """How many columns it takes."""
    down: Literal["", "first", "below"] = ""
    """Whether it begins, or goes on with, a cell that takes several rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; one that is a heading is printed again on each page."""

    cells: tuple[Cell, ...]
    heading: bool = False


def clean(text: Any) -> str:
    """Return a text as XML can hold it, in lines, without marks that turn its direction."""
    lines = _LINES.sub("\n", str(text).replace("\t", " "))
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", lines))


def element(tag: str, *children: Element, **attributes: Any) -> Element:
    """Return an element of WordprocessingML: `element("ind", left=567)`."""
    named = {_name(name): str(value) for name, value in attributes.items()}
    made: Element = oxml_parser.makeelement(_name(tag), named, _NAMESPACE)
    made.extend(children)
    return made


@lru_cache(maxsize=256)
def _name(tag: str) -> str:
    return qn(f"w:{tag}")


def run(text: Any, style: str = "") -> Element:
    """Return a text as one run; its lines stay lines."""
    made = element("r")
    if style:
        made.append(element("rPr", element("rStyle", val=style)))
    for position, line in enumerate(clean(text).split("\n")):
        if position:
            made.append(element("br"))
        written = element("t")
        written.text = line
        if line != line.strip() or "  " in line:
            written.set(qn("xml:space"), "preserve")
        made.append(written)
    return made


def tab() -> Element:
    """Return the step to the next tab stop."""
    return element("r", element("tab"))


def field(instruction: str, shown: str) -> tuple[Element, ...]:
    """Return a field the word processor computes, such as a page number."""
    code = element("instrText")
    code.text = f" {instruction} "
    code.set(qn("xml:space"), "preserve")
    return (
        element("r", element("fldChar", fldCharType="begin")),
        element("r", code),
        element("r", element("fldChar", fldCharType="separate")),
        run(shown),
        element("r", element("fldChar", fldCharType="end")),
    )


def paragraph(
    *runs: Element,
    style: str = "Normal",
    left: int = 0,
    hanging: int = 0,
    dots_to: Sequence[int] = (),
    keep: bool = False,
) -> Element:
    """Return a paragraph.

    `left` is its indent and `hanging` how far its first line stands out of it. Each tab runs in
    dots to the next of `dots_to`. `keep` holds it on the page of what follows.
    """
    layout = element("pPr", element("pStyle", val=style))
    if keep:
        layout.append(element("keepNext"))
    stops = [element("tab", val="left", pos=left)] if hanging else []
    stops += [element("tab", val="right", leader="dot", pos=end) for end in dots_to]
    if stops:
        layout.append(element("tabs", *stops))
    if left or hanging:
        layout.append(element("ind", left=left, hanging=hanging))
    return element("p", layout, *runs)


def together(content: Iterable[Element]) -> list[Element]:
    """Return what belongs together so that a page does not part it.

    A short text stays whole. A longer one keeps its heading and notes with what follows, and a
    line above a table with the table.
    """
    blocks = list(content)
    short = len(blocks) <= _MOST_TOGETHER and all(each.tag == qn("w:p") for each in blocks)
    for block, following in pairwise(blocks):
        if block.tag == qn("w:p") and (short or _leads(block, following)):
            block.pPr.keepNext_val = True
    return blocks


def _leads(block: Element, following: Element) -> bool:
    above_table = following.tag == qn("w:tbl") and block.pPr.style == "Choice"
    return above_table or block.pPr.style in {"Question", "Note"}


def table(
    widths: Sequence[int],
    rows: Iterable[Row],
    *,
    left: int = 0,
    lines: bool = True,
    whole: bool = False,
) -> Element:
    """Return a table whose columns keep their widths and whose rows are not split by a page.

    `whole` keeps all of it on one page.
    """
    look = element(
        "tblPr",
        element("tblStyle", val="TableGrid" if lines else "TableNormal"),
        element("tblW", w=sum(widths), type="dxa"),
        element("tblInd", w=left, type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0000"),
    )
    grid = element("tblGrid", *(element("gridCol", w=width) for width in widths))
    made = [_row(row, widths) for row in rows]
    if whole:
        for line in (line for row in made[:-1] for line in row.iter(qn("w:p"))):
            line.pPr.keepNext_val = True
    return element("tbl", look, grid, *made)


def _row(row: Row, widths: Sequence[int]) -> Element:
    layout = element("trPr", element("cantSplit"))
    if row.heading:
        layout.append(element("tblHeader"))
    made = element("tr", layout)
    column = 0
    for cell in row.cells:
        made.append(_cell(cell, sum(widths[column : column + cell.span])))
        column += cell.span
    return made


def _cell(cell: Cell, width: int) -> Element:
    layout = element("tcPr", element("tcW", w=width, type="dxa"))
    if cell.span > 1:
        layout.append(element("gridSpan", val=cell.span))
    if cell.down:
        layout.append(element("vMerge", val="restart" if cell.down == "first" else "continue"))
    return element("tc", layout, *(cell.content or (paragraph(style="Cell"),)))
