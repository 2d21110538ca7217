"""Lines of a web server's access log in combined format, nginx's or Apache's. Pure.

    [virtual host] address - user [time] "request" status size "referrer" "user agent" [more]

More fields may follow, such as the time an answer took. A log is read in blocks of whole lines by
one pattern that tells apart, in one pass, lines that may count, other lines of a log, and lines
that are none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import NamedTuple

from ckanext.pcio.standard.dates import THAILAND

HEAD_LINES = (1, 4, 16, 64)
"""A log is known by digests of so many of its first lines, as far as it has them."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(b" "),
        1,
    )
}
# 60 is a leap second.
_SECONDS = {b":%02d" % second: second for second in range(61)}
_TIME = re.compile(rb"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_ANY_TIME = re.compile(rb" \[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] \"")
# nginx writes a quotation mark inside a field as \x22, Apache as \".
_QUOTED = rb'[^"\\\n]*(?:\\[^\n][^"\\\n]*)*'
_REMEMBERED = 100_000
_THAILAND_AHEAD = int(THAILAND.utcoffset(None).total_seconds())


class Row(NamedTuple):
    """What one line says; `request` is empty unless the line may count."""

    address: bytes
    time: bytes
    request: bytes
    """Method and address asked for: `GET /dataset/x`."""
    status: bytes
    agent: bytes
    forwarded: bytes
    """X-Forwarded-For, where the log's last field is that."""
    malformed: bytes
    """Not empty where the line is no line of a log; an empty line is nothing at all."""


def line_pattern(requests: bytes, *, forwarded: bool = False) -> re.Pattern[bytes]:
    """Return the pattern whose `findall` gives a `Row` for every line of a block.

    A block has no newline at its end.

    Args:
        requests: pattern of the requests that may count; no groups.
        forwarded: the last field of each line is X-Forwarded-For, in quotation marks.

    """
    begin = rb"(?:[^ \n]+ )??([^ \n]+) - [^\[\n]*\[([^\]\n]{26})\] "
    size = rb" (?:\d+|-) "
    quoted_end = rb'.*"(%b%b)"\r?'
    more = quoted_end % (b"", _QUOTED) if forwarded else rb"().*"
    other_more = quoted_end % (b"?:", _QUOTED) if forwarded else rb".*"
    may_count = rb'"(%b) HTTP/[^"\\\n]*" (200|206|302|304)%b"%b" "(%b)"%b' % (
        *(requests, size, _QUOTED, _QUOTED, more),
    )
    # Other lines are looked at less closely: they only must be whole.
    other = rb'"%b" \d{3}%b".*" ".*"%b' % (_QUOTED, size, other_more)
    return re.compile(rb"^(?:%b(?:%b|%b)|(.?).*)$" % (begin, may_count, other), re.MULTILINE)


class Clock:
    """Reads the times of a log; each minute is read once."""

    def __init__(self) -> None:
        self._minutes: dict[bytes, int | None] = {}

    def seconds(self, time: bytes) -> int | None:
        """Return seconds since 1970 on a clock in Thailand, or None for what is no time."""
        minute = time[:17] + time[20:]
        try:
            start = self._minutes[minute]
        except KeyError:
            if len(self._minutes) > _REMEMBERED:
                self._minutes.clear()
            start = self._minutes[minute] = _minute(time)
        second = _SECONDS.get(time[17:20])
        return None if start is None or second is None else start + second


def _minute(time: bytes) -> int | None:
    found = _TIME.fullmatch(time)
    if found is None:
        return None
    day, month, year, hour, minute, _second, sign, zone_hours, zone_minutes = found.groups()
    try:
        shown = datetime(
            *(int(year), _MONTHS[month], int(day), int(hour), int(minute)), tzinfo=timezone.utc
        )
    except (KeyError, ValueError):
        return None
    ahead = (int(zone_hours) * 60 + int(zone_minutes)) * (-60 if sign == b"-" else 60)
    return int(shown.timestamp()) - ahead + _THAILAND_AHEAD


def first_time(block: bytes) -> int | None:
    """Return the time of the first line of `block` that has one."""
    found = _ANY_TIME.search(block)
    return Clock().seconds(found[1]) if found else None


def last_time(block: bytes) -> int | None:
    """Return the time of the last line of `block` that has one, or None near its end."""
    found = _ANY_TIME.findall(block[-16_384:])
    return Clock().seconds(found[-1]) if found else None


def head_digests(lines: Iterable[bytes]) -> dict[int, str]:
    """Return digests of the first lines of a log, by how many lines they are of.

    A log is the same log under another name, compressed, or longer. Addresses and user agents are
    left out, so that nobody can be looked up by a digest.
    """
    digest, digests = hashlib.blake2b(digest_size=12), {}
    for number, line in enumerate(lines, 1):
        digest.update(_impersonal(line) + b"\n")
        if number in HEAD_LINES:
            digests[number] = digest.hexdigest()
        if number >= HEAD_LINES[-1]:
            break
    return digests


def _impersonal(line: bytes) -> bytes:
    """Return time, request, status and size of a line; of another line only its length."""
    begin, end = line.find(b" ["), line.find(b' "', line.find(b'" ') + 1)
    return line[begin:end] if 0 <= begin < end else str(len(line)).encode()
