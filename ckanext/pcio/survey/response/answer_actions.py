"""API actions of single answers: the secretary's, and what offices contribute to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.survey import kept
from ckanext.pcio.survey.proposed import agrees, answer_of

from . import access, entry, schema, store


@validate(schema.answer_update)
def pcio_answer_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Write the province's answer to a question, and confirm it where asked to.

    An answer that differs from what the catalog proposes needs a reason before it is confirmed;
    the proposal stays beside it.

    :param edition: id of the edition, such as `pcio-2567`
    :param question: id of the question, such as `P2.2.1.1`
    :param answer: `{"option": code, "values": {field: value}}`, as a mapping or as JSON
    :param reason: why it differs from the proposal (optional)
    :param confirm: whether the answer is final (optional, default false)
    :param version: version that was seen; 0 or left out where there was no answer yet

    :returns: `question`, `state`, `origin` and `version`
    """
    tk.check_access("pcio_answer_update", context, data_dict)
    asked = entry.question(entry.instrument(data_dict["edition"]), data_dict["question"])
    answer = entry.read_answer(asked, data_dict["answer"])
    response = entry.open_response(data_dict["edition"])
    stored = store.answers(response["id"]).get(asked.id)
    entry.check_version(stored, data_dict["version"])
    proposal = kept.proposals(data_dict["edition"]).get(asked.id)
    origin = _origin(asked, answer, proposal)
    if origin == "override" and data_dict["confirm"] and not data_dict["reason"]:
        text = tk._("Say why the answer differs from what the catalog proposes.")
        raise tk.ValidationError({"reason": [text]})
    row = _write(context, response, asked.id, stored, answer, origin, proposal, data_dict)
    entry.commit(context)
    return {"question": asked.id, **{name: row[name] for name in ("state", "origin", "version")}}


