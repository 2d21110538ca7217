"""What the secretary does after a page that shows what will happen: ask, accept, lock, unlock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.wrappers import Response as AnyResponse

from ckanext.pcio.dashboard.helpers import pcio_number
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.form import Instrument
from ckanext.pcio.survey.response import organizations

from .blueprint import pcio_survey
from .entrance import FORBIDDEN, refused
from .overview_acting import Errors, act, errors, instrument, secretary_only, show
from .overview_page import overview
from .overview_proposals import proposals
from .overview_views import BAD

Page = AnyResponse | str
Answer = Page | tuple[str, int]
_BOTH = ["GET", "POST"]


@pcio_survey.route("/<edition>/assign", endpoint="assign", methods=_BOTH)
def assign(edition: str) -> Answer:
    """Show who would be asked what, and ask."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    if tk.request.method == "GET":
        return _assign_page(found, {})
    form = tk.request.form
    asked = {
        "usual": "usual" in form,
        "questions": form.getlist("questions"),
        "organizations": form.getlist("organizations"),
        "deadline": form.get("deadline", ""),
    }
    if not asked["questions"]:
        return _bad(_assign_page(found, {"questions": [tk._("Choose the questions.")]}))
    try:
        told = act("pcio_survey_assign", {"edition": edition, **asked})
    except tk.ValidationError as refusal:
        return _bad(_assign_page(found, errors(refusal)))
    text = tk._("{offices} offices are asked; {pairs} answers are expected in all.")
    tk.h.flash_success(
        text.format(offices=pcio_number(len(told["offices"])), pairs=pcio_number(told["assigned"]))
    )
    return tk.redirect_to("pcio_survey.overview", edition=edition)


@pcio_survey.route("/<edition>/unassign", endpoint="unassign", methods=["POST"])
def unassign(edition: str) -> Answer:
    """Take questions back from offices."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    form = tk.request.form
    asked = {name: form.getlist(name) for name in ("questions", "organizations")}
    if "every" in form:
        asked["questions"] = [question.id for question in found.questions]
    nothing = {
        "questions": [tk._("Choose the questions.")],
        "organizations": [tk._("Name the offices to be asked.")],
    }
    lacking = {name: nothing[name] for name, chosen in asked.items() if not chosen}
    if lacking:
        return _bad(_assign_page(found, lacking))
    try:
        told = act("pcio_survey_unassign", {"edition": edition, **asked})
    except tk.ValidationError as refusal:
        return _bad(_assign_page(found, errors(refusal)))
    if told["removed"]:
        text = tk._("{count} questions were taken back. What offices wrote stays.")
        tk.h.flash_success(text.format(count=pcio_number(told["removed"])))
    else:
        tk.h.flash_notice(tk._("The chosen offices were not asked the chosen questions."))
    return tk.redirect_to("pcio_survey.overview", edition=edition)


@pcio_survey.route("/<edition>/accept", endpoint="accept", methods=_BOTH)
def accept(edition: str) -> Answer:
    """Show what the catalog proposes, and confirm what is chosen of it."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    if tk.request.method == "GET":
        return _accept_page(found, {})
    form = tk.request.form
    chosen = form.getlist("questions")
    if not chosen:
        return _bad(_accept_page(found, {"questions": [tk._("Choose the proposals.")]}))
    seen = json.dumps({each: form.get(f"seen:{each}", "") for each in chosen})
    try:
        told = act("pcio_answer_accept", {"edition": edition, "questions": chosen, "seen": seen})
    except tk.ValidationError as refusal:
        return _bad(_accept_page(found, errors(refusal), chosen))
    if told["confirmed"]:
        text = tk._("{count} answers are confirmed as the catalog proposes them.")
        tk.h.flash_success(text.format(count=len(told["confirmed"])))
    else:
        tk.h.flash_notice(tk._("These answers were confirmed before; nothing was changed."))
    return tk.redirect_to("pcio_survey.overview", edition=edition)


@pcio_survey.route("/<edition>/lock", endpoint="lock", methods=_BOTH)
def lock(edition: str) -> Answer:
    """Say what locking means and what is not ready, and lock."""
    return _turned(edition, "pcio_survey_lock", "open", tk._("The survey is locked."))


