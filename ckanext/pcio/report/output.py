"""Where a result goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from ckanext.pcio.standard.messages import N_, Message

_REASONS = {
    errno.EACCES: N_("there is no permission to write there"),
    errno.EPERM: N_("there is no permission to write there"),
    errno.ENOENT: N_("there is no such folder"),
    errno.ENOTDIR: N_("there is no such folder"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EROFS: N_("the disk is read-only"),
    errno.ENAMETOOLONG: N_("the name is too long"),
}


class OutputError(Exception):
    """A result cannot be written; `message` says where and why."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(str(error))
        reason = _REASONS.get(error.errno or 0)
        self.message = Message(
            N_("The result cannot be written to {path}: {reason}."),
            {"path": path, "reason": Message(reason) if reason else error.strerror or str(error)},
        )


class OutputClosed(Exception):
    """Whoever read standard output has stopped reading."""


class Output:
    """Takes one result; `with Output(path) as out: out.write(data)`.

    A file is made beside its place and moved there when complete, so that a reader never finds
    half of one, and a failure leaves an older file as it was. What cannot be written is found on
    entering, before any work is done. Raises `OutputError`, and `OutputClosed` for a closed pipe.
    """

    def __init__(self, path: str | None) -> None:
        self._name = path or ""
        # A link is kept, and the file it leads to is replaced.
        self._path = Path(os.path.realpath(path)) if path else None
        self._temporary: Path | None = None

    def __enter__(self) -> Output:
        if self._path is None or self._is_device():
            return self
        try:
            if self._path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            handle, name = tempfile.mkstemp(prefix=".pcio-", dir=self._path.parent)
            os.close(handle)
        except OSError as error:
            raise OutputError(self._name, error) from error
        self._temporary = Path(name)
        return self

    def write(self, data: bytes) -> None:
        """Write the whole result."""
        try:
            if self._path is None:
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
            elif self._temporary is None:
                self._path.write_bytes(data)
            else:
                self._replace(self._temporary, self._path, data)
        except BrokenPipeError as error:
            raise OutputClosed from error
        except OSError as error:
            raise OutputError(self._name or "-", error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._temporary is not None:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)

    def _is_device(self) -> bool:
        return (
            self._path is not None
            and self._path.exists()
            and not (self._path.is_file() or self._path.is_dir())
        )

    @staticmethod
    def _replace(temporary: Path, path: Path, data: bytes) -> None:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
