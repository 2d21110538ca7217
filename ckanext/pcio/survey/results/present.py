"""Results, coverage and the estimated score as the actions tell them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.pcio.survey import score as scores
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.response import filling
from ckanext.pcio.survey.response.history import names
from ckanext.pcio.survey.scoring import Band

from .scoring import scoring_of

Row = dict[str, Any]


def results(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return rows of the table as plain values, with the names of people."""
    rows = list(rows)
    people = names(row["changed_by"] for row in rows)
    return [
        {
            **{name: row[name] for name in ("year", "level", "pillars", "source", "version")},
            "edition": row["edition"] or "",
            "overall": None if row["overall"] is None else float(row["overall"]),
            "changed_at": row["changed_at"].isoformat(),
            "changed_by": people.get(row["changed_by"] or "", ""),
        }
        for row in rows
    ]


def history(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return events of results as plain values."""
    rows = list(rows)
    people = names(row["actor"] for row in rows)
    return [
        {
            "at": row["at"].isoformat(),
            "actor": people.get(row["actor"] or "", ""),
            **{name: row[name] for name in ("kind", "year", "detail")},
        }
        for row in rows
    ]


def score(instrument: Instrument, language: str) -> Row:
    """Return coverage and estimate of an edition as the province answers it now."""
    form = filling.filled_form(instrument.id, counts=False)
    scoring, problem = scoring_of(instrument)
    found = scores.estimate(form, instrument, scoring)
    return {
        "edition": instrument.id,
        "state": form.state,
        "coverage": [_coverage(each) for each in scores.coverage(form, instrument)],
        "estimate": None if found is None else _estimate(found, language),
        "problem": problem.text(language) if problem else None,
    }


def _coverage(each: scores.Coverage) -> Row:
    return {
        "pillar": each.pillar,
        "skipped": each.skipped,
        **{
            name: {"part": share.part, "whole": share.whole, "ratio": share.ratio}
            for name in ("answers", "confirmed", "ready", "evidence")
            if (share := getattr(each, name))
        },
    }


def _estimate(found: scores.Estimate, language: str) -> Row:
    scoring = found.scoring
    return {
        "overall": _rounded(found.overall),
        "level": _level(found.level, language),
        "weight": round(found.weight, 2),
        "pillars": [
            {
                **{name: getattr(each, name) for name in ("pillar", "points", "most", "waiting")},
                "weight": round(each.weight, 2),
                "score": _rounded(each.score),
                "level": _level(each.level, language),
                "scored": each.scored.part,
                "questions": each.scored.whole,
            }
            for each in found.pillars
        ],
        "left_out": [
            {"number": each.number, "pillar": each.pillar, "title": each.title.text(language)}
            for each in found.left_out
        ],
        "assumptions": [each.text(language) for each in scoring.assumptions],
        "notes": [each.text(language) for each in found.notes],
        "source": scoring.source.text(language) if scoring.source else None,
        "bands_source": scoring.bands_source.text(language) if scoring.bands_source else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _level(band: Band | None, language: str) -> Row | None:
    if band is None:
        return None
    return {"level": band.level, "name": band.name.text(language) if band.name else ""}
