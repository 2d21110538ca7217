"""The file around the content: styles, fonts, margins, header and footer, no metadata of anybody.

The parts below parts/ are the whole template, to be read and changed as text; nothing of a person
or a machine is in them, and the same content gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ckanext.pcio.standard.dates import parse_iso
from ckanext.pcio.standard.messages import N_

from .markup import Element, clean, element, field, paragraph, run
from .words import Words

if TYPE_CHECKING:
    from docx.document import Document

_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_rels.xml",
    "docProps/core.xml": "core.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fontTable.xml",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNDATED = datetime(2000, 1, 1)
_LONGEST_PROPERTY = 255
"""Characters; python-docx refuses longer ones."""
_SHORT_SIDE, _LONG_SIDE = 11906, 16838
_MARGINS = {"top": 1361, "right": 1134, "bottom": 1134, "left": 1418}
_TO_EDGE = {"header": 567, "footer": 567, "gutter": 0}


def width(*, across: bool) -> int:
    """Return the width between the margins of an upright sheet, or of one turned across."""
    side = _LONG_SIDE if across else _SHORT_SIDE
    return side - _MARGINS["left"] - _MARGINS["right"]


def section(words: Words, *, across: bool) -> Element:
    """Return the layout of a run of sheets."""
    sides = {"w": _LONG_SIDE, "h": _SHORT_SIDE, "orient": "landscape"}
    upright = {"w": _SHORT_SIDE, "h": _LONG_SIDE}
    made = element(
        "sectPr",
        element("type", val="nextPage"),
        element("pgSz", **(sides if across else upright)),
        element("pgMar", **_MARGINS, **_TO_EDGE),
    )
    if words.thai_digits:
        made.append(element("pgNumType", fmt="thaiNumbers"))
    return made


def turned(words: Words, *, across: bool) -> Element:
    """Return the paragraph that ends a run of sheets laid out so."""
    made = paragraph(style="Turn")
    made.pPr.append(section(words, across=across))
    return made


def packed(
    words: Words, content: Iterable[Element], *, title: str, above: Sequence[str], day: str
) -> bytes:
    """Return the file: `content` under a header with the lines `above`, dated the ISO day `day`."""
    from docx import Document  # noqa: PLC0415 - slow to import, needed by this file only

    document = Document(io.BytesIO(_template()))
    body: Any = document.element.body
    last = body.sectPr
    for each in content:
        last.addprevious(each)
    body.replace(last, section(words, across=False))
    _around(document, words, above)
    _describe(document, title, words.language, day)
    written = io.BytesIO()
    document.save(written)
    return _undated(written.getvalue())


def _around(document: Document, words: Words, above: Sequence[str]) -> None:
    """Write the header and the footer of every sheet but the title."""
    first = document.sections[0]
    first.different_first_page_header_footer = True
    lines = [run("\n".join(above))]
    _only(first.header._element, paragraph(*lines, style="Header"))
    _only(first.footer._element, paragraph(*_page_of_pages(words), style="Footer"))


def _only(part: Element, content: Element) -> None:
    for child in list(part):
        part.remove(child)
    part.append(content)


def _page_of_pages(words: Words) -> Iterable[Element]:
    fields = {"\x01": "PAGE", "\x02": "NUMPAGES"}
    sentence = words.say(N_("Page {page} of {pages}"), page="\x01", pages="\x02")
    for part in re.split("([\x01\x02])", sentence):
        if part in fields:
            form = " \\* THAIARABIC" if words.thai_digits else ""
            yield from field(f"{fields[part]}{form}", words.number(1))
        elif part:
            yield run(part)


def _describe(document: Document, title: str, language: str, day: str) -> None:
    dated = parse_iso(day)
    moment = datetime(dated.year, dated.month, dated.day) if dated else _UNDATED
    properties = document.core_properties
    properties.title = clean(title)[:_LONGEST_PROPERTY]
    properties.language = "th-TH" if language == "th" else "en-US"
    properties.created = moment
    properties.modified = moment
    properties.revision = 1


@lru_cache(maxsize=1)
def _template() -> bytes:
    folder = Path(__file__).parent / "parts"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, file in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), (folder / file).read_bytes())
    return written.getvalue()


def _undated(content: bytes) -> bytes:
    """Return a zip file whose members bear no time and no trace of the machine."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # the same on every system
            member.external_attr = 0o644 << 16
            target.writestr(member, source.read(name))
    return written.getvalue()
