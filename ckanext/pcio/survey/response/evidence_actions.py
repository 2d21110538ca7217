"""API actions of the evidence behind answers."""

from __future__ import annotations

import uuid
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.standard import values
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.form import Question
from ckanext.pcio.survey.places import every_evidence_place

from . import access, entry, evidence, schema, store


@validate(schema.evidence_create)
def pcio_evidence_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Attach a file or an address to an answer.

    The secretary attaches to the province's answer; with `organization`, an office (or the
    secretary in its name) to what it contributes.

    :param edition: id of the edition
    :param question: id of the question
    :param place: where in the answer, such as `partial` or `guidelines.data_catalog`
    :param upload: the file (optional)
    :param url: the address, where there is no file (optional)
    :param passage: where in it the proof stands, such as a page (optional)
    :param organization: id or name of the office that gives it (optional)

    :returns: `id`, `place`, `kind`, `name`, `url`, `size` and `sha256`
    """
    tk.check_access("pcio_evidence_create", context, data_dict)
    asked = entry.question(entry.instrument(data_dict["edition"]), data_dict["question"])
    place = _place(asked, data_dict["place"])
    address = _address(data_dict["url"])
    if bool(address) == bool(data_dict["upload"]):
        text = tk._("Give either a file or an address as evidence.")
        raise tk.ValidationError({"upload": [text]})
    response = entry.open_response(data_dict["edition"])
    office = _office(context, response, asked.id, data_dict["organization"])
    actor = access.person(context).id
    row: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "response_id": response["id"],
        "question_id": asked.id,
        "place": place,
        "organization_id": office,
        "kind": "url" if address else "file",
        "url": address or None,
        "passage": data_dict["passage"],
        "added_at": store.now(),
        "added_by": actor,
    }
    if not address:
        upload = data_dict["upload"]
        row.update(evidence.keep(row["id"], upload.filename, upload.stream))
    try:
        _note(context, row, actor)
    except BaseException:
        if not address:
            evidence.drop(row["id"])
        raise
    told = ("id", "place", "kind", "name", "url", "size", "sha256")
    return {name: row.get(name) for name in told}


def _note(context: Context, row: dict[str, Any], actor: str) -> None:
    store.add_evidence(row)
    name = row.get("name") or row["url"]
    store.record(
        row["response_id"],
        "attached",
        actor,
        question=row["question_id"],
        organization=row["organization_id"],
        detail={"evidence": row["id"], "place": row["place"], "name": name},
    )
    entry.commit(context)


@validate(schema.evidence_delete)
def pcio_evidence_delete(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a piece of evidence away; its file is kept until the survey is locked.

    :param id: id of the evidence

    :returns: `id`
    """
    tk.check_access("pcio_evidence_delete", context, data_dict)
    response = entry.open_response(_shown(context, data_dict["id"])["edition"])
    # Read again, because somebody else may have taken it away while this waited.
    row = _shown(context, data_dict["id"])
    who = access.person(context)
    if not who.secretary:
        if row["organization_id"] is None:
            raise tk.NotAuthorized(tk._("You may not take this evidence away."))
        entry.asked_office(context, response, row["question_id"], row["organization_id"])
    store.remove_evidence(row["id"], who.id)
    store.record(
        response["id"],
        "detached",
        who.id,
        question=row["question_id"],
        organization=row["organization_id"],
        detail={"evidence": row["id"], "place": row["place"], "name": row["name"] or row["url"]},
    )
    entry.commit(context)
    return {"id": row["id"]}


@tk.side_effect_free
@validate(schema.evidence_delete)
def pcio_evidence_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a piece of evidence; its file is given out by the page.

    :param id: id of the evidence

    :returns: `id`, `edition`, `question`, `place`, `kind`, `name`, `url`, `size`, `sha256`,
        `mimetype`, `passage` and `added_at`
    """
    tk.check_access("pcio_evidence_show", context, data_dict)
    row = _shown(context, data_dict["id"])
    told = ("id", "edition", "place", "kind", "name", "url", "size", "sha256", "mimetype")
    return {
        **{name: row[name] for name in told},
        "question": row["question_id"],
        "passage": row["passage"],
        "added_at": row["added_at"].isoformat(),
    }


def _shown(context: Context, evidence_id: str) -> dict[str, Any]:
    row = store.one_evidence(evidence_id)
    who = access.person(context)
    if row is None or row["removed_at"] is not None:
        raise tk.ObjectNotFound(tk._("There is no such evidence."))
    if not _sees(who, row):
        raise tk.NotAuthorized(tk._("This evidence is another office's."))
    return row


def _sees(who: access.Person, row: dict[str, Any]) -> bool:
    office = row["organization_id"]
    if office in who.belongs or row["added_by"] == who.id:
        return True
    if office is None:
        # What the committee attached is read with the province's answer: once it is confirmed.
        return who.secretary or row["question_id"] in store.confirmed(row["response_id"])
    # What an office attached to a draft is its own, like the draft.
    sent = (row["question_id"], office) in store.sent(row["response_id"])
    return who.secretary and sent


def _place(asked: Question, place: str) -> str:
    if place in every_evidence_place(asked):
        return place
    raise tk.ValidationError({"place": [tk._("The form asks for no evidence there.")]})


def _address(url: str) -> str:
    if not url:
        return ""
    try:
        return values.url(url)
    except values.Refused as refused:
        raise tk.ValidationError({"url": [refused.message.text(pcio_language())]}) from refused


def _office(
    context: Context, response: dict[str, Any], question: str, reference: str
) -> str | None:
    if reference:
        return entry.asked_office(context, response, question, reference)["id"]
    if not access.person(context).secretary:
        text = tk._("Say for which office you attach this.")
        raise tk.ValidationError({"organization": [text]})
    return None