@validate(schema.answer_accept)
def pcio_answer_accept(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Confirm what the catalog proposes for several questions; all of them, or none.

    An answer that is confirmed already is left as it is. A proposal for a part of a question is
    nothing to confirm unread: it is refused where `seen` does not name it.

    :param edition: id of the edition
    :param questions: ids of the questions, as a list or joined by commas
    :param seen: by question the proposal and answer that were seen, `<version>:<digest>` (version
        of the answer, 0 where there was none; digest of the proposal), as a mapping or as JSON;
        one that is another by now is refused (optional)

    :returns: `confirmed` and `left`: ids of questions
    """
    tk.check_access("pcio_answer_accept", context, data_dict)
    found = entry.instrument(data_dict["edition"])
    wanted = [entry.question(found, each) for each in dict.fromkeys(data_dict["questions"])]
    response = entry.open_response(data_dict["edition"])
    answers = store.answers(response["id"])
    proposals = kept.proposals(data_dict["edition"])
    confirmed, left = [], []
    for asked in wanted:
        stored, proposal = answers.get(asked.id), proposals.get(asked.id)
        if stored and stored["state"] == "confirmed":
            left.append(asked.id)
            continue
        answer = answer_of(asked, proposal)
        if answer is None or proposal is None:
            text = tk._("Nothing is proposed for {question}.").format(question=asked.id)
            raise tk.ValidationError({"questions": [text]})
        if proposal.get("partial") and asked.id not in data_dict["seen"]:
            text = tk._("Only a part of {question} is proposed; answer the rest of it first.")
            raise tk.ValidationError({"questions": [text.format(question=asked.id)]})
        _check_seen(asked.id, stored, proposal, data_dict["seen"])
        values = {"confirm": True, "reason": ""}
        _write(context, response, asked.id, stored, answer, "proposal", proposal, values)
        confirmed.append(asked.id)
    entry.commit(context)
    return {"confirmed": confirmed, "left": left}


@validate(schema.answer_reopen)
def pcio_answer_reopen(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take back the confirmation of an answer; the answer itself stays as a draft.

    :param edition: id of the edition
    :param question: id of the question
    :param version: version that was seen

    :returns: `question`, `state` and `version`
    """
    tk.check_access("pcio_answer_reopen", context, data_dict)
    asked = entry.question(entry.instrument(data_dict["edition"]), data_dict["question"])
    response = entry.open_response(data_dict["edition"])
    stored = store.answers(response["id"]).get(asked.id)
    if stored is None:
        raise tk.ObjectNotFound(tk._("This question has no answer yet."))
    entry.check_version(stored, data_dict["version"])
    actor = access.person(context).id
    row = {
        **{name: stored[name] for name in ("origin", "answer", "reason", "proposal")},
        **{"state": "draft", "version": stored["version"] + 1},
        **{"changed_at": store.now(), "changed_by": actor},
        **{"confirmed_at": None, "confirmed_by": None},
    }
    store.write_answer(response["id"], asked.id, row)
    store.record(response["id"], "reopened", actor, question=asked.id)
    entry.commit(context)
    return {"question": asked.id, "state": "draft", "version": row["version"]}


@validate(schema.contribution_update)
def pcio_contribution_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Write what an office answers to a question put to it, and send it where asked to.

    :param edition: id of the edition
    :param question: id of the question
    :param organization: id or name of the office
    :param answer: `{"option": code, "values": {field: value}}`, as a mapping or as JSON
    :param note: a note to the secretary (optional)
    :param send: whether the secretary may use it now (optional, default false)
    :param version: version that was seen; 0 or left out where there was none yet

    :returns: `question`, `organization`, `state` and `version`
    """
    tk.check_access("pcio_contribution_update", context, data_dict)
    asked = entry.question(entry.instrument(data_dict["edition"]), data_dict["question"])
    answer = entry.read_answer(asked, data_dict["answer"])
    response = entry.open_response(data_dict["edition"])
    office = entry.asked_office(context, response, asked.id, data_dict["organization"])
    stored = _contribution(response["id"], asked.id, office["id"])
    entry.check_version(stored, data_dict["version"])
    actor, moment = access.person(context).id, store.now()
    row = {
        "state": "sent" if data_dict["send"] else "draft",
        "answer": answer,
        "note": data_dict["note"],
        "version": data_dict["version"] + 1,
        **{"changed_at": moment, "changed_by": actor},
        "sent_at": moment if data_dict["send"] else None,
    }
    store.write_contribution(response["id"], asked.id, office["id"], row)
    detail: dict[str, Any] = {"after": answer, "note": row["note"]}
    if not data_dict["send"]:
        # What an office had written before it sent something is nobody else's.
        detail["before"] = stored["answer"] if stored else None
    kind = "sent" if data_dict["send"] else "contributed"
    _told(response["id"], kind, actor, asked.id, office, detail)
    entry.commit(context)
    return {
        "question": asked.id,
        "organization": office["name"],
        "state": row["state"],
        "version": row["version"],
    }


@validate(schema.contribution_withdraw)
def pcio_contribution_withdraw(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take back what an office sent; it stays as its draft.

    :param edition: id of the edition
    :param question: id of the question
    :param organization: id or name of the office
    :param version: version that was seen

    :returns: `question`, `organization`, `state` and `version`
    """
    tk.check_access("pcio_contribution_withdraw", context, data_dict)
    asked = entry.question(entry.instrument(data_dict["edition"]), data_dict["question"])
    response = entry.open_response(data_dict["edition"])
    office = entry.asked_office(context, response, asked.id, data_dict["organization"])
    stored = _contribution(response["id"], asked.id, office["id"])
    if stored is None:
        raise tk.ObjectNotFound(tk._("The office has not answered this question yet."))
    entry.check_version(stored, data_dict["version"])
    actor = access.person(context).id
    row = {
        **{name: stored[name] for name in ("answer", "note")},
        **{"state": "draft", "version": stored["version"] + 1, "sent_at": None},
        **{"changed_at": store.now(), "changed_by": actor},
    }
    store.write_contribution(response["id"], asked.id, office["id"], row)
    _told(response["id"], "withdrawn", actor, asked.id, office)
    entry.commit(context)
    return {
        "question": asked.id,
        "organization": office["name"],
        "state": "draft",
        "version": row["version"],
    }


def _check_seen(
    question: str,
    stored: dict[str, Any] | None,
    proposal: Mapping[str, Any],
    seen: Mapping[str, str],
) -> None:
    """Refuse a proposal, or a draft, that is another than the one somebody looked at."""
    now = f"{stored['version'] if stored else 0}:{proposal['digest']}"
    if seen.get(question, now) != now:
        text = tk._("{question} has changed since you opened the page. Look at it again.")
        raise tk.ValidationError({"version": [text.format(question=question)]})


def _origin(asked: Any, answer: Mapping[str, Any], proposal: Mapping[str, Any] | None) -> str:
    if proposal is None or answer_of(asked, proposal) is None:
        return "own"
    return "proposal" if agrees(asked, answer, proposal) else "override"


def _write(
    context: Context,
    response: dict[str, Any],
    question: str,
    stored: dict[str, Any] | None,
    answer: Mapping[str, Any],
    origin: str,
    proposal: Mapping[str, Any] | None,
    data_dict: Mapping[str, Any],
) -> dict[str, Any]:
    actor, moment, confirm = access.person(context).id, store.now(), data_dict["confirm"]
    row = {
        **{"state": "confirmed" if confirm else "draft", "origin": origin, "answer": answer},
        "reason": data_dict["reason"] if origin == "override" else "",
        "proposal": proposal,
        "version": (stored["version"] if stored else 0) + 1,
        **{"changed_at": moment, "changed_by": actor},
        **{"confirmed_at": moment if confirm else None, "confirmed_by": actor if confirm else None},
    }
    store.write_answer(response["id"], question, row)
    detail = {
        "before": stored["answer"] if stored else None,
        "after": answer,
        "origin": origin,
        "reason": row["reason"],
    }
    kind = "confirmed" if confirm else "answered"
    store.record(response["id"], kind, actor, question=question, detail=detail)
    return row


def _contribution(response_id: str, question: str, organization: str) -> dict[str, Any] | None:
    return next(
        (
            row
            for row in store.contributions(response_id)
            if row["question_id"] == question and row["organization_id"] == organization
        ),
        None,
    )


def _told(
    response_id: str,
    kind: str,
    actor: str,
    question: str,
    office: Mapping[str, Any],
    detail: Mapping[str, Any] | None = None,
) -> None:
    store.record(
        response_id, kind, actor, question=question, organization=office["id"], detail=detail
    )
