"""The evidence bundle: the filled form in every format, and what stands behind it, in one ZIP file.

    README.txt                           what this is, in Thai and English
    form/<edition>.docx .xlsx .csv .json
    evidence/<question>/<place>/<number>-<name>
    evidence/addresses.csv               evidence that is an address
    datasets/<question>.csv              datasets behind a derived answer
    manifest.json                        size and SHA-256 of every file, and what is missing

A file of evidence is compared with the SHA-256 it was taken in with, before a byte of it goes into
the bundle. One that is gone, or another than it was, is left out; README and manifest say so. The
same input makes the same bytes, and no more than a piece of a file is in memory at a time.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

from ckanext.pcio.standard.cells import safe_cell
from ckanext.pcio.standard.dates import parse_iso
from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.filled import Attachment, FilledForm, digest
from ckanext.pcio.survey.form import Instrument

from . import csv_form, docx, file_names, json_form, xlsx_form
from . import lists as dataset_lists
from .attachments import numbered
from .lists import Lists
from .readme import Lost, Missing, readme
from .words import say

FORMAT = "ckanext-pcio evidence bundle"
VERSION = 1

OpenFile = Callable[[Attachment], BinaryIO]
"""Opens a file of evidence; raises `OSError` where it is gone or cannot be read."""

Digits = Literal["thai", "arabic"]

_PIECE = 1 << 18
_FIRST_YEAR = 1980
# Above this a ZIP file needs the long form of an entry.
_LARGE = 1 << 30

_ADDRESS_HEADINGS = (
    N_("Evidence number"),
    N_("Question"),
    N_("Place in the answer"),
    N_("Address"),
    N_("Where in it the proof stands"),
    N_("Given by"),
)


@dataclass(slots=True)
class _Bundle:
    archive: zipfile.ZipFile
    moment: tuple[int, int, int, int, int, int]
    files: list[dict[str, Any]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    @contextlib.contextmanager
    def file(
        self, path: str, *, packed: bool = True, size: int = 0, **about: Any
    ) -> Iterator[_Counting]:
        """Open a file of the bundle for writing; it is in the manifest when it is closed."""
        info = zipfile.ZipInfo(path, self.moment)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.create_system = 3
        info.external_attr = 0o644 << 16
        with self.archive.open(info, "w", force_zip64=size > _LARGE) as target:
            counting = _Counting(target)
            yield counting
        entry = {"path": path, "size": counting.size, "sha256": counting.digest.hexdigest()}
        self.files.append({**entry, **about})


class _Counting(io.RawIOBase, BinaryIO):
    """A file to write to, which knows its size and SHA-256."""

    def __init__(self, target: Any) -> None:
        super().__init__()
        self.target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def write(self, data: Any) -> int:
        """Write bytes."""
        self.size += len(data)
        self.digest.update(data)
        self.target.write(data)
        return len(data)


def write(
    form: FilledForm,
    instrument: Instrument,
    lists: Lists,
    open_file: OpenFile,
    target: BinaryIO,
    *,
    language: str = "th",
    digits: Digits = "thai",
) -> None:
    """Write the bundle of a form to `target`, a seekable file.

    `language` is that of the form ("th" or "en"). Raises `OSError` where `target` cannot be
    written; evidence that cannot be read is told in the bundle.
    """
    with zipfile.ZipFile(target, "w") as archive:
        bundle = _Bundle(archive, _moment(form))
        _write_form(bundle, form, instrument, lists, language, digits)
        _write_lists(bundle, form, lists, language)
        _write_addresses(bundle, form, language)
        _write_evidence(bundle, form, open_file)
        with bundle.file("README.txt", kind="readme") as file:
            file.write(readme(form, instrument, bundle.missing))
        manifest = _manifest(bundle, form, instrument, language, digits)
        with bundle.file("manifest.json") as file:
            text = json.dumps(manifest, ensure_ascii=False, indent=1)
            file.write(text.encode("utf-8", "replace"))


def _moment(form: FilledForm) -> tuple[int, int, int, int, int, int]:
    """Return the time of every entry: the day the form stands for, never the present."""
    day = parse_iso(form.as_of)
    if day is None or day.year < _FIRST_YEAR:
        return (_FIRST_YEAR, 1, 1, 0, 0, 0)
    return (day.year, day.month, day.day, 0, 0, 0)


def _write_form(
    bundle: _Bundle,
    form: FilledForm,
    instrument: Instrument,
    lists: Lists,
    language: str,
    digits: Digits,
) -> None:
    name = f"form/{file_names.safe(form.edition)}"
    with bundle.file(f"{name}.docx", kind="form") as file:
        file.write(docx.render(form, instrument, language=language, digits=digits))
    # In memory first: a workbook is itself a ZIP file, and better for a place to go back in.
    with bundle.file(f"{name}.xlsx", kind="form") as file:
        file.write(xlsx_form.render(form, instrument, lists, language=language))
    for ending, sheet in (("csv", csv_form), ("json", json_form)):
        with bundle.file(f"{name}.{ending}", kind="form") as file:
            sheet.write(form, instrument, lists, file, language=language)


def _write_lists(bundle: _Bundle, form: FilledForm, lists: Lists, language: str) -> None:
    derived = [answer.question for answer in form.answers if answer.proposal is not None]
    for question in derived:
        path = f"datasets/{file_names.safe(question)}.csv"
        with bundle.file(path, kind="datasets", question=question) as file:
            dataset_lists.write_csv(lists.get(question, ()), file, language)


def _write_addresses(bundle: _Bundle, form: FilledForm, language: str) -> None:
    rows = [
        (piece.number, piece.question, each.place, each.url, each.passage, each.organization)
        for piece in numbered(form)
        if (each := piece.attachment).kind == "url"
    ]
    if not rows:
        return
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([say(heading, language) for heading in _ADDRESS_HEADINGS])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    with bundle.file("evidence/addresses.csv", kind="addresses") as file:
        file.write(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace"))


def _write_evidence(bundle: _Bundle, form: FilledForm, open_file: OpenFile) -> None:
    for piece in numbered(form):
        each = piece.attachment
        if each.kind == "file":
            place = file_names.safe(each.place, "answer")
            folder = f"evidence/{file_names.safe(piece.question)}/{place}"
            # Numbers, those of the signed form, make names differ that are the same.
            path = f"{folder}/{file_names.safe(piece.number)}-{file_names.safe(each.name)}"
            _write_file(bundle, piece.question, each, path, open_file)


def _write_file(
    bundle: _Bundle, question: str, attachment: Attachment, path: str, open_file: OpenFile
) -> None:
    def lost(why: Lost, found: Mapping[str, Any] | None = None) -> None:
        told = Missing(question=question, attachment=attachment, why=why, path=path, found=found)
        bundle.missing.append(told)

    try:
        found = _look(attachment, open_file)
    except OSError:
        lost("gone")
        return
    if found["sha256"] != attachment.sha256:
        lost("altered", found)
        return
    about = {
        "kind": "evidence",
        "question": question,
        "place": attachment.place,
        "name": attachment.name,
        "passage": attachment.passage,
        "organization": attachment.organization,
    }
    with bundle.file(path, packed=False, size=found["size"], **about) as target:
        for piece in _pieces(attachment, open_file):
            target.write(piece)
    if (entry := bundle.files[-1])["sha256"] != attachment.sha256:
        # It changed between the two readings: what is in the bundle is told as what it is.
        entry["kind"] = "altered evidence"
        lost("altered", {name: entry[name] for name in ("size", "sha256")})


def _look(attachment: Attachment, open_file: OpenFile) -> dict[str, Any]:
    """Return size and SHA-256 of a file as it lies there now; raises `OSError`."""
    size, seen = 0, hashlib.sha256()
    with open_file(attachment) as source:
        while piece := source.read(_PIECE):
            size += len(piece)
            seen.update(piece)
    return {"size": size, "sha256": seen.hexdigest()}


def _pieces(attachment: Attachment, open_file: OpenFile) -> Iterator[bytes]:
    """Yield a file as far as it can be read."""
    with contextlib.suppress(OSError), open_file(attachment) as source:
        while piece := source.read(_PIECE):
            yield piece


def _manifest(
    bundle: _Bundle, form: FilledForm, instrument: Instrument, language: str, digits: Digits
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "edition": form.edition,
        "title": {"th": instrument.title.text("th"), "en": instrument.title.text("en")},
        "province": form.province,
        "as_of": form.as_of,
        "state": form.state,
        "locked_at": form.locked_at,
        "source": form.source,
        "form_sha256": digest(form),
        "language": language,
        "digits": digits,
        "files": bundle.files,
        "missing": [_missing(each) for each in bundle.missing],
    }


def _missing(each: Missing) -> dict[str, Any]:
    return {
        "path": each.path,
        "question": each.question,
        "place": each.attachment.place,
        "name": each.attachment.name,
        "reason": each.why,
        "size": each.attachment.size,
        "sha256": each.attachment.sha256,
        "found": dict(each.found) if each.found else None,
    }
