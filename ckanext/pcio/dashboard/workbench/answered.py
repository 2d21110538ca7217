"""The form with what is not answered left out, for reading."""

from __future__ import annotations

from collections.abc import Iterator
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
    return tuple(_answered(controls, others))


def _answered(controls: tuple[Control, ...], others: bool) -> Iterator[Control]:
    for control in controls:
        if isinstance(control, Choices):
            if kept := tuple(_choices(control, others)):
                yield replace(control, choices=kept)
        elif isinstance(control, Line):
            if control.value:
                yield control
        elif isinstance(control, Tick):
            if control.checked:
                yield replace(control, asked=answered(control.asked, others=others))
        elif isinstance(control, Group):
            if inner := answered(control.controls, others=others):
                yield replace(control, controls=inner)
        elif isinstance(control, Table):
            if rows := tuple(row for row in control.rows if row.filled):
                yield replace(control, rows=rows)
        elif rows := tuple(_rows(control, others)):
            yield replace(control, rows=rows)


def _choices(control: Choices, others: bool) -> Iterator[Choice]:
    kept = [_choice(choice, others) for choice in control.choices]
    if any(choice.checked or choice.asked_unless for choice in kept):
        for choice in kept:
            if choice.checked or choice.asked_unless or others:
                yield choice


def _choice(choice: Choice, others: bool) -> Choice:
    return replace(
        choice,
        asked=answered(choice.asked, others=others) if choice.checked else (),
        asked_unless=() if choice.checked else answered(choice.asked_unless, others=others),
        chosen_words=choice.chosen_words if choice.checked else (),
        unchosen_words=choice.unchosen_words if choice.unchosen else (),
    )


def _rows(control: Matrix, others: bool) -> Iterator[MatrixRow]:
    for row in control.rows:
        inner = answered(row.controls, others=others)
        asked = tuple(
            replace(each, controls=answered(each.controls, others=others)) for each in row.asked
        )
        if row.answered or inner:
            yield replace(row, controls=inner, asked=asked, examples=(), notes=())
