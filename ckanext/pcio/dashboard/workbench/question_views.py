"""One question of a survey: its proposal, what offices gave, the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.standard.helpers import pcio_messages

from . import question_evidence, question_saving, question_show
from .blueprint import pcio_survey
from .entrance import FORBIDDEN, refused
from .question_page import Written
from .question_reading import Asked, ask
from .question_saving import WHOLE

__all__ = ["question_evidence"]

REFUSED = 400
CONFLICT = 409
_AT = "/<edition>/question/<question>"


@pcio_survey.route(_AT)
def question(edition: str, question: str) -> AnyResponse | str:
    """Show a question with everything that is known about it."""
    if answer := refused(edition):
        return answer
    asked = ask(edition, question)
    return question_show.page(asked, question_show.prefilled(asked, tk.request.args))


@pcio_survey.route(f"{_AT}/history")
def question_history(edition: str, question: str) -> AnyResponse | str:
    """Tell everything that happened to the answer."""
    if answer := refused(edition):
        return answer
    return question_show.history(ask(edition, question))


@pcio_survey.route(f"{_AT}/answer", methods=["POST"])
def answer(edition: str, question: str) -> AnyResponse | str:
    """Save the province's answer, or confirm it; or take the proposal as it is."""
    if gone := refused(edition):
        return gone
    asked = ask(edition, question)
    _only_secretary(asked)
    wanted = tk.request.form.get("do", "save")
    if wanted == "use":
        return _use_proposal(asked)
    if wanted == "attach":
        sent = question_saving.posted(asked, "", asked.told["answer"])
        left = question_saving.attach(asked, sent)
        return _after(asked, left, tk._("The evidence was attached."))
    sent = question_saving.posted(asked, "")
    confirm = wanted == "confirm"
    left = question_saving.save_answer(asked, sent, confirm=confirm)
    said = tk._("The answer was confirmed.") if confirm else tk._("The draft was saved.")
    return _after(asked, left, said)


@pcio_survey.route(f"{_AT}/reopen", methods=["POST"])
def reopen(edition: str, question: str) -> AnyResponse | str:
    """Take back the confirmation of an answer."""
    if gone := refused(edition):
        return gone
    asked = ask(edition, question)
    _only_secretary(asked)

    def act() -> None:
        tk.get_action("pcio_answer_reopen")({}, _version(asked))

    return _simply(asked, act, tk._("The answer is open again, as a draft."))


@pcio_survey.route(f"{_AT}/contribution/<organization>", methods=["POST"])
def contribute(edition: str, question: str, organization: str) -> AnyResponse | str:
    """Save what an office answers, or send it."""
    if gone := refused(edition):
        return gone
    asked = ask(edition, question)
    sent = question_saving.posted(asked, organization)
    send = tk.request.form.get("do") == "send"
    left = question_saving.save_contribution(asked, sent, send=send)
    said = tk._("Your answer was sent to the secretary.") if send else tk._("The draft was saved.")
    return _after(asked, left, said)


@pcio_survey.route(f"{_AT}/contribution/<organization>/withdraw", methods=["POST"])
def withdraw(edition: str, question: str, organization: str) -> AnyResponse | str:
    """Take back what an office sent."""
    if gone := refused(edition):
        return gone
    asked = ask(edition, question)

    def act() -> None:
        wanted = {**_version(asked), "organization": organization}
        tk.get_action("pcio_contribution_withdraw")({}, wanted)

    said = tk._("What your office sent was taken back; it is a draft again.")
    return _simply(asked, act, said, organization)


