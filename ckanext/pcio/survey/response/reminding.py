"""Letters to offices about what they have not sent yet; no letter ever stops anything."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.lib import mailer

from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.instrument import load_instrument

from . import organizations, store
from .model import ASSIGNMENT
from .offices import UNWRITTEN, WRITTEN

log = logging.getLogger(__name__)


def waiting(response: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the questions each office was asked and has not sent yet, by office.

    What the answers so far make the form skip waits for nobody, nor does what the committee has
    confirmed; an office that was deleted owes nothing.
    """
    response_id = response["id"]
    answers = store.answers(response_id)
    chosen = {key: row["answer"].get("option") for key, row in answers.items()}
    skipped = load_instrument(response["edition"]).skipped(chosen)
    settled = {key for key, row in answers.items() if row["state"] == "confirmed"}
    sent = store.sent(response_id)
    found: dict[str, list[str]] = defaultdict(list)
    for row in store.assignments(response_id):
        question, office = row["question_id"], row["organization_id"]
        if question not in skipped and question not in settled and (question, office) not in sent:
            found[office].append(question)
    there = organizations.active(found)
    return {office: questions for office, questions in found.items() if office in there}


def due(response: Mapping[str, Any], until: date, since: datetime) -> list[str]:
    """Return the offices that wait with something due by `until`, not reminded after `since`."""
    left = waiting(response)
    found = set()
    for row in store.assignments(response["id"]):
        office, deadline = row["organization_id"], row["deadline"] or response["deadline"]
        waits = row["question_id"] in left.get(office, ())
        rested = row["reminded_at"] is None or row["reminded_at"] <= since
        if waits and rested and deadline and deadline <= until:
            found.add(office)
    return sorted(found)


def later(response: Mapping[str, Any], offices: Sequence[str]) -> None:
    """Let the background worker write to the offices."""
    if not offices:
        return
    try:
        # The worker has no request to take the portal's address from.
        address = tk.h.url_for("pcio_survey.overview", edition=response["edition"], qualified=True)
        arguments = [response["edition"], list(offices), address]
        tk.enqueue_job(write, arguments, title="pcio: offices are reminded of the survey")
    except Exception:  # that the queue is down must not undo what was done
        log.exception("offices could not be reminded of %s", response["edition"])


def write(edition: str, offices: list[str], address: str) -> None:
    """Write to the editors and admins of offices that still have to answer."""
    response = store.response(edition)
    if response is None or response["state"] != "open":
        return
    left = waiting(response)
    language = pcio_language()
    for office in offices:
        questions = left.get(office)
        if questions:
            subject, body = letter(response, questions, address, language)
            letters = sum(_send(user, subject, body) for user in _people(office))
            _note(response["id"], office, letters)
    model.Session.commit()


def letter(
    response: Mapping[str, Any], questions: Sequence[str], address: str, language: str
) -> tuple[str, str]:
    """Return subject and text of a letter."""
    subject = Message(N_("The readiness survey waits for answers of your office"))
    if response["deadline"]:
        day = format_date(response["deadline"], language)
        text = N_(
            "{count} questions wait for your office until {deadline}: {questions}\n"
            "Please answer here: {address}"
        )
    else:
        day = ""
        text = N_(
            "{count} questions wait for your office: {questions}\nPlease answer here: {address}"
        )
    params = {
        "count": len(questions),
        "deadline": day,
        "questions": ", ".join(questions),
        "address": address,
    }
    return subject.text(language), Message(text, params).text(language)


def _send(user: model.User, subject: str, body: str) -> bool:
    try:
        mailer.mail_user(user, subject, body)
    except mailer.MailerException as error:
        log.warning("no reminder of the survey to %s: %s", user.name, error)
        return False
    return True


def _note(response_id: str, office: str, letters: int) -> None:
    """Remember whether an office was written to; one nobody could write to was not reminded."""
    kind = WRITTEN if letters else UNWRITTEN
    store.record(response_id, kind, "", organization=office, detail={"letters": letters})
    if not letters:
        return
    model.Session.execute(
        sa.update(ASSIGNMENT)
        .where(ASSIGNMENT.c.response_id == response_id, ASSIGNMENT.c.organization_id == office)
        .values(reminded_at=store.now())
    )


def _people(office: str) -> list[model.User]:
    member, user = model.Member, model.User
    query = (
        sa.select(user)
        .join(member, member.table_id == user.id)
        .where(
            member.table_name == "user",
            member.state == model.State.ACTIVE,
            member.group_id == office,
            member.capacity.in_(authz.get_roles_with_permission("update_dataset")),
            user.state == model.State.ACTIVE,
            user.email.is_not(None),
        )
        .distinct()
    )
    return list(model.Session.scalars(query))
