"""What the launcher says: one line for each step, in the language of the terminal.

Only the standard library, because the first step runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from typing import TextIO

from ckanext.pcio.standard.messages import Message, terminal_language


class Refusal(Exception):
    """The launcher cannot go on; the text is one sentence saying what to do."""


def _(msgid: str) -> str:
    return Message(msgid).text(terminal_language())


def write_whatever_the_terminal() -> None:
    """Let a terminal without Thai letters or check marks show “?” for them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str, end: str = "\n") -> None:
    """Print one line at once, also when the output is a pipe."""
    _print(text, sys.stdout, end)


def refuse(text: str) -> None:
    """Print one line of refusal on standard error."""
    _print(f"pcio: {text}", sys.stderr)


def _print(text: str, stream: TextIO, end: str = "\n") -> None:
    try:
        print(text, file=stream, end=end, flush=True)
    except OSError:
        # The terminal or the reader of the pipe is gone; that must not keep the launcher from
        # stopping its services in order.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Step:
    """A step with a beginning and an end: ``with Step(_("Starting the database")): ...``."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._live = sys.stdout.isatty()
        self._shown = 0.0

    def __enter__(self) -> Step:
        self._began = time.monotonic()
        if self._live:
            say(f"  … {self.label}", end="\r")
        else:
            say(f"  … {self.label}")
        return self

    def progress(self, done: int, total: int | None, what: str = "") -> None:
        """Show how far the step is; on a pipe at most one line in five seconds."""
        now = time.monotonic()
        if now - self._shown < (0.1 if self._live else 5.0) and done != total:
            return
        self._shown = now
        count = f"{done}/{total}" if total else f"{done}"
        line = f"  … {self.label} {count} {what}"
        if self._live:
            say(f"\r\x1b[2K{line[:118]}", end="\r")
        else:
            say(line)

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        mark = "✓" if kind is None else "✗"
        clear = "\x1b[2K" if self._live else ""
        say(f"{clear}  {mark} {self.label} ({time.monotonic() - self._began:.1f} s)")
