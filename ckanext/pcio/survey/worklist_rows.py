"""The worklist as its actions answer: rows with steps and gains in words, and numbers by office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.pcio.catalog import queries
from ckanext.pcio.catalog.model import TABLE
from ckanext.pcio.catalog.predicates import Predicate
from ckanext.pcio.registers.exchange import people
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.thai import sort_key
from ckanext.pcio.survey import worklist, worklist_reading
from ckanext.pcio.survey.gains import Goal, Progress, load_goals
from ckanext.pcio.survey.work import KINDS, Beside, Step, steps, urgent

_c = TABLE.c


def listed(context: Context, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the rows `pcio_worklist_list` is asked for. A constant number of queries."""
    today, editable = today_in_thailand(), _editable(context)
    work = worklist.work(today, editable)
    where = _where(context, asked, work)
    goals = load_goals(tk.config["ckanext.pcio.survey"])
    classes = worklist.classes(goals, work, where)
    progress = _standing(goals, classes)
    found = [each for each in classes if each.fits]
    if question := asked.get("question"):
        part = asked.get("part")
        nearer = [
            each
            for each in progress
            if each.goal.question == question and part in (None, each.goal.part)
        ]
        where &= sa.or_(sa.false(), *map(work.gains, nearer))
        found = [each for each in found if worklist.gained(nearer, each)]
    count = sum(each.datasets for each in found)
    limit, offset = asked["limit"], asked["offset"]
    if asked["sort"] == "gain":
        rows = worklist_reading.by_gain(where, work, progress, found, today, limit, offset)
    else:
        rows = worklist_reading.page(where, asked["sort"], count, today, limit, offset)
    ids = [row.facts.id for row in rows]
    told = _Told(
        worklist_reading.beside(rows, today, editable),
        progress,
        worklist_reading.first_files(ids),
        worklist_reading.used(ids, today),
        editable,
    )
    return {"count": count, "results": [_row(row, told, asked["lang"]) for row in rows]}


@dataclass(frozen=True, slots=True)
class _Told:
    """What the rows of a page are told with."""

    beside: Beside
    progress: tuple[Progress, ...]
    files: dict[str, str]
    used: dict[str, int]
    editable: frozenset[str] | None


def summary(context: Context, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what `pcio_worklist_summary` is asked for. A constant number of queries."""
    work = worklist.work(today_in_thailand(), _editable(context))
    goals = load_goals(tk.config["ckanext.pcio.survey"])
    progress = _standing(goals, worklist.classes(goals, work, sa.true()))
    where = queries.visible(context)
    if asked["own"]:
        where &= _c.own
    rows = worklist.offices(where, work)
    names = queries.organizations([row["organization_id"] for row in rows])
    found = [
        {
            **dict(
                zip(("name", "title"), names.get(row["organization_id"], ("", "")), strict=True)
            ),
            **_numbers([row]),
        }
        for row in rows
    ]
    return {
        **_numbers(rows),
        "organizations": sorted(found, key=lambda office: sort_key(office["title"])),
        "goals": [_goal(each, asked["lang"]) for each in progress],
    }


def _standing(goals: Sequence[Goal], classes: list[worklist.Class]) -> tuple[Progress, ...]:
    return worklist.standing(goals, classes, tk.config["ckanext.pcio.tick_threshold"])


def _where(context: Context, asked: dict[str, Any], work: worklist.Work) -> Predicate:
    """Return which datasets are asked for, whatever they gain."""
    where = queries.visible(context) & (
        work.kinds[asked["kind"]] if asked.get("kind") else work.any
    )
    if asked.get("organization"):
        organization = model.Group.get(asked["organization"])
        if organization is None or not organization.is_organization:
            raise tk.ObjectNotFound(tk._("Organization not found"))
        where &= _c.organization_id == organization.id
    if asked.get("data_type"):
        where &= _c.data_type == asked["data_type"]
    return where & _c.own if asked["own"] else where


def _editable(context: Context) -> frozenset[str] | None:
    """Return the ids of the offices whose datasets the caller may change; None: of every one."""
    if queries.sees_everything(context):
        return None
    return frozenset(people.offices_changed_by(context))


def _row(row: worklist_reading.Row, told: _Told, lang: str) -> dict[str, Any]:
    facts, beside = row.facts, told.beside
    names = (
        *("id", "name", "title", "url", "organization", "organization_title", "data_type"),
        *("state", "private", "own"),
    )
    return {
        **{name: getattr(facts, name) for name in names},
        "last_updated": facts.last_updated.isoformat() if facts.last_updated else None,
        "used": told.used.get(facts.id, 0),
        "may_edit": told.editable is None or row.organization_id in told.editable,
        "urgent": urgent(facts, beside),
        "steps": [_step(step, told.files.get(facts.id, ""), lang) for step in steps(facts, beside)],
        "gains": [
            {
                "question": each.goal.question,
                "part": each.goal.part,
                "sentence": each.sentence().text(lang),
                "by": list(each.goal.by),
            }
            for each in sorted(told.progress, key=lambda each: -each.weight)
            if each.gains(facts, beside)
        ],
    }


def _step(step: Step, first_file: str, lang: str) -> dict[str, str]:
    of_a_file = step.place in ("resource", "dictionary")
    return {
        "kind": step.kind,
        "what": step.what.text(lang),
        "why": step.why.text(lang),
        "place": step.place,
        "field": step.field,
        "resource": step.resource or (first_file if of_a_file else ""),
    }


def _numbers(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "datasets": sum(row["datasets"] for row in rows),
        "todo": sum(row["todo"] for row in rows),
        "kinds": {kind: sum(row[kind] for row in rows) for kind in KINDS},
    }


def _goal(progress: Progress, lang: str) -> dict[str, Any]:
    return {
        "question": progress.goal.question,
        "part": progress.goal.part,
        "name": progress.goal.name.text(lang),
        "needed": progress.distance,
        "candidates": progress.candidates,
        "sentence": progress.standing_sentence().text(lang),
    }
