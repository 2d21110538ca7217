"""The proposed answers laid out as the form is: question, options, what each option asks for.

Pure: takes the JSON of `pcio_assessment_show` and the instrument, gives records a template can
walk through without deciding anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.pcio.dashboard.measures import EVIDENCE_SLICES, REGISTERS, SLICES, Register, Slice
from ckanext.pcio.report.plain import chosen_codes
from ckanext.pcio.survey.form import Field, Instrument, Item, Option, Question

# Evidence rows shown on the page; the rest is one click away.
FIRST_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """Something an option asks for, with what the catalog knows about it."""

    type: str
    label: str
    value: Any
    """The proposed value; None where a person has to fill it in."""
    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """An option of the form, verbatim."""

    code: str
    text: str
    proposed: bool
    evidence: str | None
    """"file" or "file_or_url" when the form wants evidence attached."""
    answer: str
    """What the form prints for the option being taken or not ("มี", "ไม่มี"); may be empty."""
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """A question with its proposed answer."""

    id: str
    text: str
    office: str
    many: bool
    options: tuple[OptionView, ...]
    fields: tuple[FieldView, ...]
    """What a question without options asks."""
    decided: bool
    skipped_by: str | None
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]
    evidence: tuple[Mapping[str, Any], ...]
    evidence_total: int
    slice: Slice | None
    """The list the answer rests on, where there is one."""
    registers: tuple[Register, ...]
    """Where what people told, and the answer counts, is listed."""
    rule: str
    rule_version: str


def answer_views(
    assessment: Mapping[str, Any], instrument: Instrument, language: str
) -> tuple[AnswerView, ...]:
    """Return the answers in the form's order, in `language` ("th" or "en")."""
    by_id = {answer["id"]: answer for answer in assessment["answers"]}
    notes = {
        (note["answer"], note["dataset"]): note["note"] for note in assessment.get("notes") or ()
    }
    skipped = instrument.skipped({key: answer["option"] for key, answer in by_id.items()})
    return tuple(
        _answer(question, by_id[question.id], notes, skipped.get(question.id), language)
        for question in instrument.questions
        if question.id in by_id
    )


def _answer(
    question: Question,
    answer: Mapping[str, Any],
    notes: Mapping[tuple[str, str], str],
    skipped_by: str | None,
    language: str,
) -> AnswerView:
    proposed = chosen_codes(answer["option"])
    values = answer.get("values") or {}
    rule, _, version = str(answer.get("rule") or "").partition("@")
    slices = EVIDENCE_SLICES.get(question.id, {})
    evidence = tuple(answer.get("evidence") or ())
    return AnswerView(
        id=question.id,
        # The form's texts open with the question's number, which the page shows by itself.
        text=question.text.text(language).removeprefix(question.id).strip(),
        office=question.office.text(language),
        many=question.answer == "many",
        options=tuple(
            _option(option, option.code in proposed, values, language)
            for option in question.options
        ),
        fields=tuple(_field(field, values, language) for field in question.fields),
        decided=answer["option"] is not None
        or any(values.get(field.code) for field in question.fields),
        skipped_by=skipped_by,
        reasons=tuple(answer.get("reasons") or ()),
        caveats=tuple(answer.get("caveats") or ()),
        evidence=tuple(
            {**row, "note": notes.get((question.id, row["dataset"]))}
            for row in evidence[:FIRST_ROWS]
        ),
        evidence_total=answer.get("evidence_total", len(evidence)),
        slice=next((SLICES[slices[code]] for code in proposed if code in slices), None),
        registers=REGISTERS.get(question.id, ()),
        rule=rule,
        rule_version=version,
    )


def _option(option: Option, proposed: bool, values: Mapping[str, Any], language: str) -> OptionView:
    answer = option.chosen_text if proposed else option.unchosen_text
    fields = option.fields if proposed else option.unchosen_fields
    return OptionView(
        code=option.code,
        text=option.text.text(language),
        proposed=proposed,
        evidence=option.evidence,
        answer=answer.text(language) if answer else "",
        fields=tuple(_field(field, values, language) for field in fields),
    )


def _field(field: Field, values: Mapping[str, Any], language: str) -> FieldView:
    value = values.get(field.code)
    rows: tuple[tuple[Any, ...], ...] = ()
    parts = tuple(_field(part, values, language) for part in field.fields)
    if field.type == "table":
        rows = tuple(tuple(row.get(column.code) for column in field.columns) for row in value or ())
    elif field.type == "choice" and value is not None:
        chosen = (o.text.text(language) for o in field.options if o.code == value)
        value = next(chosen, value)
    elif field.type == "matrix":
        parts = tuple(_item(field, item, value or {}, language) for item in field.items)
    elif field.type == "choices":
        parts = tuple(
            _tick(
                option,
                None if value is None else option.code in value,
                language,
                tuple(_field(each, values, language) for each in option.fields),
            )
            for option in field.options
        )
    elif field.type == "url" and value and field.prefix and "://" not in str(value):
        value = f"{field.prefix}{value}"
    return FieldView(
        type=field.type,
        label=field.text.text(language) if field.text else "",
        value=value,
        unit=field.unit.text(language) if field.unit else "",
        columns=tuple(column.text.text(language) for column in field.columns),
        rows=rows,
        fields=parts,
    )


def _item(field: Field, item: Item, rows: Mapping[str, Any], language: str) -> FieldView:
    """Return a row of a matrix: what is proposed in each of its columns, and what that asks for."""
    row = rows.get(item.code) or {}
    parts: list[FieldView] = []
    for group in field.groups or (None,):
        choice = row.get("choice") or {}
        code = choice.get(group.code) if group else (choice or None)
        option = next((each for each in item.choices if each.code == code), None)
        if group:
            parts.append(_plain(group.text.text(language), option and option.text.text(language)))
        elif option:
            parts.append(_tick(option, ticked=True, language=language))
        inner = option.fields if option else ()
        parts.extend(_field(each, row.get("fields") or {}, language) for each in inner)
    return FieldView(
        # A row nothing is proposed in is shown as what people have to fill in.
        type="row" if row else "text",
        label=item.text.text(language),
        value=None,
        unit="",
        columns=(),
        rows=(),
        fields=tuple(parts) if row else (),
    )


def _plain(label: str, value: str | None) -> FieldView:
    return FieldView(type="text", label=label, value=value, unit="", columns=(), rows=(), fields=())


def _tick(
    option: Option, ticked: bool | None, language: str, fields: tuple[FieldView, ...] = ()
) -> FieldView:
    return FieldView(
        type="tick",
        label=option.text.text(language),
        value=ticked,
        unit="",
        columns=(),
        rows=(),
        fields=fields,
    )
