"""A filled form as data: written and read back, and what it lacks."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.pcio.survey.answer import read
from ckanext.pcio.survey.filled import Attachment, FilledAnswer, FilledForm, as_dict, from_dict
from ckanext.pcio.survey.instrument import load_instrument

from . import answers

SURVEY = load_instrument("pcio-2567")


def filled(draw, full=False):
    made = []
    for question in SURVEY.questions:
        answer = read(question, answers.answer(question, draw, full=full))
        proof = Attachment(id="1", place="yes", kind="file", name="มติ.pdf", size=5, sha256="0")
        made.append(
            FilledAnswer(
                question=question.id, state="draft", origin="own", answer=answer,
                attachments=(proof,),
            )
        )  # fmt: skip
    return FilledForm(
        edition=SURVEY.id, province="ตัวอย่าง", as_of="2024-06-21", state="open", answers=tuple(made)
    )


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_a_form_is_written_and_read_back(data):
    form = filled(data.draw)
    text = json.dumps(as_dict(form), ensure_ascii=False, sort_keys=True)
    assert from_dict(json.loads(text)) == form


@settings(max_examples=5, deadline=None)
@given(st.data())
def test_a_whole_form_skips_nothing(data):
    assert filled(data.draw, full=True).skipped(SURVEY) == {}


def test_evidence_by_place():
    proof = [Attachment(id=kind, place="yes", kind=kind) for kind in ("file", "url")]
    answer = FilledAnswer(question="G1", answer={"option": "yes"}, attachments=tuple(proof))
    assert answer.evidence == {"yes": {"file", "url"}}
    assert answer.missing(SURVEY.question("G1")) == ()
    bare = FilledAnswer(question="G1", answer={"option": "yes"})
    assert [m.lack for m in bare.missing(SURVEY.question("G1"))] == ["evidence"]


def test_what_another_version_wrote_is_read():
    told = {"edition": SURVEY.id, "province": "", "as_of": "2024-06-21", "state": "locked"}
    proof = {"id": "a", "place": "yes", "kind": "url", "new": 1}
    answers = [{"question": "G1", "new": 1}, {"question": "G2", "attachments": [proof]}]
    form = from_dict({**told, "new": 1, "answers": answers})
    assert [len(each.attachments) for each in form.answers] == [0, 1]
