"""Files of datasets: a package_search result, a JSON list, JSON lines (as ckanapi dumps them).

JSON lines are read line by line, so that a large dump needs little memory; a broken line is a
warning. Any other file is read whole, and has to be one JSON document.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any

from ckanext.pcio.catalog.readers.reading import (
    Reading,
    Source,
    SourceError,
    datasets_among,
    looks_like_dataset,
    shows_private,
)
from ckanext.pcio.catalog.readers.shapes import records_of
from ckanext.pcio.standard.messages import N_, Message

STANDARD_INPUT = "-"
MOST_BYTES_OF_A_DOCUMENT = 1 << 30
MOST_BYTES_OF_A_LINE = 1 << 26
MOST_WARNED_LINES = 10
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PEEK = 4096
_TELLING_LINES = 3
# What a damaged or cut gzip file raises while it is read.
_READ_ERRORS = (OSError, EOFError, zlib.error)


def read_file(location: str | Path, includes_private: bool = False) -> Reading:
    """Return the datasets of a file; "-" is standard input.

    `includes_private` says that the file holds the private datasets too; otherwise that is
    concluded from finding one. Raises `SourceError` here or while the datasets are read.
    """
    name = str(location)
    stream = _open(name)
    shown = name if name == STANDARD_INPUT else Path(name).name
    reading = Reading(Source("file", shown, includes_private))
    reading.datasets = _datasets(stream, reading)
    return reading


def _open(name: str) -> IO[bytes]:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer
    if not name.strip():
        raise SourceError(N_("No address was given."))
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise SourceError(
            N_("There is no file {file}. Check its name and folder."), file=name
        ) from None
    except IsADirectoryError:
        raise SourceError(
            N_("{file} is a folder. Name the file with the datasets."), file=name
        ) from None
    except (OSError, ValueError) as error:
        raise SourceError(
            N_("The file {file} cannot be opened: {error}"), file=name, error=_reason(error)
        ) from error


def _datasets(stream: IO[bytes], reading: Reading) -> Iterator[Mapping[str, Any]]:
    try:
        for dataset in datasets_among(_records(stream, reading), reading):
            if shows_private(dataset):
                reading.saw_private()
            yield dataset
    except _READ_ERRORS as error:
        raise SourceError(
            N_("Reading {file} stopped: {error}. The file may be damaged or cut off."),
            file=reading.source.location,
            error=_reason(error),
        ) from error
    finally:
        if stream is not sys.stdin.buffer:
            stream.close()


def _records(stream: IO[bytes], reading: Reading) -> Iterator[Any]:
    text = _decompressed(stream)
    head = text.peek(_PEEK)
    _check_text(head, reading)
    if head.startswith(_UTF16):
        yield from _document(text.read(MOST_BYTES_OF_A_DOCUMENT + 1), reading)
        return
    start = _first_lines(text)
    if _are_json_lines([content for line in start if (content := _content(line))]):
        yield from _lines(
            chain(start, iter(partial(text.readline, MOST_BYTES_OF_A_LINE), b"")), reading
        )
    else:
        start.append(text.read(MOST_BYTES_OF_A_DOCUMENT + 1))
        yield from _document(b"".join(start), reading)


def _first_lines(text: IO[bytes]) -> list[bytes]:
    """Return the lines up to the third that is not blank."""
    lines: list[bytes] = []
    found = 0
    while found < _TELLING_LINES and (line := text.readline(MOST_BYTES_OF_A_LINE)):
        lines.append(line)
        found += bool(_content(line))
    return lines


def _are_json_lines(contents: list[bytes]) -> bool:
    """Tell JSON lines from one document, by the first lines that are not blank."""
    if len(contents) < 2:  # noqa: PLR2004 - one line is one document
        return False
    if any(map(_is_record, contents[:1])):
        return True
    # The first line may be broken. In a document, the one record is followed by its end.
    goes_on = not contents[-1].startswith((b"]", b"}", b","))
    return goes_on and any(map(_is_record, contents[1:2]))


def _decompressed(stream: IO[bytes]) -> io.BufferedReader:
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[arg-type]
    if buffered.peek(2).startswith(_GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=buffered))
    return buffered


def _check_text(head: bytes, reading: Reading) -> None:
    file = reading.source.location
    if not head:
        raise SourceError(N_("{file} is empty."), file=file)
    if head.startswith(_ZIP):
        raise SourceError(
            N_(
                "{file} is a workbook or a ZIP archive. Wanted is JSON: the result of "
                "package_search, a list of datasets, or JSON lines."
            ),
            file=file,
        )
    if b"\0" in head and not head.startswith(_UTF16):
        raise SourceError(N_("{file} is not a text file. Wanted is JSON with datasets."), file=file)


def _content(line: bytes) -> bytes:
    return line.removeprefix(codecs.BOM_UTF8).strip()


def _is_record(line: bytes) -> bool:
    content = _content(line)
    if not (content.startswith(b"{") and content.endswith(b"}")):
        return False
    try:
        return looks_like_dataset(load_json(content))
    except (ValueError, RecursionError):
        return False


def _lines(lines: Iterable[bytes], reading: Reading) -> Iterator[Any]:
    broken = 0
    for number, line in enumerate(lines, 1):
        content = _content(line)
        if not content:
            continue
        try:
            record = load_json(content)
        except (ValueError, RecursionError) as error:
            broken += 1
            if broken <= MOST_WARNED_LINES:
                reading.warn(
                    N_("Line {line} is not JSON and was left out: {error}"),
                    line=number,
                    error=_reason(error),
                )
            continue
        yield record
    if broken > MOST_WARNED_LINES:
        reading.warn(
            N_("Further lines that are not JSON were left out: {number}."),
            number=broken - MOST_WARNED_LINES,
        )


def _document(content: bytes, reading: Reading) -> Iterator[Any]:
    file = reading.source.location
    if len(content) > MOST_BYTES_OF_A_DOCUMENT:
        raise SourceError(
            N_("{file} is too large to be read at once. Save it as JSON lines."), file=file
        )
    try:
        text = content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(N_("{file} is not in UTF-8. Save it as UTF-8 JSON."), file=file) from None
    if not text.strip():
        raise SourceError(N_("{file} is empty."), file=file)
    if text.lstrip().startswith("<"):
        raise SourceError(
            N_(
                "{file} is a web page, not JSON. Save the answer of "
                "/api/3/action/package_search instead."
            ),
            file=file,
        )
    try:
        document = load_json(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            N_("{file} is not JSON: {error}. It may be cut off; save it again."),
            file=file,
            error=_reason(error),
        ) from None
    batch = records_of(document)
    # A count below the number of records is wrong.
    reading.total = max(len(batch.records), batch.total or 0)
    if reading.total > len(batch.records):
        reading.warn(
            N_(
                "The file holds {number} of the {total} datasets that its search found. Save all "
                "pages, or give the address of the portal."
            ),
            number=len(batch.records),
            total=reading.total,
        )
    yield from batch.records


def load_json(text: bytes | str) -> Any:
    """Return the JSON of `text`; numbers longer than Python reads come as texts."""
    try:
        return json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:
        return json.loads(text, parse_int=_integer)


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def _reason(error: Exception) -> Message | str:
    if isinstance(error, RecursionError):
        return Message(N_("it is nested too deeply"))
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
