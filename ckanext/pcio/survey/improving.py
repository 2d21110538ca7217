"""What would raise the answers, read from the portal's tables. A constant number of queries."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import predicates
from ckanext.pcio.registers.demand.model import DEMAND
from ckanext.pcio.registers.demand.queries import PUBLIC, STATE
from ckanext.pcio.registers.exchange import queries as exchanges
from ckanext.pcio.registers.exchange.model import TABLE as EXCHANGE
from ckanext.pcio.registers.reuse.model import REUSE
from ckanext.pcio.registers.reuse.states import WAITING
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.survey import kept, worklist
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.gains import load_goals
from ckanext.pcio.survey.raising import as_dict, raised
from ckanext.pcio.survey.register_improvements import Told
from ckanext.pcio.survey.scope import Pair
from ckanext.pcio.survey.sharing import UNLINKED

_UNANSWERED = ("open", "preparing")


def questions(instrument: Instrument, language: str) -> list[dict[str, Any]]:
    """Return every question the catalog answers, with what would raise the answer."""
    if not any(question.rule for question in instrument.questions):
        return []
    goals = load_goals(instrument.id)
    work = worklist.work(today_in_thailand())
    classes = worklist.classes(goals, work, sa.true())
    standing = worklist.standing(goals, classes, tk.config["ckanext.pcio.tick_threshold"])
    kinds = worklist.kinds_needed(standing, work)
    found = raised(instrument, standing, kept.proposals(instrument.id), told())
    return [as_dict(each, kinds, language) for each in found]


def told() -> Told:
    """Return what the registers know beside the proposals drawn from them. Four queries."""
    session = model.Session
    waiting = sa.select(sa.func.count()).select_from(REUSE).where(REUSE.c.state == WAITING)
    unanswered = sa.select(sa.func.count()).select_from(DEMAND).where(STATE.in_(_UNANSWERED))
    return Told(
        reuses_waiting=session.execute(waiting).scalar_one(),
        demands_waiting=session.execute(unanswered).scalar_one(),
        unopened=_unopened(),
        preparing=_preparing(),
    )


def _unopened() -> Pair:
    """As `register_improvements.unopened` counts over records already read."""
    met = sa.select(DEMAND.c.dataset_id).where(PUBLIC, DEMAND.c.answer == "fulfilled")
    own = sa.func.count().filter(FACTS.c.own)
    query = sa.select(sa.func.count(), own).where(
        FACTS.c.package_id.in_(met), predicates(today_in_thailand())["waiting"]
    )
    return Pair(*model.Session.execute(query).one())


def _preparing() -> dict[str, int]:
    query = (
        sa.select(EXCHANGE.c.tier, sa.func.count())
        .where(EXCHANGE.c.status.in_(sorted(UNLINKED)), exchanges.current(today_in_thailand()))
        .group_by(EXCHANGE.c.tier)
    )
    return {row[0]: row[1] for row in model.Session.execute(query)}
