"""Reading blocks of a log in several processes at once, in the order of the log.

Only reading is shared out: what counts with what (double clicks, uniques) depends on all lines
before, so counting stays in one place and is exact. A block goes over in memory both sides see,
its events come back as numbers.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection
from typing import TypeVar

from ckanext.pcio.usage.log_events import LogReader, Mark, Read

# Room for a block; blocks are of log_files.py, which makes none longer than two mebibytes.
_SLOT = 4 << 20
_SLOTS_EACH = 3

_T = TypeVar("_T")


class Readers:
    """Readers of one log after another, in `jobs` processes besides this one; with 1, in this one.

    Use it as a context: its processes end with it, and by themselves when this one is killed.
    """

    def __init__(self, reader: LogReader, jobs: int) -> None:
        self._reader = reader
        self._workers: list[_Worker] = []
        self.marks: list[list[Mark]] = [[] for _ in range(max(jobs, 1))]
        """What events add to, by the number of the reader and its own numbers."""
        if jobs > 1:
            pipes = [multiprocessing.Pipe() for _ in range(jobs)]
            ours = [pipe[0] for pipe in pipes]
            for mine, theirs in pipes:
                others = [*ours, *(pipe[1] for pipe in pipes if pipe[1] is not theirs)]
                self._workers.append(_Worker(reader, mine, theirs, others))
            for _, theirs in pipes:
                theirs.close()

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def read(self, blocks: Iterable[tuple[_T, bytes]]) -> Iterator[tuple[_T, Read, int]]:
        """Yield what is in each block, in order, with what each is, and its reader's number."""
        if not self._workers:
            for tag, block in blocks:
                read = self._reader.read(block)
                self.marks[0] += read.marks
                yield tag, read, 0
            return
        under_way: deque[tuple[_T, int]] = deque()
        turn = 0
        try:
            for tag, block in blocks:
                if len(under_way) >= len(self._workers) * _SLOTS_EACH:
                    yield self._received(*under_way.popleft())
                self._workers[turn].send(block)
                under_way.append((tag, turn))
                turn = (turn + 1) % len(self._workers)
            while under_way:
                yield self._received(*under_way.popleft())
        finally:
            # Whoever asked may have had enough; what was read already is nobody's answer to later.
            while under_way:
                self._received(*under_way.popleft())

    def _received(self, tag: _T, number: int) -> tuple[_T, Read, int]:
        read = self._workers[number].receive()
        self.marks[number] += read.marks
        return tag, read, number


class _Worker:
    def __init__(
        self, reader: LogReader, mine: Connection, theirs: Connection, others: list[Connection]
    ) -> None:
        self._pipe = mine
        self._memory = mmap.mmap(-1, _SLOT * _SLOTS_EACH)
        self._next = 0
        context = multiprocessing.get_context("fork")
        work: Callable[..., None] = _work
        self._process = context.Process(
            target=work, args=(reader, theirs, others, self._memory), daemon=True
        )
        self._process.start()

    def send(self, block: bytes) -> None:
        start = self._next * _SLOT
        self._memory[start : start + len(block)] = block
        self._pipe.send((start, len(block)))
        self._next = (self._next + 1) % _SLOTS_EACH

    def receive(self) -> Read:
        return self._pipe.recv()

    def stop(self) -> None:
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._memory.close()


def _work(reader: LogReader, pipe: Connection, others: list[Connection], memory: mmap.mmap) -> None:
    for other in others:
        other.close()
    try:
        while True:
            start, size = pipe.recv()
            pipe.send(reader.read(memory[start : start + size]))
    except (EOFError, OSError, KeyboardInterrupt):
        # Whoever sent the blocks is done, or gone; nothing of theirs may be tidied up here.
        os._exit(0)
