"""What a question's page is made from: the form, and what the actions tell of the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.helpers import pcio_language
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.instrument import InstrumentError, load_instrument

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses a question's page leads to (`question_page.Links`)."""

    edition: str
    question: str

    def evidence(self, evidence_id: str) -> str:
        """Return where a file is downloaded."""
        return tk.url_for("pcio_survey.evidence", edition=self.edition, evidence_id=evidence_id)

    def delete(self, evidence_id: str) -> str:
        """Return where a form is sent to take evidence away."""
        return tk.url_for(
            "pcio_survey.evidence_delete",
            edition=self.edition,
            question=self.question,
            evidence_id=evidence_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, as its reader may see it."""

    edition: str
    instrument: Instrument
    question: Question
    survey: Row
    """What `pcio_survey_show` tells."""
    language: str

    @property
    def told(self) -> Row:
        """What it tells of the question."""
        return self.survey["questions"][0]

    @property
    def links(self) -> Addresses:
        """Where the page leads."""
        return Addresses(self.edition, self.question.id)

    @property
    def secretary(self) -> bool:
        """Whether the reader is the committee's secretary."""
        return self.survey["role"] == "secretary"

    @property
    def answerable(self) -> bool:
        """Whether anybody may answer it now."""
        return self.survey["state"] == "open" and not self.told["skipped_by"]

    def put_to(self, office: str) -> Row | None:
        """Return how the question was put to one of the reader's offices; None: it was not."""
        return next((a for a in self.mine if a["organization"] == office), None)

    @property
    def mine(self) -> list[Row]:
        """How the question was put to the offices the reader answers for."""
        return [each for each in self.told["assignments"] if each["mine"]]


def ask(edition: str, question: str) -> Asked:
    """Return a question; a wrong address becomes its HTTP error."""
    language = pcio_language()
    asked = {"edition": edition, "question": question, "lang": language}
    try:
        # Actions take a reference with blanks around it, or none at all; an address is exact.
        instrument = load_instrument(edition)
        found = instrument.question(question)
    except (InstrumentError, KeyError):
        return tk.abort(404, tk._("There is no such question."))
    try:
        survey = tk.get_action("pcio_survey_show")({}, asked)
    except tk.NotAuthorized:
        return tk.abort(403, tk._("You may not see this page."))
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such question."))
    except tk.ValidationError:
        return tk.abort(404, tk._("Of this survey only the frame is published."))
    return Asked(
        edition=edition,
        instrument=instrument,
        question=found,
        survey=survey,
        language=language,
    )
