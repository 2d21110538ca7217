"""Tables of text: CSV and TSV in the encodings and with the separators people use here."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from .reading import Budget, Limited, Table

_SAMPLE = 65_536
_LONGEST_LINE = 1_048_576
_THAI_WINDOWS = "cp874"
# The order decides where two divide a sample equally well.
_SEPARATORS = (",", ";", "\t", "|")
_LINES_TRIED = 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _as_thai_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 in a file that began as UTF-8 as Thai Windows does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode(_THAI_WINDOWS, "replace"), error.end


codecs.register_error("pcio_thai_windows", _as_thai_windows)


def table(file: IO[bytes], sheet: str, budget: Budget) -> Table:
    """Return the table in a file of text."""
    stream = io.BufferedReader(Limited(file, budget), _SAMPLE)
    sample = stream.peek(_SAMPLE)[:_SAMPLE]
    encoding = encoding_of(sample)
    text = io.TextIOWrapper(stream, encoding, errors=_errors(encoding), newline="")
    separator = separator_of(sample.decode(encoding, "replace"))
    return Table(sheet, rows=_rows(text, separator))


def encoding_of(sample: bytes) -> str:
    """Return the encoding of a file that begins with `sample`."""
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if sample.count(0) > len(sample) // 8:
        little = sample[1::2].count(0) >= sample[::2].count(0)
        return "utf-16-le" if little else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _THAI_WINDOWS
    return "utf-8"


def _errors(encoding: str) -> str:
    return "pcio_thai_windows" if encoding.startswith("utf-8") else "replace"


def separator_of(sample: str) -> str:
    """Return the separator that divides the lines of `sample` most evenly."""
    lines = [line for line in sample.splitlines()[:_LINES_TRIED] if line.strip()]
    lines = lines[:-1] if len(lines) > 1 else lines

    def evenness(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_SEPARATORS, key=evenness)


def _rows(text: io.TextIOWrapper, separator: str) -> Iterator[list[str]]:
    lines = _lines(text)
    reader = csv.reader(lines, delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        # A quotation mark that is never closed: what is left is read without quotation marks.
        yield from csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)


def _lines(text: io.TextIOWrapper) -> Iterable[str]:
    while line := text.readline(_LONGEST_LINE):
        yield line.replace("\0", "")
