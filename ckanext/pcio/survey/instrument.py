"""The loader of survey editions: `surveys/<id>.yaml`, checked against `survey.schema.json`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml
from ckanext.pcio.survey.form import (
    Column,
    Field,
    Indicator,
    Instrument,
    Item,
    Option,
    Pillar,
    Question,
    Section,
    Text,
)

SURVEYS_DIR = Path(__file__).parent.parent / "surveys"
SCHEMA_FILE = "survey.schema.json"


class InstrumentError(ValueError):
    """A survey file is absent or wrong; `message` says which file, where in it, and why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


def editions() -> tuple[str, ...]:
    """Return the ids of the editions that are there, oldest name first."""
    return tuple(sorted(path.stem for path in SURVEYS_DIR.glob("*.yaml")))


@lru_cache(maxsize=16)
def load_instrument(edition: str, directory: Path = SURVEYS_DIR) -> Instrument:
    """Return the edition with this id ("pcio-2567").

    Raises `InstrumentError` when there is no such edition or its file breaks the schema.
    """
    known = tuple(sorted(path.stem for path in directory.glob("*.yaml")))
    if edition not in known:
        raise InstrumentError(
            Message(
                N_("There is no survey edition “{edition}”. Known editions: {known}."),
                {"edition": edition, "known": ", ".join(known)},
            )
        )
    path = directory / f"{edition}.yaml"
    try:
        content = load_yaml(path, SURVEYS_DIR / SCHEMA_FILE)
    except SettingsFileError as error:
        raise InstrumentError(error.message) from error
    instrument = _Builder().instrument(content)
    _check_references(path, instrument)
    return instrument


def _broken(path: Path, where: str, problem: str) -> InstrumentError:
    return InstrumentError(SettingsFileError(path, where, problem).message)


def _check_references(path: Path, instrument: Instrument) -> None:
    """Raise `InstrumentError` for what a JSON Schema cannot say."""
    if instrument.id != path.stem:
        raise _broken(path, "$.id", f"{instrument.id!r} is not the file's name")
    total = sum(pillar.weight for pillar in instrument.pillars)
    if abs(total - 100) > 1e-9:  # noqa: PLR2004 - per cent
        raise _broken(path, "$.pillars", f"the weights sum to {total}, not to 100")
    order: dict[str, int] = {}
    for position, part in enumerate(instrument.parts):
        if part.id in order:
            raise _broken(path, part.id, "this id is used twice")
        order[part.id] = position
    _check_sections(path, instrument)
    for question in instrument.questions:
        _check_question(path, question, order)


def _check_sections(path: Path, instrument: Instrument) -> None:
    numbers = {pillar.number for pillar in instrument.pillars}
    indicators = {indicator.number for indicator in instrument.indicators}
    for part in instrument.parts:
        if indicators and part.indicator and part.indicator not in indicators:
            raise _broken(path, part.id, f"there is no indicator {part.indicator}")
    for question in instrument.questions:
        if question.pillar not in numbers:
            raise _broken(path, question.id, f"there is no pillar {question.pillar}")


def _check_question(path: Path, question: Question, order: Mapping[str, int]) -> None:
    codes = [option.code for option in question.options]
    if len(set(codes)) != len(codes):
        raise _broken(path, question.id, "an option code is used twice")
    for option in question.options:
        if option.skip_to and order.get(option.skip_to, -1) <= order[question.id]:
            problem = f"skip_to {option.skip_to!r} is not a later part of the form"
            raise _broken(path, question.id, problem)


