"""Reading and writing official results. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.pcio.survey.kpi import Result
from ckanext.pcio.survey.response import store as responses
from ckanext.pcio.survey.response.model import EVENT, RESULT

Row = dict[str, Any]
_HISTORY = "result:"


def moment() -> datetime:
    """Return this moment, in UTC."""
    return responses.now()


def lock(year: int) -> None:
    """Let one change of a year's result follow the other, to the end of the transaction."""
    responses.lock(f"{_HISTORY}{year}")


def every() -> list[Row]:
    """Return every result, the newest year first."""
    query = sa.select(RESULT).order_by(RESULT.c.year.desc())
    return [dict(row) for row in model.Session.execute(query).mappings()]


def of_year(year: int) -> Row | None:
    """Return the result of a year, or None."""
    found = model.Session.execute(sa.select(RESULT).where(RESULT.c.year == year))
    row = found.mappings().one_or_none()
    return dict(row) if row else None


def write(year: int, values: Mapping[str, Any]) -> None:
    """Write the result of a year whole."""
    statement = insert(RESULT).values({"year": year, **values})
    changes = {name: statement.excluded[name] for name in values}
    model.Session.execute(statement.on_conflict_do_update(index_elements=["year"], set_=changes))


def remove(year: int) -> None:
    """Remove the result of a year; its history stays."""
    model.Session.execute(sa.delete(RESULT).where(RESULT.c.year == year))


def record(year: int, kind: str, actor: str, detail: Mapping[str, Any]) -> None:
    """Add to the history what a result was changed to, or what it was when it was deleted."""
    responses.record(f"{_HISTORY}{year}", kind, actor, detail=detail)


def history() -> list[Row]:
    """Return what happened to results, newest first."""
    query = (
        sa.select(EVENT).where(EVENT.c.response_id.startswith(_HISTORY)).order_by(EVENT.c.id.desc())
    )
    return [
        {**row, "year": int(row["response_id"].removeprefix(_HISTORY))}
        for row in model.Session.execute(query).mappings()
    ]


def as_result(row: Mapping[str, Any]) -> Result:
    """Return a row of the table, or of `pcio_result_list`, as `survey.kpi` takes it."""
    pillars = {int(number): each for number, each in row["pillars"].items()}
    return Result(
        year=row["year"],
        overall=None if row["overall"] is None else float(row["overall"]),
        level=row["level"],
        edition=row["edition"] or "",
        scores={number: each["score"] for number, each in pillars.items()},
        levels={number: each["level"] for number, each in pillars.items()},
    )
