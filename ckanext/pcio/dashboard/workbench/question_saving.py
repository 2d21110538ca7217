"""Writing what was posted from a question's page: evidence at its places, then the answer.

Each piece of evidence stands for itself: one that fits is kept whatever becomes of the answer
beside it, so that nobody has to send a large file twice because of a wrong number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.pcio.standard.helpers import pcio_language, pcio_messages
from ckanext.pcio.survey.answer import AnswerRefused, read
from ckanext.pcio.survey.places import evidence_texts, places

from . import form_data, form_names
from .question_page import SECRETARY, Written, office_prefix
from .question_reading import Asked

Row = Mapping[str, Any]
WHOLE = "*"
"""Problems of the form as a whole stand at this place."""
_FORM_AS_WHOLE = ("edition", "question", "organizations", "organization", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A form that was posted."""

    written: Written
    version: str
    given: tuple[form_data.Given, ...]
    begun: Mapping[str, tuple[str, str]]
    """By place the address and the passage that were written."""
    files: bool
    """Whether any file was sent."""
    unasked: tuple[str, ...] = ()
    """Places at which evidence was sent and the answer asks for none."""

    @property
    def untouched(self) -> Written:
        """What was written, with all that stands beside the answer: to be shown as it was sent."""
        return replace(self.written, begun=self.begun, files_again=self.files)


@dataclass(slots=True)
class _Outcome:
    problems: dict[str, str] = field(default_factory=dict)
    conflict: bool = False
    saved: bool = False
    kept: list[str] = field(default_factory=list)
    files_again: bool = False
    begun: dict[str, tuple[str, str]] = field(default_factory=dict)

    def refuse(self, place: str, text: str) -> None:
        before = self.problems.get(place)
        self.problems[place] = f"{before} {text}" if before and before != text else text


def posted(asked: Asked, office: str, answer: Row | None = None) -> Posted:
    """Read the form of the secretary, or of an office where `office` is its id.

    `answer` is what the form is about where it brings only evidence.
    """
    form, files = tk.request.form, tk.request.files
    prefix = office_prefix(office) if office else SECRETARY
    if answer is None:
        answer = form_data.read(asked.question, form, prefix)
    text = form.get("note" if office else "reason", "").replace("\r\n", "\n").strip()
    return Posted(
        written=Written(office=office, answer=answer, text=text),
        version=form.get("version", "0"),
        given=form_data.evidence(asked.question, answer, form, files),
        begun=_begun(asked, answer),
        files=any(each.filename for each in files.values()),
        unasked=form_data.unasked(asked.question, answer, form, files),
    )


def save_answer(asked: Asked, sent: Posted, *, confirm: bool) -> Written | None:
    """Write the province's answer; return what was not saved and why, or None where all was."""

    def write(answer: Row) -> None:
        tk.get_action("pcio_answer_update")(
            {},
            {
                "edition": asked.edition,
                "question": asked.question.id,
                "answer": answer,
                "reason": sent.written.text,
                "confirm": confirm,
                "version": sent.version,
            },
        )

    nothing = tk._("Nothing is answered yet, so there is nothing to confirm.")
    return _save(asked, sent, write, nothing if confirm else "")


def save_contribution(asked: Asked, sent: Posted, *, send: bool) -> Written | None:
    """Write what an office answers; return what was not saved and why, or None where all was."""

    def write(answer: Row) -> None:
        tk.get_action("pcio_contribution_update")(
            {},
            {
                "edition": asked.edition,
                "question": asked.question.id,
                "organization": sent.written.office,
                "answer": answer,
                "note": sent.written.text,
                "send": send,
                "version": sent.version,
            },
        )

    nothing = tk._("Nothing is answered yet. Answer, attach evidence or write a note, then send.")
    said = sent.given or sent.written.text or _attached(asked, sent.written.office)
    return _save(asked, sent, write, nothing if send and not said else "")


def attach(asked: Asked, sent: Posted) -> Written | None:
    """Only attach the evidence that was posted; return what was refused, or None."""
    outcome = _Outcome()
    _attach(asked, sent, outcome)
    return _left(sent, outcome)


