"""What the imports of history say when they are done, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.usage.events import ACCESSES

if TYPE_CHECKING:
    from ckanext.pcio.usage import core_import, csv_import

_SHOWN = 20
_WRONG_SHOWN = 50
_KINDS = {
    "view": N_("views of pages"),
    "download": N_("downloads of files"),
    "api_data": N_("reads of data over the API"),
    "api_metadata": N_("reads of descriptions over the API"),
    "dump": N_("downloads of DataStore tables"),
    "unique_investigation": N_("uses, each visitor once an hour"),
    "unique_request": N_("uses of the data, each visitor once an hour"),
}
_ACCESSES = {
    "regular": N_("people"),
    "machine": N_("programs"),
    "robot": N_("robots, counted apart"),
}


def counted(numbers: Mapping[tuple[str, str], int], lang: str) -> Iterator[str]:
    """Yield a line for each kind in `numbers`, which go by kind and access.

    Visitors are left out: there is one number for each dataset, office and for the portal, whose
    sum means nothing.
    """
    for kind, name in _KINDS.items():
        parts = [
            f"{Message(_ACCESSES[access]).text(lang)} {numbers[kind, access]:,}"
            for access in ACCESSES
            if numbers.get((kind, access))
        ]
        if parts:
            yield f"    {Message(name).text(lang)}: {', '.join(parts)}"


def malformed(lines: list[int]) -> Iterator[Message]:
    """Yield the sentence on lines that are none of a log; never what is in them."""
    if lines:
        yield Message(
            N_("{number} lines are no lines of an access log; the first of them: {lines}"),
            {
                "number": f"{len(lines):,}",
                "lines": ", ".join(str(line) for line in sorted(lines)[:_SHOWN]),
            },
        )


def unknown(names: Mapping[str, int]) -> Iterator[Message]:
    """Yield the sentence on datasets that are not known here."""
    if names:
        most = sorted(names.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
        yield Message(
            N_(
                "{number} uses were of {names} datasets or resources not known here, because they "
                "were renamed or removed; they are not counted. The most used: {most}. For a "
                "dataset that was renamed, give --alias OLD=NEW."
            ),
            {
                "number": f"{sum(names.values()):,}",
                "names": f"{len(names):,}",
                "most": ", ".join(f"{plain(name)} ({number:,})" for name, number in most),
            },
        )


def days(first: str, last: str, lang: str) -> Iterator[str]:
    """Yield the line that says which days were counted."""
    if first:
        words = {
            "first": format_date(date.fromisoformat(first), lang),
            "last": format_date(date.fromisoformat(last), lang),
        }
        yield "    " + Message(N_("Days: {first} to {last}"), words).text(lang)


def texts(messages: Iterable[Message], lang: str) -> Iterator[str]:
    """Yield `messages` as lines below a heading."""
    for message in messages:
        yield "    " + message.text(lang)


def core(done: core_import.TakenIn, lang: str) -> Iterator[str]:
    """Yield what was taken over of core's tracking, and what its numbers are worth."""
    yield Message(
        N_("CKAN's own tracking: {days} days taken in, {again} were there already."),
        {"days": f"{done.days:,}", "again": f"{done.again:,}"},
    ).text(lang)
    yield from days(done.first_day, done.last_day, lang)
    yield from counted(done.counted, lang)
    remarks = [
        Message(
            N_("{days} days are counted of access logs, which know more; they are left out."),
            {"days": f"{done.of_logs:,}"},
        )
        if done.of_logs
        else None,
        Message(
            N_("{number} views and downloads were of datasets or files not known here."),
            {"number": f"{done.unknown:,}"},
        )
        if done.unknown
        else None,
        Message(
            N_(
                "{number} downloads were of addresses that several files share; nobody can say "
                "of which."
            ),
            {"number": f"{done.shared:,}"},
        )
        if done.shared
        else None,
        Message(
            N_("Days from {day} on are left out: they were counted live or may still change."),
            {"day": format_date(done.before, lang)},
        )
        if done.before
        else None,
        Message(
            N_(
                "These numbers are of browsers with JavaScript alone, robots may be among them, "
                "and there are no unique uses and visitors."
            )
        )
        if done.days
        else None,
    ]
    yield from texts((remark for remark in remarks if remark is not None), lang)


def table(done: csv_import.TakenIn, file: str, lang: str) -> Iterator[str]:
    """Yield what was taken in of a table, or each of its rows that is wrong."""
    if done.again:
        yield Message(N_("{file} was taken in before; nothing was written."), {"file": file}).text(
            lang
        )
        return
    if done.wrong:
        yield Message(
            N_("{file}: {wrong} of {rows} rows are wrong; nothing was written."),
            {"file": file, "wrong": f"{len(done.wrong):,}", "rows": f"{done.rows:,}"},
        ).text(lang)
        for number, reason in done.wrong[:_WRONG_SHOWN]:
            row = Message(N_("row {row}: {reason}"), {"row": number, "reason": reason})
            yield "    " + row.text(lang)
        if len(done.wrong) > _WRONG_SHOWN:
            more = Message(N_("and {number} more"), {"number": len(done.wrong) - _WRONG_SHOWN})
            yield "    " + more.text(lang)
        return
    yield Message(
        N_("{file}: {rows} rows taken in."), {"file": file, "rows": f"{done.rows:,}"}
    ).text(lang)
    yield from days(done.first_day, done.last_day, lang)
    yield from counted(done.counted, lang)
