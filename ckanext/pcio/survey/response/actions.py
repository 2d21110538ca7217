"""API actions of a whole response: opening, asking offices, showing, locking."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog import after_commit, queries
from ckanext.pcio.survey import kept, kept_rows
from ckanext.pcio.survey.filled import as_dict
from ckanext.pcio.survey.form import Instrument

from . import (
    access,
    assigning,
    entry,
    evidence,
    filling,
    history,
    lacking,
    organizations,
    present,
    reminding,
    schema,
    store,
)


@validate(schema.survey_open)
def pcio_survey_open(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Open a survey edition, so that offices can be asked and answers confirmed.

    :param edition: id of the edition, such as `pcio-2567`
    :param deadline: day until which offices answer (optional)

    :returns: `edition`, `state` and `version`
    """
    tk.check_access("pcio_survey_open", context, data_dict)
    entry.instrument(data_dict["edition"])
    store.lock(data_dict["edition"])
    if store.response(data_dict["edition"]) is not None:
        raise tk.ValidationError({"edition": [tk._("The survey is open already.")]})
    actor = access.person(context).id
    row = store.create(data_dict["edition"], data_dict["deadline"], actor)
    entry.commit(context)
    return {name: row[name] for name in ("edition", "state", "version")}


@validate(schema.survey_update)
def pcio_survey_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change the deadline and the secretary's note to the offices.

    :param edition: id of the edition
    :param deadline: day until which offices answer; a blank takes it away
    :param note: note all offices see (optional)
    :param version: version of the response that was seen

    :returns: `edition`, `state` and `version`
    """
    tk.check_access("pcio_survey_update", context, data_dict)
    row = entry.open_response(data_dict["edition"])
    entry.check_version(row, data_dict["version"])
    deadline = data_dict["deadline"]
    store.change(row, deadline=deadline, note=data_dict["note"])
    before = {"deadline": _iso(row["deadline"]), "note": row["note"]}
    detail = {"deadline": _iso(deadline), "note": data_dict["note"], "before": before}
    store.record(row["id"], "changed", access.person(context).id, detail=detail)
    entry.commit(context)
    return {"edition": row["edition"], "state": row["state"], "version": row["version"] + 1}


@validate(schema.survey_assign)
def pcio_survey_assign(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask offices questions.

    With `usual`, every question goes where the committee's list sends it: "every office" to all
    offices somebody works in, the provincial office's to the one of the settings.

    :param edition: id of the edition
    :param questions: ids of questions, as a list or joined by commas; all where left out
    :param organizations: ids or names of offices; needed without `usual`
    :param usual: ask as the committee's list says (optional, default false)
    :param preview: ask nobody yet (optional, default false)
    :param deadline: day until which they answer; else the response's (optional)

    :returns: `assigned`: number of pairs of question and office, and `offices`: `id`, `title`,
        `questions`, and of these the `new` ones, which it was not asked before
    """
    tk.check_access("pcio_survey_assign", context, data_dict)
    found = entry.instrument(data_dict["edition"])
    questions = _questions(found, data_dict["questions"])
    row = entry.open_response(data_dict["edition"])
    if data_dict["usual"]:
        pairs = assigning.usual(found, questions)
    else:
        offices = organizations.by_reference(data_dict["organizations"])
        if not offices:
            text = tk._("Name the offices to be asked.")
            raise tk.ValidationError({"organizations": [text]})
        pairs = [(question, office["id"]) for question in questions for office in offices]
    told = {"assigned": len(pairs), "offices": assigning.told(row["id"], pairs)}
    if data_dict["preview"]:
        return told
    actor = access.person(context).id
    if not assigning.changes(row["id"], pairs, data_dict["deadline"]):
        return told
    assigning.assign(row["id"], pairs, data_dict["deadline"], actor)
    asked = sorted({office for _question, office in pairs})
    detail = {"pairs": len(pairs), "questions": questions, "organizations": asked}
    store.record(row["id"], "asked", actor, detail=detail)
    entry.commit(context)
    return told


