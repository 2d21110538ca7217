"""The form with what is not answered left out, for reading."""

from __future__ import annotations

from dataclasses import replace

from .control_records import (
    Choice,
    Choices,
    Control,
    Group,
    Line,
    Matrix,
    MatrixRow,
    Table,
    Tick,
)


def answered(controls: tuple[Control, ...], *, others: bool = False) -> tuple[Control, ...]:
    """Return what of `controls` is answered, in the form's order; nothing where nothing is.

    With `others`, the options that were not chosen stay beside those that were, as empty boxes;
    what they would have asked does not.
    """
    kept = (_kept(control, others) for control in controls)
    return tuple(control for control in kept if control is not None)


def _kept(control: Control, others: bool) -> Control | None:
    if isinstance(control, Choices):
        return _choices(control, others)
    if isinstance(control, Matrix):
        rows = tuple(filter(None, (_row(row, others) for row in control.rows)))
        return replace(control, rows=rows) if rows else None
    if isinstance(control, Table):
        filled = tuple(row for row in control.rows if row.filled)
        return replace(control, rows=filled) if filled else None
    if isinstance(control, Group):
        inner = answered(control.controls, others=others)
        return replace(control, controls=inner) if inner else None
    return _single(control, others)


def _single(control: Line | Tick, others: bool) -> Control | None:
    if isinstance(control, Line):
        return control if control.value else None
    if not control.checked:
        return None
    return replace(control, asked=answered(control.asked, others=others))


def _choices(control: Choices, others: bool) -> Choices | None:
    kept = [_choice(choice, others) for choice in control.choices]
    said = [choice for choice in kept if choice.checked or choice.asked_unless]
    return replace(control, choices=tuple(kept if others else said)) if said else None


def _choice(choice: Choice, others: bool) -> Choice:
    return replace(
        choice,
        asked=answered(choice.asked, others=others) if choice.checked else (),
        asked_unless=() if choice.checked else answered(choice.asked_unless, others=others),
        chosen_words=choice.chosen_words if choice.checked else (),
        unchosen_words=choice.unchosen_words if choice.unchosen else (),
    )


def _row(row: MatrixRow, others: bool) -> MatrixRow | None:
    inner = answered(row.controls, others=others)
    asked = tuple(
        replace(each, controls=answered(each.controls, others=others) if each.chosen else ())
        for each in row.asked
    )
    if not (row.answered or inner):
        return None
    return replace(row, controls=inner, asked=asked, examples=(), notes=())
