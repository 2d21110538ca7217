"""The survey as the sample province is answering it: half way, proven, and made once."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from pypdf import PdfReader

from ckanext.pcio.portal.demo.files import document_bytes
from ckanext.pcio.portal.demo.generator import sample_offices
from ckanext.pcio.portal.demo.source import province
from ckanext.pcio.portal.demo.survey import load_survey, told_survey
from ckanext.pcio.standard.thai import normalize
from ckanext.pcio.survey.answer import read
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.places import every_evidence_place
from ckanext.pcio.survey.response.model import ANSWER, ASSIGNMENT, CONTRIBUTION, EVIDENCE, RESULT

from .conftest import BASE_DATE

TOLD = told_survey()


@pytest.mark.parametrize(
    "entry", [*TOLD["answers"], *TOLD["contributions"]], ids=lambda e: e["key"]
)
def test_every_answer_is_one_the_form_takes(entry):
    question = load_instrument(TOLD["edition"]).question(entry["question"])
    assert read(question, entry["answer"])["option"] == entry["answer"]["option"]
    for piece in entry.get("evidence", ()):
        assert piece["place"] in every_evidence_place(question)
        assert piece.get("document", "council-order") in TOLD["documents"]


def test_every_office_named_is_there():
    offices = {office["name"] for office in province().offices}
    assert {*TOLD["offices"], TOLD["provincial_office"]} <= offices
    assert {entry["office"] for entry in TOLD["contributions"]} <= set(TOLD["offices"])


def test_a_document_says_what_it_is_and_that_it_is_a_sample():
    document = TOLD["documents"]["council-order"]
    made = document_bytes(
        document["title"], document["lines"], 2, "สำนักงาน", BASE_DATE, province().phrases
    )
    text = normalize(PdfReader(io.BytesIO(made)).pages[0].extract_text())
    assert normalize(document["lines"][1]) in text
    assert normalize(province().phrases["sample"]) in text


def _rows() -> dict[str, list]:
    tables = (ASSIGNMENT, ANSWER, CONTRIBUTION, EVIDENCE, RESULT)
    return {
        table.name: sorted(map(repr, model.Session.execute(sa.select(table)))) for table in tables
    }


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
def test_made_once_and_left_alone_the_second_time(monkeypatch):
    user = call_action("get_site_user")["name"]
    load_survey(BASE_DATE, user)
    assert not any(_rows().values())  # without its offices there is nobody to ask
    for office in sample_offices():
        if office["name"] in {*TOLD["offices"], TOLD["provincial_office"]}:
            call_action("organization_create", {"user": user}, **office, type="organization")
    with monkeypatch.context() as broken:
        broken.setitem(TOLD, "results", [{}])
        with pytest.raises(sa.exc.IntegrityError):
            load_survey(BASE_DATE, user)
    model.Session.rollback()
    assert not any(_rows().values())  # one that was stopped has left nothing half made
    load_survey(BASE_DATE, user)
    made = _rows()
    assert len(made["pcio_contribution"]) == len(TOLD["contributions"])
    answers = {row.question_id: row for row in model.Session.execute(sa.select(ANSWER))}
    assert answers["P2.2.2"].origin != "override" or answers["P2.2.2"].reason
    assert {row.state for row in answers.values()} == {"draft", "confirmed"}
    assert len(answers) == len(TOLD["answers"]) + len(TOLD["accepted"])
    load_survey(BASE_DATE, user)
    assert _rows() == made