@validate(schema.survey_assign)
def pcio_survey_unassign(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take questions back from offices, deleted ones too; what they contributed stays.

    :param edition: id of the edition
    :param questions: ids of questions; all where left out
    :param organizations: ids or names of offices

    :returns: `removed`: number of pairs of question and office
    """
    tk.check_access("pcio_survey_unassign", context, data_dict)
    questions = _questions(entry.instrument(data_dict["edition"]), data_dict["questions"])
    row = entry.open_response(data_dict["edition"])
    named = organizations.by_reference(data_dict["organizations"], gone=_asked(row))
    offices = [each["id"] for each in named]
    removed = store.unassign(row["id"], questions, offices)
    if not removed:
        return {"removed": 0}
    detail = {"pairs": removed, "questions": questions, "organizations": offices}
    store.record(row["id"], "unasked", access.person(context).id, detail=detail)
    entry.commit(context)
    return {"removed": removed}


@validate(schema.survey_remind)
def pcio_survey_remind(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Remind offices by e-mail of what they have not sent yet.

    The letters are written by the background worker; nothing fails where e-mail is off.

    :param edition: id of the edition
    :param organizations: ids or names of offices; all that were asked where left out (optional)

    :returns: `offices`: number of offices that will be written to
    """
    tk.check_access("pcio_survey_remind", context, data_dict)
    entry.instrument(data_dict["edition"])
    row = entry.open_response(data_dict["edition"])
    named = organizations.by_reference(data_dict["organizations"])
    waiting = reminding.waiting(row)
    wanted = {office["id"] for office in named} or set(waiting)
    offices = sorted(wanted & set(waiting))
    reminding.later(row, offices)
    detail = {"offices": len(offices), "organizations": offices}
    store.record(row["id"], "reminded", access.person(context).id, detail=detail)
    entry.commit(context)
    return {"offices": len(offices)}


@tk.side_effect_free
@validate(schema.survey_show)
def pcio_survey_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return a survey as far as the caller may see it: questions, answers, what is missing.

    Who is not the secretary reads proposals and confirmed answers; of a draft only that it is one.

    :param edition: id of the edition
    :param question: id of a question: this one only (optional)
    :param brief: leave out the datasets behind proposals and what offices contributed: their lists
        are empty, and `evidence_hidden` is null (optional, default false)
    :param lang: language of our sentences, `th` or `en` (optional, default `th`)

    :returns: `edition`, `title`, `state` (`none`, `open` or `locked`), `version`, `deadline`,
        `note`, `locked_at`, `locked_by`, `sha256`, `role`, `progress` (per pillar), `offices` (what
        each was asked and sent, until when, and when it was reminded: to the secretary of all, to
        others of their own; empty of one question) and `questions`; of one question `previous`,
        `next` and `next_waiting` too: ids, the last of one at which the caller has something to do,
        or null
    """
    tk.check_access("pcio_survey_show", context, data_dict)
    found = entry.instrument(data_dict["edition"])
    asked = data_dict.get("question")
    only = entry.question(found, asked) if asked else None
    who = access.person(context)
    visible = None if data_dict["brief"] else queries.visible(context)
    return present.survey(found, who, data_dict["lang"], visible, only)


@tk.side_effect_free
@validate(schema.survey_missing)
def pcio_survey_missing(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what is missing until the survey is ready, by question and by office.

    :param edition: id of the edition
    :param whose: `form`: what the province's answers lack; `offices`: what offices owe, as far as
        the caller may know it (optional, default `form`)
    :param organization: only what this office owes (optional)
    :param lang: language of our sentences, `th` or `en` (optional, default `th`)

    :returns: `count` and `results`: `question`, `office`, `organization` (name, of what offices
        owe), `place`, `lack`, `text` and `sentence`
    """
    tk.check_access("pcio_survey_missing", context, data_dict)
    found = entry.instrument(data_dict["edition"])
    organization = data_dict.get("organization")
    office = _office(found.id, organization) if organization else None
    form = filling.filled_form(found.id, counts=False)
    who = access.person(context)
    if office is None and data_dict["whose"] == "form":
        rows = lacking.of_form(found, form, who, data_dict["lang"])
    else:
        row, skipped = store.response(found.id), form.skipped(found)
        only = office["id"] if office else None
        rows = lacking.of_offices(found, row, who, skipped, data_dict["lang"], only)
    return {"count": len(rows), "results": rows}


@tk.side_effect_free
@validate(schema.survey_history)
def pcio_survey_history(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what happened to the survey, as far as the caller may know it.

    :param edition: id of the edition
    :param question: id of a question: only what is about it (optional)
    :param organization: id or name of an office: only what is about it (optional)
    :param newest: begin with what happened last (optional, default false)
    :param limit: number of events (optional, default all)
    :param offset: events to leave out (optional)
    :param lang: language of the sentences, `th` or `en` (optional, default `th`)

    :returns: `count` (of all) and `results`: `at`, `kind`, `actor`, `question`, `organization`,
        `detail` and `sentence`
    """
    tk.check_access("pcio_survey_history", context, data_dict)
    entry.instrument(data_dict["edition"])
    row = entry.any_response(data_dict["edition"])
    named = data_dict.get("organization")
    rows, count = history.history(
        row["id"],
        access.person(context),
        data_dict["lang"],
        question=data_dict.get("question"),
        office=_office(row["edition"], named)["id"] if named else None,
        newest=data_dict["newest"],
        limit=data_dict.get("limit"),
        offset=data_dict["offset"],
    )
    return {"count": count, "results": rows}


@validate(schema.survey_lock)
def pcio_survey_lock(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Lock a survey: what stands on its form is kept as it is, whatever the catalog does later.

    :param edition: id of the edition
    :param version: version of the response that was seen

    :returns: `edition`, `state`, `version` and `sha256` of the form that was kept
    """
    tk.check_access("pcio_survey_lock", context, data_dict)
    entry.instrument(data_dict["edition"])
    row = entry.open_response(data_dict["edition"])
    entry.check_version(row, data_dict["version"])
    actor, moment = access.person(context).id, store.now()
    # Nobody draws proposals anew between the form and the datasets behind it.
    proposals = kept.hold(row["edition"])
    content = as_dict(filling.current_form(row["edition"], row, proposals=proposals))
    content |= {"state": "locked", "locked_at": moment.isoformat()}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    snapshot_id = str(uuid.uuid4())
    store.add_snapshot(
        {
            "id": snapshot_id,
            "response_id": row["id"],
            "edition": row["edition"],
            "content": json.loads(text),
            "sha256": digest,
            "taken_at": moment,
            "taken_by": actor,
        }
    )
    kept_rows.take_over(row["edition"], snapshot_id)
    store.change(row, state="locked", locked_at=moment, locked_by=actor)
    store.record(row["id"], "locked", actor, detail={"sha256": digest})
    after_commit.call(evidence.forget, store.given_up(row["id"]))
    entry.commit(context)
    version = row["version"] + 1
    return {"edition": row["edition"], "state": "locked", "version": version, "sha256": digest}


@validate(schema.survey_lock)
def pcio_survey_unlock(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Open a locked survey again; the form that was kept stays, and so does the reason.

    :param edition: id of the edition
    :param version: version of the response that was seen
    :param reason: why it is opened again

    :returns: `edition`, `state` and `version`
    """
    tk.check_access("pcio_survey_unlock", context, data_dict)
    entry.instrument(data_dict["edition"])
    store.lock(data_dict["edition"])
    row = entry.any_response(data_dict["edition"])
    entry.check_version(row, data_dict["version"])
    if row["state"] != "locked":
        raise tk.ValidationError({"edition": [tk._("The survey is not locked.")]})
    if not data_dict["reason"]:
        raise tk.ValidationError({"reason": [tk._("Say why the survey is opened again.")]})
    store.change(row, state="open", locked_at=None, locked_by=None)
    detail = {"reason": data_dict["reason"]}
    store.record(row["id"], "unlocked", access.person(context).id, detail=detail)
    entry.commit(context)
    return {"edition": row["edition"], "state": "open", "version": row["version"] + 1}


def _questions(found: Instrument, references: Iterable[str]) -> list[str]:
    wanted = [entry.question(found, each).id for each in dict.fromkeys(references)]
    return wanted or [question.id for question in found.questions]


def _office(edition: str, reference: str) -> dict[str, Any]:
    """Return an office by id or name; one that was asked and deleted since too."""
    return organizations.by_reference([reference], gone=_asked(store.response(edition)))[0]


def _asked(response: dict[str, Any] | None) -> set[str]:
    return {office for _question, office in store.asked(response["id"])} if response else set()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
