"""A document as readable text, for golden files: a line for each paragraph and each row."""

from __future__ import annotations

import io

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

SIGNS = {
    "Title": "# ",
    "Heading1": "# ",
    "Heading2": "## ",
    "Question": "### ",
    "Note": "    ",
    "Evidence": "    + ",
    "Remark": "    | ",
}


def opened(content):
    return Document(io.BytesIO(content))


def text_of(paragraph):
    """The text of a paragraph: values in ‹›, fields as {PAGE}, tabs that run in dots as ……."""
    parts = []
    dotted = paragraph.find(f".//{qn('w:tab')}[@{qn('w:leader')}]") is not None
    for run in paragraph.iter(qn("w:r")):
        style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        value = style is not None and style.get(qn("w:val")) == "Value"
        text = "".join(_piece(child, dotted) for child in run)
        parts.append(f"‹{text.strip(chr(0xA0))}›" if value else text)
    return "".join(parts)


def _piece(child, dotted):
    if child.tag == qn("w:t"):
        return child.text or ""
    if child.tag == qn("w:instrText"):
        return f"{{{child.text.strip()}}}"
    if child.tag == qn("w:tab"):
        return "……" if dotted else " "
    return " / " if child.tag == qn("w:br") else ""


def blocks(content):
    """Yield ("style", "text") of each paragraph and ("row", "a | b") of each row of a table."""
    document = opened(content)
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block._p.style or "Normal", text_of(block._p)
            if block._p.pPr is not None and block._p.pPr.sectPr is not None:
                yield "turn", ""
        elif isinstance(block, Table):
            for row in block._tbl.tr_lst:
                cells = (
                    " / ".join(text_of(p) for p in cell.iter(qn("w:p"))) for cell in row.tc_lst
                )
                yield "row", " | ".join(cells)


def lines(content):
    """The whole document as lines, header and footer first."""
    section = opened(content).sections[0]
    for part in (section.header, section.footer):
        yield from (f"[{text_of(p._p)}]" for p in part.paragraphs)
    for style, text in blocks(content):
        if style == "row":
            yield f"| {text} |"
        elif style == "turn":
            yield "-----"
        elif style != "Gap":
            yield f"{SIGNS.get(style, '')}{text}".rstrip()


def whole(content):
    return "\n".join(lines(content)) + "\n"