def _attached(asked: Asked, office: str) -> bool:
    """Whether the office has attached something to the question already."""
    put = asked.put_to(office)
    return bool(put and put["evidence"])


def _save(asked: Asked, sent: Posted, write: Callable[[Row], None], nothing: str) -> Written | None:
    """Attach and write; `nothing` refuses an answer that is blank, where it is not blank itself."""
    outcome = _Outcome()
    _attach(asked, sent, outcome)
    try:
        answer = read(asked.question, sent.written.answer)
    except AnswerRefused as refused:
        for problem in refused.problems:
            outcome.refuse(problem.place, problem.message.text(pcio_language()))
        return _left(sent, outcome)
    if nothing and answer == read(asked.question, {}):
        outcome.refuse(WHOLE, nothing)
        return _left(sent, outcome)
    try:
        write(answer)
        outcome.saved = True
    except tk.ValidationError as refused:
        model.Session.rollback()
        _explain(refused.error_dict, sent.written.office, outcome)
    except (tk.NotAuthorized, tk.ObjectNotFound) as refused:
        model.Session.rollback()
        outcome.refuse(WHOLE, _said(refused))
    return _left(sent, outcome)


def _begun(asked: Asked, answer: Row) -> dict[str, tuple[str, str]]:
    form = tk.request.form
    found = {
        place.path: (
            form.get(form_names.evidence(place.path, "url"), "").strip(),
            form.get(form_names.evidence(place.path, "passage"), "").strip(),
        )
        for place in places(asked.question, answer)
        if place.kind == "evidence"
    }
    return {place: each for place, each in found.items() if any(each)}


def _attach(asked: Asked, sent: Posted, outcome: _Outcome) -> None:
    for place in sent.begun.keys() - {each.place for each in sent.given}:
        text = tk._("Choose the file or give the address in which this passage stands.")
        outcome.refuse(f"evidence:{place}", text)
        outcome.begun[place] = sent.begun[place]
    for place in sent.unasked:
        where = evidence_texts(asked.question)[place].text(asked.language)
        text = tk._(
            "Evidence for “{place}” was not kept: the answer that was chosen asks for none there."
        )
        outcome.refuse(WHOLE, text.format(place=where))
    for each in sent.given:
        place = f"evidence:{each.place}"
        try:
            made = tk.get_action("pcio_evidence_create")(
                {},
                {
                    "edition": asked.edition,
                    "question": asked.question.id,
                    "place": each.place,
                    "upload": each.upload,
                    "url": each.url,
                    "passage": each.passage,
                    "organization": sent.written.office,
                },
            )
        except tk.ValidationError as refused:
            model.Session.rollback()
            outcome.files_again |= each.upload is not None
            outcome.begun[each.place] = (each.url, each.passage)
            whole = [key for key in _FORM_AS_WHOLE if key in refused.error_dict]
            for text in pcio_messages(refused.error_dict):
                outcome.refuse(WHOLE if whole else place, text)
        except (tk.NotAuthorized, tk.ObjectNotFound) as refused:
            model.Session.rollback()
            outcome.files_again |= each.upload is not None
            outcome.refuse(WHOLE, _said(refused))
        else:
            outcome.kept.append(made["name"] or made["url"])


def _explain(errors: Row, office: str, outcome: _Outcome) -> None:
    for key, found in errors.items():
        texts = pcio_messages(found)
        if key == "version":
            outcome.conflict = True
        elif key == ("note" if office else "reason"):
            outcome.problems[key] = " ".join(texts)
        else:
            for text in texts:
                outcome.refuse(WHOLE, text)


def _left(sent: Posted, outcome: _Outcome) -> Written | None:
    if not (outcome.problems or outcome.conflict):
        return None
    return replace(
        sent.written,
        problems=outcome.problems,
        conflict=outcome.conflict,
        saved=outcome.saved,
        kept=tuple(outcome.kept),
        files_again=outcome.files_again,
        begun=outcome.begun,
    )


def _said(refused: Any) -> str:
    return str(getattr(refused, "message", "") or refused) or tk._("You may not see this page.")
