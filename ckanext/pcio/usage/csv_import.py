"""Tables of daily numbers into the tables of use: a file wholly or not at all, and once."""

from __future__ import annotations

import hashlib
from collections import Counter as Count
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.messages import N_, Message

from . import history, names, writer
from .csv_rows import CsvRefusal, Table, read_table
from .model import BATCH

_LARGEST = 300_000_000


@dataclass
class TakenIn:
    """What an import did."""

    rows: int = 0
    counted: Count[tuple[str, str]] = field(default_factory=Count)
    """Numbers by kind and access."""
    first_day: str = ""
    last_day: str = ""
    wrong: list[tuple[int, Message]] = field(default_factory=list)
    """Wrong rows; where there is one, nothing was written."""
    again: bool = False
    """The same file was taken in before; nothing was written."""


def import_csv(
    engine: Any, path: str, *, dry_run: bool = False, including_live_days: bool = False
) -> TakenIn:
    """Take in the file `path`.

    Raises:
        CsvRefusal: it cannot be read or is no such table.
        history.HistoryRefusal: another import is going on.

    """
    content = _content(path)
    batch_id = f"csv:{hashlib.blake2b(content, digest_size=16).hexdigest()}"
    with history.one_at_a_time(engine), Session(engine) as session:
        if session.execute(sa.select(BATCH.c.id).where(BATCH.c.id == batch_id)).first():
            return TakenIn(again=True)
        table = read_table(content, names.load(session), _before(session, including_live_days))
        done = _summed(table)
        if not table.wrong and not dry_run:
            writer.write(
                table.counters,
                batch_id=batch_id,
                source="csv",
                detail={"rows": table.rows},
                session=session,
            )
            session.commit()
    return done


def _before(session: Session, including_live_days: bool) -> date:
    since = None if including_live_days else history.live_since(session)
    tomorrow = today_in_thailand() + timedelta(days=1)
    return min(since, tomorrow) if since else tomorrow


def _summed(table: Table) -> TakenIn:
    done = TakenIn(rows=table.rows, wrong=table.wrong)
    for counter, number in table.counters.items():
        done.counted[counter.kind, counter.access] += number
    days = [counter.day for counter in table.counters]
    done.first_day, done.last_day = min(days, default=""), max(days, default="")
    return done


def _content(path: str) -> bytes:
    name = {"file": plain(path)}
    file = Path(path)
    try:
        if file.is_dir():
            raise CsvRefusal(Message(N_("{file} is a folder."), name))
        if file.stat().st_size > _LARGEST:
            raise CsvRefusal(
                Message(N_("The file is larger than {limit} MB."), {"limit": _LARGEST // 1_000_000})
            )
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise CsvRefusal(Message(N_("{file} is not there."), name)) from error
    except OSError as error:
        raise CsvRefusal(Message(N_("{file} could not be read."), name)) from error
    if not content.strip():
        raise CsvRefusal(Message(N_("The file is empty.")))
    return content
