"""The proposals of the whole province, kept in `pcio_proposal` until the catalog changes.

Whether it changed is asked of the tables themselves: the number of rows and the transactions
that wrote them make, with the day, the settings and the rules' versions, a stamp. So nothing
that writes has to remember the survey. A small catalog's proposals are drawn anew when somebody
looks; a large one's by the background worker, while the old ones are shown with their time.

The records (`survey.proposed`) are light: the datasets behind them, which may be all of a catalog,
stand apart (`survey.kept_rows`).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.pcio.catalog import unmoved
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.catalog.readers.local import read_facts
from ckanext.pcio.registers.reader import read_registers
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.usage.queries import live_since, rank

from .assessment import assess
from .config import counted_since, counts_use, settings_from_config
from .derive import RULES
from .instrument import load_instrument
from .kept_rows import OF_PROPOSALS
from .proposed import evidence, light_record
from .response.model import PROPOSAL

__all__ = ["hold", "lists", "proposals", "refresh", "shown", "stamp"]

log = logging.getLogger(__name__)

Record = dict[str, Any]

# Datasets up to which a page draws the proposals itself: about a second.
SMALL = 5000
_WATCHED = (
    "pcio_dataset_facts",
    "pcio_dataset_exchanged",
    "pcio_reuse",
    "pcio_reuse_dataset",
    "pcio_exchange",
    "pcio_demand",
)


def proposals(edition: str) -> dict[str, Record]:
    """Return the light record (`survey.proposed`) of each question of `edition` a rule answers."""
    now, datasets = stamp()
    kept = _read(edition)
    if kept and all(row["stamp"] == now for row in kept):
        return {row["question_id"]: row["proposal"] for row in kept}
    if kept and datasets > SMALL:
        _later(edition)
        return {row["question_id"]: row["proposal"] for row in kept}
    return refresh(edition)


def lists(edition: str, question: str | None = None) -> dict[str, list[Record]]:
    """Return every row behind the proposals of `edition`, or of one question, by question.

    Each has `dataset`, `title`, `url` and `note`. One query.
    """
    return OF_PROPOSALS.every(edition, question)


def shown(
    edition: str, question: str, visible: Predicate | None, limit: int
) -> tuple[list[Record], int]:
    """Return the first rows behind a proposal that a reader may see, and how many he may not.

    `visible` tells which rows of the facts table he may see; None: all. One query.
    """
    return OF_PROPOSALS.shown(edition, [question], visible, limit).get(question, ([], 0))


def hold(edition: str) -> dict[str, Record]:
    """Return the proposals as they are kept, which nobody changes until the transaction ends."""
    proposals(edition)
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_key(edition))))
    return {row["question_id"]: row["proposal"] for row in _read(edition)}


def refresh(edition: str) -> dict[str, Record]:
    """Draw the proposals of `edition` anew and keep them.

    They are written in a transaction of their own, so that who only reads keeps them too, and who
    is about to write something else commits nothing yet.
    """
    now, _datasets = stamp()
    context: Any = {"ignore_auth": True, "user": ""}
    source, facts = read_facts(context)
    instrument = load_instrument(edition)
    assessment = assess(
        instrument,
        facts,
        source,
        today_in_thailand(),
        registers=read_registers(context, facts),
        usage=rank(sa.true()),
        counted_since=counted_since(),
        settings=settings_from_config(),
    )
    day = assessment.as_of.isoformat()
    drawn = {
        each.question: light_record(instrument.question(each.question), each, day)
        for each in assessment.proposals
    }
    # A large catalog's rows are made one after the other as they are written.
    behind = {each.question: evidence(each) for each in assessment.proposals}
    _write(edition, drawn, behind, now)
    return drawn


def refresh_job(edition: str) -> None:
    """Draw the proposals of `edition` in the background; once, however often it was asked."""
    now, _datasets = stamp()
    if any(row["stamp"] != now for row in _read(edition)):
        refresh(edition)


def stamp() -> tuple[str, int]:
    """Return what the present proposals would be drawn from, as a short text, and its datasets.

    Two queries that read no table of the catalog, and one that does where anything was written.
    """
    tables = unmoved.states(_WATCHED)
    # Of the tables of use, which are written every minute, only what a rule reads as it stands;
    # which dataset is used most moves with the day.
    counted = model.Session.scalar(live_since())
    rules = [f"{rule.name}@{rule.version}" for rule in RULES.values()]
    settings = (counts_use(), today_in_thailand(), repr(settings_from_config()))
    drawn_from = (*tables, counted, *settings, *rules)
    text = "\n".join(map(str, drawn_from))
    return hashlib.sha256(text.encode()).hexdigest(), int(tables[0].partition("/")[0])


def _read(edition: str) -> list[Record]:
    query = sa.select(PROPOSAL).where(PROPOSAL.c.edition == edition)
    return [dict(row) for row in model.Session.execute(query).mappings()]


def _write(
    edition: str, drawn: dict[str, Record], behind: dict[str, Iterator[Record]], now: str
) -> None:
    rows = [
        {
            "edition": edition,
            "question_id": question,
            "proposal": each,
            "digest": each["digest"],
            "stamp": now,
            "as_of": each["as_of"],
            "computed_at": sa.func.now(),
        }
        for question, each in sorted(drawn.items())
    ]
    gone = sa.delete(PROPOSAL).where(
        PROPOSAL.c.edition == edition, PROPOSAL.c.question_id.not_in(list(drawn))
    )
    with model.Session.get_bind().engine.begin() as connection:
        # Of two who draw at once one keeps them; the other has drawn the same.
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_lock_key(edition)))):
            return
        connection.execute(gone)
        for row in rows:
            statement = insert(PROPOSAL).values(row)
            changes = {name: statement.excluded[name] for name in row if name not in _KEYS}
            connection.execute(
                statement.on_conflict_do_update(index_elements=list(_KEYS), set_=changes)
            )
        OF_PROPOSALS.replace(connection, edition, behind)


_KEYS = ("edition", "question_id")


def _lock_key(edition: str) -> Any:
    return sa.func.hashtext(f"pcio_proposal:{edition}")


def _later(edition: str) -> None:
    try:
        title = "pcio: proposals of the survey are drawn anew"
        tk.enqueue_job(refresh_job, [edition], title=title)
    except Exception:  # the kept ones are shown; somebody who looks later asks again
        log.exception("the proposals of %s could not be asked for", edition)
