"""A question's page as it is shown, filled from what is stored or from what was not saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import ckan.plugins.toolkit as tk
from werkzeug.datastructures import MultiDict

from ckanext.pcio.dashboard.measures import EVIDENCE_SLICES, REGISTERS, SLICES
from ckanext.pcio.survey.answer import AnswerRefused, read
from ckanext.pcio.survey.places import codes, places

from . import question_page
from .control_records import Proof
from .question_page import Written
from .question_prefill import with_rows
from .question_reading import Asked, Row
from .question_saving import WHOLE

changed = replace


def page(asked: Asked, written: Written | None = None) -> str:
    """Render the page; `written` is what somebody wrote in one of its forms."""
    told, language = asked.told, asked.language
    offices = [each["organization"] for each in asked.mine]
    office = _office(asked, written, offices)
    form = _form(asked, office, written)
    given = question_page.contributions(asked.question, told, asked.links, language)
    return tk.render(
        "pcio/survey/question.html",
        {
            "asked": asked,
            "survey": asked.survey,
            "told": told,
            "head": question_page.head(asked.instrument, asked.question, told, language),
            "deadline": _deadline(asked),
            "proposal": proposed(asked),
            "behind": _behind(asked),
            "then": question_page.proposal(asked.question, told.get("proposal_then"), language),
            "given": given if asked.secretary else [],
            "waiting": _waiting(asked, given),
            "form": form,
            "office": office,
            "own": _own(asked, given, office),
            "lost": _lost(asked, written, form),
            "answer": _answer(asked),
            "proofs": [] if office else _proofs(asked, written),
            "problem": (written.problems if written else {}).get(WHOLE, ""),
            "written": written,
            "improvements": _improvements(asked),
        },
    )


def history(asked: Asked) -> str:
    """Render what happened to the answer, newest first."""
    data = {"edition": asked.edition, "question": asked.question.id, "lang": asked.language}
    try:
        rows = tk.get_action("pcio_survey_history")({}, data)["results"]
    except tk.ObjectNotFound:  # nothing happens to a survey that was not opened
        rows = []
    return tk.render(
        "pcio/survey/question_history.html",
        {
            "asked": asked,
            "head": question_page.head(
                asked.instrument, asked.question, asked.told, asked.language
            ),
            "rows": [_event(asked, row) for row in reversed(rows)],
        },
    )


def prefilled(asked: Asked, args: MultiDict[str, str]) -> Written | None:
    """Return what the address asks the form to be filled with; None: what is saved.

    `from` is "proposal" or the id of an office, `rows` are ids of offices whose rows are added.
    """
    told = asked.told
    if not asked.secretary or not asked.answerable or told["state"] == "confirmed":
        return None
    answer, text, source, said = told["answer"], told["reason"], "", ""
    sent = {c["organization"]: c for c in told["contributions"] if c["state"] == "sent"}
    start = args.get("from", "")
    proposal = proposed(asked) if start == "proposal" else None
    if proposal and proposal["answer"]:
        answer, source = proposal["answer"], tk._("the catalog's proposal")
    elif start in sent:
        answer, source = sent[start]["answer"], sent[start]["title"]
    chosen = [sent[each] for each in args.getlist("rows") if each in sent]
    if chosen:
        merged = with_rows(asked.question, answer, [each["answer"] for each in chosen])
        answer, source = merged.answer, ", ".join(each["title"] for each in chosen)
        said = tk._("{added} rows were added.").format(added=merged.added)
        if merged.left:
            left = tk._("{left} rows did not fit: the form has no room for more, or no table.")
            said = f"{said} {left.format(left=merged.left)}"
    if not source:
        return None
    return Written(answer=answer, text=text, source=source, done=said)


def proposed(asked: Asked) -> dict[str, Any] | None:
    """Return what the catalog proposes, laid out for the page."""
    found = question_page.proposal(asked.question, asked.told["proposal"], asked.language)
    return found and {**found, "computed_at": asked.survey["computed_at"]}


def is_saved(asked: Asked, written: Written) -> bool:
    """Whether what was written is what is saved."""
    told: Row = asked.told
    text = told["reason"]
    if written.office:
        given = [c for c in told["contributions"] if c["organization"] == written.office]
        told = given[0] if given else {"answer": {}}
        text = told.get("note", "")
    try:
        answer = read(asked.question, written.answer)
    except AnswerRefused:
        return False
    blank = read(asked.question, {})
    return (told["answer"] or blank) == answer and text == written.text


def _office(asked: Asked, written: Written | None, offices: list[str]) -> str:
    """Return the office whose form the page shows; blank: the secretary's."""
    wanted = written.office if written else tk.request.args.get("office", "")
    if wanted in offices:
        return wanted
    return "" if asked.secretary or not offices else offices[0]


