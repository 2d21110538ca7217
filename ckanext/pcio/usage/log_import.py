"""Access logs into the tables of use: by the rules of live counting, each line once.

A log is known by its first lines, whatever it is called and however it is packed. Its lines are
written in chunks, each with the range of its lines as one batch, so an import that was killed goes
on after its last chunk and a log that grew is continued. Who was there is not stored: the lines of
the last day before that point are read again and counted to nowhere, which brings windows and
visitors back to what they were; so any division of a log gives what one pass gives. Logs of one
command are read in the order of time with one memory, so a visitor is the same in two of them.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter as Count
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.standard.messages import N_, Message

from . import clients, history
from .access_log import last_time, line_pattern
from .counting import Mark, Tally
from .events import EVENT_KINDS
from .log_events import LogReader, Names, Read, grouped
from .log_files import LogFile, LogRefusal, not_a_log
from .log_paths import Paths
from .log_workers import Readers
from .log_writing import Writing, without_collector
from .model import BATCH

CHUNK_LINES = 200_000
_DAY = 86_400
# Lines may be written so much later than what they tell.
_DISORDER = 3_600
_NEVER = 1 << 62
_MOST_UNKNOWN = 10_000


@dataclass(frozen=True)
class Options:
    """How logs are read."""

    paths: Paths = field(default_factory=Paths)
    proxies: int = 0
    """If not 0, the last field is X-Forwarded-For, with so many proxies of our own."""
    jobs: int = 1
    dry_run: bool = False
    including_live_days: bool = False
    chunk_lines: int = CHUNK_LINES


@dataclass
class Imported:
    """What was taken in of one log."""

    name: str
    lines: int = 0
    """Lines read for the first time."""
    passed_over: int = 0
    """Lines that an earlier import had written."""
    counted: Count[tuple[str, str]] = field(default_factory=Count)
    """Numbers by kind and access."""
    malformed: list[int] = field(default_factory=list)
    """Numbers of lines that are no lines of a log, from 1."""
    unknown: Count[str] = field(default_factory=Count)
    """How often datasets were asked for that are not known here."""
    live_from: tuple[int, date] | None = None
    """The line from which all is left out as it was counted live, and its day."""
    first_day: str = ""
    last_day: str = ""
    remarks: list[Message] = field(default_factory=list)


@dataclass
class _Place:
    """Where in a log the import is."""

    file_id: str
    heads: dict[int, str]
    written: int
    """The last line that is written."""
    warm_from: int
    """Seconds from which lines before are read again."""
    until: int = 0
    """Seconds of the latest event, or of the latest line."""
    done: int = 0
    """The last line that is counted."""
    lines: int = 0
    """Whole lines the log has, as far as it was read."""


class LogImport:
    """Takes logs in, one command's worth.

    Args:
        engine: of SQLAlchemy, to CKAN's database.
        names: the portal's datasets.
        options: how.
        tick: told of the bytes read.

    """

    def __init__(
        self,
        engine: Any,
        names: Names,
        options: Options,
        tick: Callable[[int], object] = lambda _size: None,
    ) -> None:
        self._engine, self._options, self._tick = engine, options, tick
        self._reader = LogReader(
            options.paths,
            names,
            clients.access,
            secrets.token_bytes(32),
            until=_thai_clock(datetime.now(timezone.utc) + timedelta(days=1)),
            proxies=options.proxies,
        )
        self._tally = Tally()
        self._marks: dict[int, list[Mark]] = {}
        self._before: dict[str, int] = {}
        """Lines of files this command has done, by file."""

    def run(self, files: Sequence[LogFile]) -> Iterator[Imported]:
        """Take `files` in, in the order of their time; yield what was taken of each.

        Raises:
            LogRefusal: one is no log; nothing was written then.
            history.HistoryRefusal: another import is going on.

        """
        pattern = line_pattern(self._options.paths.requests, forwarded=self._options.proxies > 0)
        for file in files:
            head = file.head()
            if head and not any(row[1] for row in pattern.findall(head)):
                raise LogRefusal(not_a_log(file.name))
        with ExitStack() as stack:
            stack.enter_context(without_collector())
            # Other processes come first: none of them may have a connection of ours.
            self._engine.dispose()
            jobs = self._options.jobs
            self._readers = stack.enter_context(Readers(self._reader, jobs))
            stack.enter_context(history.one_at_a_time(self._engine))
            self._writing = stack.enter_context(Writing(self._engine))
            with Session(self._engine) as session:
                since = history.live_since(session)
            live = since is not None and not self._options.including_live_days
            self._live_from = (since.toordinal() - _EPOCH) * _DAY if live and since else _NEVER
            for file in sorted(files, key=lambda file: file.first_time or 0):
                yield self._file(file)

    def _file(self, file: LogFile) -> Imported:
        done = Imported(file.name)
        if not file.heads:
            done.remarks.append(Message(N_("{file} has no whole line yet."), {"file": file.name}))
            return done
        place = self._place(file)
        self._chunk_from = place.written
        for first, read, reader in self._readers.read(self._blocks(file, place)):
            if not self._take(first, read, self._known(reader), place, done):
                break
            if place.done - self._chunk_from >= self._options.chunk_lines:
                self._write(place, done)
        else:
            self._last_line(file, place, done)
        self._write(place, done)
        self._writing.finish()
        done.passed_over = place.written
        self._before[place.file_id] = max(place.done, place.written)
        if file.trouble is not None:
            done.remarks.append(file.trouble)
        if overlap := self._days_of_core(done):
            done.remarks.append(
                Message(
                    N_(
                        "{days} of these days also hold numbers of CKAN's own tracking; views and "
                        "downloads of them are counted twice. Take logs in before import-core."
                    ),
                    {"days": f"{overlap:,}"},
                )
            )
        return done

    def _days_of_core(self, done: Imported) -> int:
        """Return how many of the days taken in were taken of core's tracking as well."""
        if not done.first_day:
            return 0
        with Session(self._engine) as session:
            return session.execute(
                sa.select(sa.func.count())
                .select_from(BATCH)
                .where(BATCH.c.source == "core")
                .where(BATCH.c.first_day.between(done.first_day, done.last_day))
            ).scalar_one()

    def _blocks(self, file: LogFile, place: _Place) -> Iterator[tuple[int, bytes]]:
        """Yield blocks with the number of their first line, but those that need no reading."""
        file.tick = self._tick
        line = 1
        for block in file.blocks():
            first, line = line, line + block.count(b"\n") + 1
            place.lines = line - 1
            if place.lines <= place.written and (last_time(block) or _NEVER) < place.warm_from:
                continue
            yield first, block

    def _known(self, reader: int) -> list[Mark]:
        """Return what the events of a reader add to, by its own numbers."""
        known = self._marks.setdefault(reader, [])
        known += [self._tally.mark(*mark) for mark in self._readers.marks[reader][len(known) :]]
        return known

    def _take(
        self, first: int, read: Read, known: list[Mark], place: _Place, done: Imported
    ) -> bool:
        """Count one block, whose first line has the number `first`; False at a day counted live."""
        count = self._tally.count
        start, end = place.written - first + 1, read.lines
        times = read.events[1::5]
        latest = max(times, default=0)
        if start <= 0 and latest < self._live_from:
            for _, at, visitor, url, mark in grouped(read.events):
                count(at, visitor, url, known[mark])
        else:
            end = self._take_some(read, known, start)
            latest = max((at for at in times if at < self._live_from), default=0)
        if end < read.lines:
            day = date.fromordinal(_EPOCH + self._live_from // _DAY)
            done.live_from = (first + end, day)
        done.malformed += [first + n for n in read.malformed if start <= n < end]
        for (line, name), number in read.unknown.items():
            if start <= line < end and (name in done.unknown or len(done.unknown) < _MOST_UNKNOWN):
                done.unknown[name] += number
        place.done = max(place.done, first + end - 1)
        place.until = max(place.until, latest)
        return end == read.lines

    def _take_some(self, read: Read, known: list[Mark], start: int) -> int:
        """Count the lines from `start` on; those before only bring the memory back.

        Returns the place of the first line that was counted live.
        """
        warm = start > 0
        for line, at, visitor, url, mark in grouped(read.events):
            if warm and line >= start:
                self._tally.take()
                warm = False
            if at >= self._live_from and not warm:
                return line
            self._tally.count(at, visitor, url, known[mark])
        if warm:
            self._tally.take()
        return read.lines

    def _last_line(self, file: LogFile, place: _Place, done: Imported) -> None:
        """Take a last line without an end, if it is whole."""
        if not file.rest or file.trouble is not None or place.lines < place.written:
            return
        ((_, read, reader),) = self._readers.read([(None, file.rest)])
        known = self._known(reader)
        if read.malformed:
            done.remarks.append(
                Message(
                    N_("The last line of {file} is not complete; import it again when it is."),
                    {"file": file.name},
                )
            )
            return
        self._take(place.lines + 1, read, known, place, done)

    def _place(self, file: LogFile) -> _Place:
        """Return how far `file` was taken in before."""
        heads = file.heads
        fresh = _Place(heads[max(heads)], heads, 0, 0)
        with Session(self._engine) as session:
            rows = session.execute(
                sa.select(BATCH.c.detail)
                .where(BATCH.c.source == "log")
                .where(BATCH.c.detail["heads"]["1"].astext == heads[1])
            ).scalars()
            for detail in rows:
                stored = {int(lines): digest for lines, digest in detail["heads"].items()}
                common = heads.keys() & stored.keys()
                if any(heads[lines] != stored[lines] for lines in common):
                    continue
                if detail["to"] > fresh.written:
                    fresh.file_id, fresh.written = detail["file"], detail["to"]
                    fresh.until = detail["until"]
        fresh.warm_from = fresh.until // _DAY * _DAY - _DISORDER
        if self._before.get(fresh.file_id, 0) >= fresh.written and fresh.written:
            # Read by this very command: all of it is in memory.
            fresh.warm_from = _NEVER
        fresh.written = max(fresh.written, self._before.get(fresh.file_id, 0))
        fresh.done = fresh.written
        return fresh

    def _write(self, place: _Place, done: Imported) -> None:
        """Write what was counted since the last time, with the range of its lines."""
        first, last = self._chunk_from + 1, place.done
        self._chunk_from = last
        if last < first:
            return
        counters = self._tally.take()
        done.lines += last - first + 1
        for counter, number in counters.items():
            done.counted[counter.kind, counter.access] += number
        days = [c.day for c in counters if c.kind in EVENT_KINDS]
        done.first_day = min([*days, done.first_day or "9"]) if days else done.first_day
        done.last_day = max([*days, done.last_day]) if days else done.last_day
        if self._options.dry_run:
            return
        detail = {
            "file": place.file_id,
            "heads": place.heads,
            "from": first,
            "to": last,
            "until": place.until,
        }
        self._writing.write(counters, f"log:{place.file_id}:{first}-{last}", detail)


_EPOCH = date(1970, 1, 1).toordinal()


def _thai_clock(moment: datetime) -> int:
    return int(moment.timestamp() + THAILAND.utcoffset(None).total_seconds())


def default_jobs() -> int:
    """Return how many processes read: one for each core, as far as counting keeps up."""
    return min(len(os.sched_getaffinity(0)), 4)