@pcio_survey.route(f"{_AT}/evidence/<evidence_id>/delete", methods=["POST"])
def evidence_delete(edition: str, question: str, evidence_id: str) -> AnyResponse | str:
    """Ask, and take a piece of evidence away; what is written beside it stays in the form."""
    if gone := refused(edition):
        return gone
    asked = ask(edition, question)
    office = tk.request.form.get("office", "")
    written = question_saving.posted(asked, office).untouched
    try:
        piece = tk.get_action("pcio_evidence_show")({}, {"id": evidence_id})
        if tk.request.form.get("confirmed") == "yes":
            return _taken_away(asked, written, piece)
    except tk.ValidationError as error:
        model.Session.rollback()
        return _refuse(asked, written, {WHOLE: " ".join(pcio_messages(error.error_dict))})
    except (tk.ObjectNotFound, tk.NotAuthorized) as error:
        model.Session.rollback()
        return _refuse(asked, written, {WHOLE: str(error.message or "")})
    asking = None if tk.request.form.get("confirmed") == "no" else piece
    return question_show.page(asked, question_show.changed(written, deleting=asking))


def _taken_away(asked: Asked, written: Written, piece: Mapping[str, Any]) -> AnyResponse | str:
    tk.get_action("pcio_evidence_delete")({}, {"id": piece["id"]})
    said = tk._("“{name}” was taken away.").format(name=piece["name"] or piece["url"])
    asked = ask(asked.edition, asked.question.id)
    if question_show.is_saved(asked, written) and not (written.begun or written.files_again):
        tk.h.flash_success(said)
        return _back(asked, written.office)
    return question_show.page(asked, question_show.changed(written, done=said))


def _use_proposal(asked: Asked) -> AnyResponse | str:
    """Confirm what the catalog proposes, as long as it is what the secretary saw."""
    proposal = question_show.proposed(asked)
    if proposal is None or proposal["digest"] != tk.request.form.get("digest"):
        text = tk._("The catalog proposes something else by now. Please look at it first.")
        return _refuse(asked, Written(answer=asked.told["answer"]), {WHOLE: text})

    def act() -> None:
        wanted = {**_version(asked), "answer": proposal["answer"], "confirm": True}
        tk.get_action("pcio_answer_update")({}, wanted)

    return _simply(asked, act, tk._("The answer was confirmed as the catalog proposes it."))


def _simply(
    asked: Asked, act: Callable[[], None], said: str, office: str = ""
) -> AnyResponse | str:
    """Do something that brings no text along."""
    try:
        act()
    except tk.ValidationError as error:
        model.Session.rollback()
        texts = pcio_messages(error.error_dict)
        if "version" in error.error_dict:
            texts = [tk._("Somebody changed this since you opened it. Look at it first.")]
        tk.h.flash_error(" ".join(texts))
        return _back(asked, office)
    except tk.NotAuthorized as error:
        model.Session.rollback()
        return tk.abort(FORBIDDEN, str(error.message or ""))
    except tk.ObjectNotFound as error:
        model.Session.rollback()
        return tk.abort(404, str(error.message or ""))
    tk.h.flash_success(said)
    return _back(asked, office)


def _after(asked: Asked, left: Written | None, said: str) -> AnyResponse | str:
    """Lead back to the page, or show it again with what was not saved."""
    office = left.office if left else tk.request.form.get("office", "")
    if left is None:
        tk.h.flash_success(said)
        return _back(asked, office)
    again = ask(asked.edition, asked.question.id)
    if left.conflict and not left.problems and question_show.is_saved(again, left):
        # The same sent twice, as an impatient finger does.
        return _back(asked, office)
    return _shown(again, left)


def _refuse(asked: Asked, written: Written, problems: Mapping[str, str]) -> AnyResponse:
    return _shown(asked, question_show.changed(written, problems=problems))


def _shown(asked: Asked, left: Written) -> AnyResponse:
    page = question_show.page(asked, left)
    return Response(page, CONFLICT if left.conflict else REFUSED)


def _back(asked: Asked, office: str) -> AnyResponse:
    chosen = {"office": office} if office else {}
    return tk.redirect_to(
        "pcio_survey.question", edition=asked.edition, question=asked.question.id, **chosen
    )


def _version(asked: Asked) -> dict[str, Any]:
    return {
        "edition": asked.edition,
        "question": asked.question.id,
        "version": tk.request.form.get("version", "0"),
    }


def _only_secretary(asked: Asked) -> None:
    if not asked.secretary:
        tk.abort(FORBIDDEN, tk._("Only the committee's secretary may do this."))