def _form(asked: Asked, office: str, written: Written | None) -> question_page.Form | None:
    if not asked.answerable:
        return None
    mine = written if written and written.office == office else None
    if not office:
        confirmed = asked.told["state"] == "confirmed"
        if not asked.secretary or (confirmed and not _differs(asked, mine)):
            return None
        return question_page.secretary_form(
            asked.question, asked.told, mine, asked.links, asked.language
        )
    put = asked.put_to(office)
    if put is None:
        return None
    form = question_page.office_form(
        asked.question, asked.told, put, mine, asked.links, asked.language
    )
    # What was sent is read; who wants to change it takes it back first.
    return None if form.state == "sent" and mine is None else form


def _differs(asked: Asked, mine: Written | None) -> bool:
    """Whether the secretary wrote something else than what is confirmed."""
    return mine is not None and mine.answer != asked.told["answer"]


def _own(asked: Asked, given: list[dict[str, Any]], office: str) -> list[dict[str, Any]]:
    """Return what the reader's offices sent, the one whose form may be shown first."""
    if asked.secretary and not office:
        return []
    known = {each["organization"] for each in asked.mine}
    found = [each for each in given if not asked.secretary or each["organization"] == office]
    return [{**each, "mine": each["organization"] in known} for each in found]


def _lost(asked: Asked, written: Written | None, form: question_page.Form | None) -> Any:
    """Return what somebody wrote where there is no form any more to keep it in."""
    if written is None or (form is not None and form.written is written):
        return None
    if not written.office and not _differs(asked, written):
        return None
    if not (written.answer.get("option") or written.answer.get("values") or written.text):
        return None
    return {
        "text": written.text,
        "controls": question_page.read_only(
            asked.question, written.answer, (), asked.links, asked.language
        ),
    }


def _answer(asked: Asked) -> Any:
    """Return the answer as it reads; a draft is for the secretary only."""
    told = asked.told
    if told["state"] == "none" or (told["state"] == "draft" and not asked.secretary):
        return None
    return question_page.read_only(
        asked.question, told["answer"], told["counting"], asked.links, asked.language
    )


def _proofs(asked: Asked, written: Written | None) -> list[Any]:
    """Return where a confirmed answer still lacks evidence, which may be attached as it stands."""
    told = asked.told
    if not (asked.secretary and asked.answerable and told["state"] == "confirmed"):
        return []
    lacking = {each["place"] for each in told["missing"] if each["lack"] == "evidence"}
    problems, begun = (written.problems, written.begun) if written else ({}, {})
    return [
        {
            "text": place.text.text(asked.language),
            "proof": Proof(
                place=place.path,
                anchor=place.path,
                takes=place.evidence,
                pieces=(),
                problem=problems.get(f"evidence:{place.path}", ""),
                url=begun.get(place.path, ("", ""))[0],
                passage=begun.get(place.path, ("", ""))[1],
            ),
        }
        for place in places(asked.question, told["answer"])
        if place.kind == "evidence" and place.evidence and place.path in lacking
    ]


def _deadline(asked: Asked) -> str | None:
    own = [each["deadline"] for each in asked.mine if each["deadline"]]
    return min(own) if own else asked.survey["deadline"]


def _waiting(asked: Asked, given: list[dict[str, Any]]) -> list[Row]:
    """Return the offices that were asked and have not sent anything; for the secretary."""
    if not asked.secretary:
        return []
    sent = {each["organization"] for each in given}
    return [
        each
        for each in asked.told["assignments"]
        if each["organization"] not in sent and not each["gone"]
    ]


def _behind(asked: Asked) -> dict[str, Any]:
    """Return the lists the proposal rests on, and whether the worklist knows the question."""
    option = (asked.told["proposal"] or {}).get("option")
    slices = EVIDENCE_SLICES.get(asked.question.id, {})
    name = next((slices[each] for each in codes(option) if each in slices), None)
    return {
        "slice": SLICES.get(name or ""),
        "registers": REGISTERS.get(asked.question.id, ()),
        "worklist": bool(slices),
    }


def _improvements(asked: Asked) -> list[Any]:
    """Return what would raise the answer, for those who can do something about it."""
    if asked.survey["state"] == "locked" or asked.told["proposal"] is None:
        return []
    data = {"edition": asked.edition, "question": asked.question.id, "lang": asked.language}
    try:
        found = tk.get_action("pcio_improvement_list")({}, data)["questions"]
    except (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound):
        return []
    return [each for each in found if each["question"] == asked.question.id]


def _event(asked: Asked, row: Row) -> dict[str, Any]:
    detail = row["detail"]
    return {
        **row,
        "before": _stood(asked, detail.get("before")),
        "after": _stood(asked, detail.get("after")),
        "reason": detail.get("reason") or "",
        "note": detail.get("note") or "",
    }


def _stood(asked: Asked, answer: Any) -> Any:
    if not isinstance(answer, Mapping):
        return None
    return question_page.read_only(asked.question, answer, (), asked.links, asked.language)
