"""A survey as the province answers it: what reports, the snapshot and the score are made from.

Everything here is plain data: `as_dict` and `from_dict` turn it into JSON and back, the same bytes
for the same form. A locked response is kept as such a form; later changes of the catalog cannot
touch it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from .form import Instrument, Question
from .proposed import LANGUAGES, answer_of, record
from .requirements import Missing, missing

if TYPE_CHECKING:
    from .assessment import Assessment

_T = TypeVar("_T")
Origin = Literal["proposal", "override", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file or an address behind an answer."""

    id: str
    place: str
    """Where in the answer (`survey.places`)."""
    kind: Literal["file", "url"]
    name: str = ""
    """What the file was called; never a path."""
    url: str = ""
    size: int | None = None
    """Bytes."""
    sha256: str = ""
    passage: str = ""
    """Where in it the proof stands, as the form wants it marked."""
    organization: str = ""
    """Title of the office that gave it; blank: the committee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledAnswer:
    """What stands on the form for one question."""

    question: str
    state: Literal["none", "draft", "confirmed"] = "none"
    origin: Origin | None = None
    answer: Mapping[str, Any] = field(default_factory=dict)
    """In the shape `survey.places` tells; empty where nobody answered."""
    reason: str = ""
    """Why it is answered otherwise than proposed."""
    proposal: Mapping[str, Any] | None = None
    """As `survey.kept` keeps it; None where nothing is proposed."""
    stale: bool = False
    """Whether the catalog has moved away from the answer since it was confirmed."""
    attachments: tuple[Attachment, ...] = ()
    confirmed_at: str = ""
    """ISO time, UTC."""

    @property
    def evidence(self) -> Mapping[str, Collection[str]]:
        """The kinds attached, by place, as `survey.requirements.missing` takes them."""
        found: dict[str, set[str]] = {}
        for attachment in self.attachments:
            found.setdefault(attachment.place, set()).add(attachment.kind)
        return found

    def missing(self, question: Question) -> tuple[Missing, ...]:
        """Return what the answer lacks."""
        return missing(question, self.answer, self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """One edition as one province answers it, at one moment."""

    edition: str
    province: str
    as_of: str
    """ISO day in Thailand."""
    state: Literal["proposals", "open", "locked"]
    """"proposals": only what a catalog proposes, nobody answered (`./pcio assess`)."""
    answers: tuple[FilledAnswer, ...]
    """One for each question of the edition, in the form's order."""
    counts: Mapping[str, Any] = field(default_factory=dict)
    """Counts of the catalog as `pcio_counts_show` tells them."""
    locked_at: str = ""
    source: str = ""
    """Address or name of the catalog proposals were drawn from; blank: this portal's own."""
    warnings: tuple[Mapping[str, str], ...] = ()
    """What was met while another catalog was read, each in both languages."""

    def answer(self, question: str) -> FilledAnswer:
        """Return the answer to a question; raises KeyError."""
        for each in self.answers:
            if each.question == question:
                return each
        raise KeyError(question)

    def skipped(self, instrument: Instrument) -> Mapping[str, str]:
        """Return the questions the answers make the form skip, and by which."""
        return instrument.skipped({a.question: a.answer.get("option") for a in self.answers})


def as_dict(form: FilledForm) -> dict[str, Any]:
    """Return the form as JSON values; `from_dict` is the way back."""
    return {
        "edition": form.edition,
        "province": form.province,
        "as_of": form.as_of,
        "state": form.state,
        "locked_at": form.locked_at,
        "source": form.source,
        "warnings": [dict(warning) for warning in form.warnings],
        "counts": dict(form.counts),
        "answers": [_answer_dict(answer) for answer in form.answers],
    }


def from_dict(data: Mapping[str, Any]) -> FilledForm:
    """Return the form that `as_dict` wrote, by this version of it or another."""
    answers = tuple(
        _of(
            FilledAnswer,
            {
                **answer,
                "attachments": tuple(
                    _of(Attachment, each) for each in answer.get("attachments", ())
                ),
            },
        )
        for answer in data["answers"]
    )
    warnings = tuple(data.get("warnings", ()))
    return _of(FilledForm, {**data, "warnings": warnings, "answers": answers})


def _of(kind: type[_T], data: Mapping[str, Any]) -> _T:
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in data.items() if name in known})


def digest(form: FilledForm) -> str:
    """Return the SHA-256 of a form: of a locked one what its snapshot was kept under."""
    text = json.dumps(as_dict(form), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def without_drafts(form: FilledForm) -> FilledForm:
    """Return a form as everybody but the secretary reads it: proposals and confirmed answers.

    That an answer is a draft is told, and nothing that stands in it; where none is written yet,
    only what offices attached. What a catalog proposes before the survey is opened is no draft.
    """
    if form.state == "proposals":
        return form
    return replace(form, answers=tuple(_without_draft(each) for each in form.answers))


def _without_draft(answer: FilledAnswer) -> FilledAnswer:
    if answer.state == "confirmed":
        return answer
    told = FilledAnswer(question=answer.question, state=answer.state, proposal=answer.proposal)
    if answer.state == "draft":
        return told
    return replace(told, attachments=tuple(a for a in answer.attachments if a.organization))


def from_assessment(assessment: Assessment) -> FilledForm:
    """Return the form as a catalog alone proposes to fill it; nobody has answered anything.

    The datasets behind proposals are counted in it and not listed (`report.lists`).
    """
    day = assessment.as_of.isoformat()
    proposals = {
        each.question: {
            **record(replace(each, evidence=()), day),
            "evidence_count": len(each.evidence),
        }
        for each in assessment.proposals
    }
    return FilledForm(
        edition=assessment.instrument.id,
        province=assessment.province,
        as_of=day,
        state="proposals",
        answers=tuple(
            as_proposed(question, proposals.get(question.id))
            for question in assessment.instrument.questions
        ),
        counts={whose: dict(assessment.counts[whose]) for whose in ("all", "own")},
        source=assessment.source.location,
        warnings=tuple(
            {lang: warning.text(lang) for lang in LANGUAGES} for warning in assessment.warnings
        ),
    )


def as_proposed(question: Question, proposal: Mapping[str, Any] | None) -> FilledAnswer:
    """Return the answer to a question as it is proposed; nobody answered where nothing is."""
    answer = answer_of(question, proposal)
    if answer is None:
        return FilledAnswer(question=question.id, proposal=proposal)
    return FilledAnswer(
        question=question.id, state="draft", origin="proposal", answer=answer, proposal=proposal
    )


def _answer_dict(answer: FilledAnswer) -> dict[str, Any]:
    names = ("question", "state", "origin", "reason", "stale", "confirmed_at")
    return {
        **{name: getattr(answer, name) for name in names},
        "answer": dict(answer.answer),
        "proposal": None if answer.proposal is None else dict(answer.proposal),
        "attachments": [
            {name: getattr(each, name) for name in Attachment.__slots__}
            for each in answer.attachments
        ],
    }