@pcio_survey.route("/<edition>/unlock", endpoint="unlock", methods=_BOTH)
def unlock(edition: str) -> Answer:
    """Ask why a locked survey is opened again, and open it."""
    instrument(edition)
    if answer := refused(edition):
        return answer
    if not tk.h.check_access("pcio_survey_unlock"):
        tk.abort(FORBIDDEN, tk._("Only a system administrator opens a locked survey."))
    return _turned(edition, "pcio_survey_unlock", "locked", tk._("The survey is open again."))


def _turned(edition: str, action: str, state: str, sentence: str) -> Answer:
    """Show the page of a step that changes the survey's state, and take the step."""
    found = instrument(edition)
    if answer := refused(edition):
        return answer
    if tk.request.method == "GET":
        return _turning_page(found, state, {})
    form = tk.request.form
    given = {name: form.get(name, "") for name in ("version", "reason")}
    try:
        act(action, {"edition": edition, **given})
    except tk.ValidationError as refusal:
        return _bad(_turning_page(found, state, errors(refusal)))
    tk.h.flash_success(sentence)
    return tk.redirect_to("pcio_survey.overview", edition=edition)


def _bad(page: Page) -> Answer:
    """Return a page that says what was wrong, with the status that says so too."""
    return (page, BAD) if isinstance(page, str) else page


def _turning_page(found: Instrument, state: str, refusals: Errors) -> Page:
    told = show(found.id)
    secretary_only(told)
    if told["state"] != state:
        if refusals:
            # Sent twice, or somebody was quicker.
            is_locked, is_open = tk._("The survey is locked."), tk._("The survey is open.")
            tk.h.flash_notice(is_locked if told["state"] == "locked" else is_open)
        return tk.redirect_to("pcio_survey.overview", edition=found.id)
    template = "lock" if state == "open" else "unlock"
    extra = {
        "page": overview(found, told, {}, today_in_thailand(), pcio_language()),
        "reason": tk.request.form.get("reason", ""),
    }
    return _render(f"pcio/survey/overview_{template}.html", found, told, refusals, extra)


def _assign_page(found: Instrument, refusals: Errors) -> Page:
    told = show(found.id)
    secretary_only(told)
    if told["state"] != "open":
        return tk.redirect_to("pcio_survey.overview", edition=found.id)
    questions, offices, unnamed = _usual(found)
    form = tk.request.form
    extra = {
        "page": overview(found, told, {}, today_in_thailand(), pcio_language()),
        "usual": offices,
        "usual_questions": questions,
        "unnamed": unnamed,
        "offices": organizations.named(organizations.with_members()),
        "chosen": {name: form.getlist(name) for name in ("questions", "organizations")},
        "deadline": form.get("deadline", ""),
    }
    return _render("pcio/survey/overview_assign.html", found, told, refusals, extra)


def _usual(found: Instrument) -> tuple[list[str], list[dict[str, Any]], list[str]]:
    """Return the questions of the committee's list, who would be asked, and what stops the rest."""
    every = [question.id for question in found.questions]
    asked = {"edition": found.id, "usual": True, "preview": True}
    try:
        return every, act("pcio_survey_assign", {**asked, "questions": every})["offices"], []
    except tk.ValidationError as refusal:
        others = [each.id for each in found.questions if each.asks == "every_office"]
        told = act("pcio_survey_assign", {**asked, "questions": others})
        return others, told["offices"], [said for each in errors(refusal).values() for said in each]


def _accept_page(found: Instrument, refusals: Errors, chosen: list[str] | None = None) -> Page:
    told = show(found.id, brief=False)
    secretary_only(told)
    if told["state"] != "open":
        return tk.redirect_to("pcio_survey.overview", edition=found.id)
    extra = {"proposals": proposals(found, told, pcio_language()), "chosen": chosen}
    return _render("pcio/survey/overview_accept.html", found, told, refusals, extra)


def _render(
    template: str,
    found: Instrument,
    told: Mapping[str, Any],
    refusals: Errors,
    extra: dict[str, Any],
) -> str:
    known = {"edition": found.id, "told": told, "errors": refusals, "version": told["version"]}
    return tk.render(template, {**known, **extra})
