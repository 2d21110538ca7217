"""The survey of the year as the sample province is answering it: open, and half way.

It is made once; where the survey has been opened before, whoever by, nothing is touched.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.pcio.portal.demo.files import document_bytes
from ckanext.pcio.portal.demo.source import DATA, Values, province
from ckanext.pcio.standard.yamlfile import SettingsFileError, misfit, read_yaml
from ckanext.pcio.survey.instrument import load_instrument
from ckanext.pcio.survey.response import store
from ckanext.pcio.survey.response.model import RESULT

_FILE = DATA / "told" / "survey.yaml"


@lru_cache(maxsize=1)
def told_survey() -> Mapping[str, Any]:
    """Return the survey of the sample province, as written; raises `SettingsFileError`."""
    content = read_yaml(_FILE)
    error = misfit(content, Path(__file__).with_name("survey.schema.json"))
    if error is not None:
        raise SettingsFileError(_FILE, "/".join(map(str, error.absolute_path)), error.message)
    return content


def load_survey(base_date: date, user: str) -> None:
    """Open the survey, ask the offices, and give what some of them and the committee answered.

    Nothing is done where an office it names is not there, or where the survey is open already.
    """
    told = told_survey()
    named = {told["provincial_office"], *told["offices"]}
    there = set(
        model.Session.scalars(sa.select(model.Group.name).where(model.Group.is_organization))
    )
    if store.response(told["edition"]) is not None or not named <= there:
        return
    answering = _Answering(base_date, user)
    answering.ask()
    answering.contribute()
    answering.answer()
    _results(told["results"])
    model.Session.commit()


class _Answering:
    def __init__(self, base_date: date, user: str) -> None:
        self._base = base_date
        self._user = user
        self._told = told_survey()

    def _act(self, action: str, **data: Any) -> dict[str, Any]:
        context: Context = tk.fresh_context({"user": self._user, "ignore_auth": True})
        # Committed as one, so that a load that was stopped makes the whole of it the next time.
        context["defer_commit"] = True
        return tk.get_action(action)(context, {"edition": self._told["edition"], **data})

    def ask(self) -> None:
        deadline = (self._base + timedelta(days=self._told["deadline"])).isoformat()
        opened = self._act("pcio_survey_open", deadline=deadline)
        self._act(
            "pcio_survey_update",
            deadline=deadline,
            note=self._told["note"],
            version=opened["version"],
        )
        questions = load_instrument(self._told["edition"]).questions
        for asks, offices in (
            ("provincial_office", [self._told["provincial_office"]]),
            ("every_office", self._told["offices"]),
        ):
            asked = [question.id for question in questions if question.asks == asks]
            self._act("pcio_survey_assign", questions=asked, organizations=offices)

    def contribute(self) -> None:
        for entry in self._told["contributions"]:
            self._act(
                "pcio_contribution_update",
                question=entry["question"],
                organization=entry["office"],
                answer=entry["answer"],
                note=entry.get("note", ""),
                send=entry["sent"],
            )
            self._prove(entry, organization=entry["office"])

    def answer(self) -> None:
        for entry in self._told["answers"]:
            self._prove(entry)
            self._act(
                "pcio_answer_update",
                question=entry["question"],
                answer=entry["answer"],
                reason=entry.get("reason", ""),
                confirm=entry["confirmed"],
            )
        self._act("pcio_answer_accept", questions=self._told["accepted"])

    def _prove(self, entry: Values, **office: str) -> None:
        for piece in entry.get("evidence", ()):
            given: dict[str, Any] = {"url": piece["url"]} if "url" in piece else {}
            if "document" in piece:
                given["upload"] = self._document(piece["document"])
            self._act(
                "pcio_evidence_create",
                question=entry["question"],
                place=piece["place"],
                passage=piece["passage"],
                **given,
                **office,
            )

    def _document(self, key: str) -> FileStorage:
        document = self._told["documents"][key]
        content = document_bytes(
            document["title"],
            document["lines"],
            document["marked"],
            province().office(self._told["provincial_office"])["title"],
            self._base - timedelta(days=document["ago"]),
            province().phrases,
        )
        return FileStorage(io.BytesIO(content), document["name"], content_type="application/pdf")


def _results(entries: Iterable[Values]) -> None:
    for entry in entries:
        values = {"overall": None, "level": None, **entry, "changed_at": store.now()}
        model.Session.execute(sa.insert(RESULT).values(values))
