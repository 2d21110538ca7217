"""Files of logs, plain, compressed or coming in, as blocks of whole lines. Pure."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.usage.access_log import HEAD_LINES, first_time, head_digests

_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
# A file without an end of line for so long is no log.
_LONGEST_LINE = 1 << 20


class LogRefusal(Exception):
    """A log cannot be taken in; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


class LogFile:
    """One log, opened.

    Args:
        path: where it is; "-" is what comes in.

    Raises:
        LogRefusal: it is not there, cannot be read, or is no text.

    """

    def __init__(self, path: str) -> None:
        self.name = plain(path)
        self._raw, self.size = self._opened(path)
        self.tick: Callable[[int], object] = lambda _size: None
        """Told of the bytes of the file that were read since."""
        self._read = 0
        self.rest = b""
        """A last line without an end; known when all blocks were read."""
        self.trouble: Message | None = None
        """What is wrong with the end of the file; likewise."""
        self._blocks = self._read_blocks()
        self._first: list[bytes] = []
        self._lines_of_head()
        self.heads = head_digests(line for block in self._first for line in block.split(b"\n"))
        """Digests of its first lines by how many; empty where it has no whole line."""
        self.first_time = next(filter(None, map(first_time, self._first)), None)

    def head(self) -> bytes:
        """Return its first lines."""
        return b"\n".join(self._first)

    def blocks(self) -> Iterator[bytes]:
        """Yield the log as blocks of whole lines, without the last end of line; once."""
        first, self._first = self._first, []
        self.tick(self._read)
        yield from first
        yield from self._blocks

    def close(self) -> None:
        """Close the file."""
        if self._raw is not sys.stdin.buffer:
            self._raw.close()

    def _opened(self, path: str) -> tuple[BinaryIO, int]:
        """Return the file and how many bytes it has, 0 where nobody knows."""
        if path == "-":
            return sys.stdin.buffer, 0
        try:
            if Path(path).is_dir():
                raise LogRefusal(Message(N_("{file} is a folder."), {"file": self.name}))
            return Path(path).open("rb"), Path(path).stat().st_size
        except FileNotFoundError as error:
            raise LogRefusal(Message(N_("{file} is not there."), {"file": self.name})) from error
        except OSError as error:
            raise LogRefusal(
                Message(N_("{file} could not be read."), {"file": self.name})
            ) from error

    def _lines_of_head(self) -> None:
        lines = 0
        for block in self._blocks:
            self._first.append(block)
            lines += block.count(b"\n") + 1
            if lines >= HEAD_LINES[-1]:
                break

    def _read_blocks(self) -> Iterator[bytes]:
        begun = b""
        for piece in self._pieces():
            cut = piece.rfind(b"\n")
            if cut >= 0:
                yield begun + piece[:cut]
                begun = piece[cut + 1 :]
                continue
            begun += piece
            if len(begun) > _LONGEST_LINE:
                raise LogRefusal(not_a_log(self.name))
        self.rest = begun

    def _pieces(self) -> Iterator[bytes]:
        try:
            piece = self._raw.read(_BLOCK)
            packed = piece.startswith(_GZIP)
            inflate = _Inflate() if packed else None
            while piece:
                self._read += len(piece)
                self.tick(len(piece))
                if inflate is None:
                    yield piece
                else:
                    yield from inflate.pieces(piece)
                piece = self._raw.read(_BLOCK)
        except (OSError, zlib.error):
            self.trouble = Message(
                N_("{file} is damaged; its lines up to there were read."), {"file": self.name}
            )
            return
        if inflate is not None and inflate.in_the_middle:
            self.trouble = Message(
                N_("{file} breaks off; its lines up to there were read."), {"file": self.name}
            )


class _Inflate:
    """Uncompresses gzip, also several files one after another, as far as it goes."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)
        self.in_the_middle = False

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """Yield what `packed`, the next bytes of the file, holds."""
        while packed:
            if self._inflate.eof:
                packed = packed.lstrip(b"\0")
                self._inflate = zlib.decompressobj(31)
                continue
            self.in_the_middle = True
            piece = self._inflate.decompress(packed, _BLOCK)
            if piece:
                yield piece
            packed = self._inflate.unconsumed_tail
            if self._inflate.eof:
                self.in_the_middle = False
                packed = self._inflate.unused_data


def not_a_log(name: str) -> Message:
    """Return the sentence for a file that is something else."""
    return Message(
        N_(
            "{file} is no access log in combined format: address, user, time, request, status, "
            "size, referrer and user agent on each line."
        ),
        {"file": name},
    )
