"""The filled form as a JSON document for programs; `filled.schema.json` is its published schema.

`form` is the form itself, which `read` gives back; `questions` and `lists` stand beside it so that
a program need not know the questionnaire.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from ckanext.pcio.survey.filled import FilledForm, as_dict, digest, from_dict
from ckanext.pcio.survey.form import Instrument, Question
from ckanext.pcio.survey.proposed import light

from . import lists as dataset_lists
from .lists import Lists
from .told import tell, words

FORMAT = "ckanext-pcio filled form"
VERSION = 1
SCHEMA_FILE = Path(__file__).parent / "filled.schema.json"


def render(
    form: FilledForm, instrument: Instrument, lists: Lists, *, language: str = "th"
) -> bytes:
    """Return the filled form as JSON, words in `language`; the same input gives the same bytes."""
    target = io.BytesIO()
    write(form, instrument, lists, target, language=language)
    return target.getvalue()


def write(
    form: FilledForm,
    instrument: Instrument,
    lists: Lists,
    target: BinaryIO,
    *,
    language: str = "th",
) -> None:
    """Write what `render` returns to `target`: a line for each question and each dataset."""
    for piece in _pieces(form, instrument, lists, language):
        target.write(piece.encode("utf-8", errors="replace"))


def read(content: bytes) -> FilledForm:
    """Return the form a document holds. Raises `ValueError` for another document."""
    document = json.loads(content)
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise ValueError(f"this is no {FORMAT}")
    return from_dict(document["form"])


@lru_cache(maxsize=1)
def schema() -> Mapping[str, Any]:
    """Return the JSON Schema every document keeps to."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def _pieces(form: FilledForm, instrument: Instrument, lists: Lists, language: str) -> Iterator[str]:
    head = {
        "format": FORMAT,
        "version": VERSION,
        "language": language,
        "title": instrument.title.text(language),
        "digest": digest(form),
    }
    yield "{\n" + "".join(f"{_text(key)}: {_text(value)},\n" for key, value in head.items())
    plain = as_dict(form)
    answers = plain.pop("answers")
    yield f'"form": {_text(plain)[:-1]}, "answers": [\n'
    yield ",\n".join(_text(_light(answer)) for answer in answers)
    yield "\n]},\n"
    skipped = form.skipped(instrument)
    questions = instrument.questions
    yield '"questions": [\n'
    yield ",\n".join(_text(_question(form, q, skipped, language)) for q in questions)
    yield '\n],\n"lists": {'
    yield from _lists(form, questions, lists)
    yield "\n}\n}\n"


def _lists(form: FilledForm, questions: tuple[Question, ...], lists: Lists) -> Iterator[str]:
    derived = [question.id for question in questions if form.answer(question.id).proposal]
    for number, question in enumerate(derived):
        rows = lists.get(question, ())
        unseen = dataset_lists.hidden(form, question, len(rows))
        yield f'{"," if number else ""}\n{_text(question)}: {{"hidden": {unseen}, "datasets": ['
        for place, row in enumerate(rows):
            yield ("," if place else "") + "\n" + _text(row)
        yield "\n]}"


def _light(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The datasets behind a proposal stand in `lists`, once."""
    proposal = answer["proposal"]
    return answer if proposal is None else {**answer, "proposal": light(proposal)}


def _question(
    form: FilledForm, question: Question, skipped: Mapping[str, str], language: str
) -> dict[str, Any]:
    answer = form.answer(question.id)
    told = tell(question, answer.answer, language)
    skipped_by = skipped.get(question.id)
    return {
        "id": question.id,
        "pillar": question.pillar,
        "indicator": question.indicator,
        "text": words(question.text, language),
        "office": question.office.text(language),
        "skipped_by": skipped_by,
        "chosen": list(told.options),
        "missing": [
            {"place": lack.place, "lack": lack.lack, "sentence": lack.message.text(language)}
            for lack in (() if skipped_by else answer.missing(question))
        ],
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=dict)