class _Builder:
    """Turns validated YAML into records."""

    def instrument(self, content: Mapping[str, Any]) -> Instrument:
        return Instrument(
            id=content["id"],
            year=content["year"],
            title=_text(content["title"]),
            frame_only=content.get("frame_only", False),
            pillars=tuple(
                Pillar(
                    number=p["number"],
                    title=_text(p["title"]),
                    weight=p["weight"],
                    asked=p.get("asked", True),
                )
                for p in content["pillars"]
            ),
            indicators=tuple(
                Indicator(
                    number=entry["number"],
                    pillar=entry["pillar"],
                    title=_text(entry["title"]),
                    from_department=entry.get("from_department", False),
                )
                for entry in content.get("indicators", ())
            ),
            parts=tuple(self._parts(content["parts"], None)),
        )

    def _parts(
        self, parts: Iterable[Mapping[str, Any]], parent: Section | None
    ) -> Iterator[Section | Question]:
        for part in parts:
            if "section" in part:
                section = Section(
                    id=part["section"],
                    parent=parent.id if parent else None,
                    pillar=part.get("pillar", parent.pillar if parent else None),
                    indicator=part.get("indicator", parent.indicator if parent else None),
                    heading=_text(part["heading"]),
                    examples=_texts(part.get("examples")),
                    notes=_texts(part.get("notes")),
                    remarks=_texts(part.get("remarks")),
                )
                yield section
                yield from self._parts(part["parts"], section)
            else:
                yield self._question(part, parent)

    def _question(self, part: Mapping[str, Any], parent: Section | None) -> Question:
        return Question(
            id=part["question"],
            section=parent.id if parent else "",
            pillar=(parent.pillar if parent else None) or 0,
            indicator=part.get("indicator", parent.indicator if parent else None),
            text=_text(part["text"]),
            examples=_texts(part.get("examples")),
            notes=_texts(part.get("notes")),
            remarks=_texts(part.get("remarks")),
            office=_text(part["office"]),
            asks=part.get("asks", "every_office"),
            answer=part["answer"],
            options=self._options(part.get("options")),
            fields=self._fields(part.get("fields")),
            rule=part.get("rule"),
        )

    def _options(self, options: Iterable[Mapping[str, Any]] | None) -> tuple[Option, ...]:
        return tuple(
            Option(
                code=option["code"],
                text=_text(option["text"]),
                label=_text(option.get("label", option["text"])),
                chosen_text=_optional_text(option.get("chosen_text")),
                unchosen_text=_optional_text(option.get("unchosen_text")),
                evidence=option.get("evidence"),
                skip_to=option.get("skip_to"),
                fields=self._fields(option.get("fields")),
                unchosen_fields=self._fields(option.get("unchosen_fields")),
            )
            for option in options or ()
        )

    def _fields(self, fields: Iterable[Mapping[str, Any]] | None) -> tuple[Field, ...]:
        return tuple(
            Field(
                code=item["code"],
                type=item["type"],
                text=_optional_text(item.get("text")),
                unit=_optional_text(item.get("unit")),
                optional=item.get("optional", False),
                prefix=item.get("prefix"),
                options=self._options(item.get("options")),
                fields=self._fields(item.get("fields")),
                columns=_columns(item.get("columns")),
                rows=item.get("rows"),
                groups=_columns(item.get("groups")),
                choices=self._options(item.get("choices")),
                items=self._items(item),
                items_text=_optional_text(item.get("items_text")),
                choices_text=_optional_text(item.get("choices_text")),
                several=item.get("several", False),
            )
            for item in fields or ()
        )

    def _items(self, field: Mapping[str, Any]) -> tuple[Item, ...]:
        return tuple(
            Item(
                code=row["code"],
                text=_text(row["text"]),
                indicator=row.get("indicator"),
                optional=row.get("optional", False),
                sub=row.get("sub", False),
                examples=_texts(row.get("examples")),
                notes=_texts(row.get("notes")),
                choices=self._options(row.get("choices", field["choices"])),
                fields=self._fields(row.get("fields")),
            )
            for row in field.get("items", ())
        )


def _columns(columns: Iterable[Mapping[str, Any]] | None) -> tuple[Column, ...]:
    return tuple(
        Column(
            code=column["code"],
            text=_text(column["text"]),
            evidence=column.get("evidence"),
            when_unknown=_optional_text(column.get("when_unknown")),
        )
        for column in columns or ()
    )


def _text(value: Mapping[str, str]) -> Text:
    return Text(th=value["th"], en=value["en"])


def _optional_text(value: Mapping[str, str] | None) -> Text | None:
    return None if value is None else _text(value)


def _texts(values: Iterable[Mapping[str, str]] | None) -> tuple[Text, ...]:
    return tuple(_text(value) for value in values or ())
