"""What work on a dataset gains for the answers of the survey. Pure.

A goal is a part of an answer (an option, a tick, a number of the form) with the datasets it depends
on; an edition's goals are in `surveys/gains/<edition>.yaml`. The distance of a goal is the smallest
number of datasets that must be put right for the answer to change. What one dataset gains is its
share of that way: 1 of the distance when putting it right makes the distance shorter, and nothing
when it does not. `tests/survey/test_gains.py` holds this against the rules that make the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.slices import COUNTED
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml
from ckanext.pcio.survey.form import Instrument, Text
from ckanext.pcio.survey.instrument import SURVEYS_DIR, InstrumentError, load_instrument
from ckanext.pcio.survey.scope import Pair, pair
from ckanext.pcio.survey.work import KINDS, Beside, linkable

GAINS_DIR = SURVEYS_DIR / "gains"
SCHEMA_FILE = SURVEYS_DIR / "gains.schema.json"
WHOLE_WAY = 10**9
"""Weight of a dataset that is the whole way to a goal. Integers, so that SQL adds up the same."""

Reach = Literal["one", "every", "threshold", "number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A part of an answer, and the datasets it depends on."""

    question: str
    part: str
    """Code of the option or of the field."""
    name: Text
    """The part as the form calls it."""
    reach: Reach
    of: str
    done: tuple[str, ...]
    by: tuple[str, ...]
    """Kinds of work that put a dataset right."""

    @property
    def key(self) -> str:
        """Name of the goal among those of its edition."""
        return f"{self.question}:{self.part}"

    def stands(self, facts: DatasetFacts, beside: Beside) -> bool:
        """Whether the goal depends on the dataset, and the dataset is not right yet."""
        return belongs(self.of, facts, beside) and not self.is_done(facts, beside)

    def is_done(self, facts: DatasetFacts, beside: Beside) -> bool:
        """Whether the dataset is as the goal wants it."""
        return all(belongs(name, facts, beside) for name in self.done)


def belongs(name: str, facts: DatasetFacts, beside: Beside) -> bool:
    """Whether a dataset is in the slice `name`, or "linkable"."""
    if name == "linkable":
        return linkable(facts, beside)
    return COUNTED[name](facts, beside.today, beside.exchanged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a goal stands: how many datasets it depends on, and how many are right."""

    goal: Goal
    of: Pair
    done: Pair
    threshold: int
    """Per cent; of the settings."""

    @property
    def needed(self) -> Pair:
        """How many are missing over all datasets, and how many over the province's own.

        Copies help with the first alone, so that many of the datasets put right must be own ones.
        """

        def needed(whole: int, done: int) -> int:
            if self.goal.reach == "one":
                required = 1
            elif self.goal.reach == "threshold":
                required = -(-self.threshold * whole // 100)
            else:
                required = whole
            return max(0, required - done)

        return Pair(needed(self.of.all, self.done.all), needed(self.of.own, self.done.own))

    @property
    def distance(self) -> int | None:
        """The number of datasets that are missing to the goal; None where work cannot reach it.

        An answer is the weaker of the one over all datasets and the one over the province's own
        (`survey.scope`), so without any dataset of its own a province reaches nothing by work.
        """
        if self.goal.reach == "number":
            return self.of.all - self.done.all
        if not self.of.own:
            return None
        return max(self.needed.all, self.needed.own)

    @property
    def copies_count(self) -> bool:
        """Whether a copy of a department's dataset brings the goal nearer."""
        return self.goal.reach == "number" or self.needed.all > self.needed.own

    @property
    def weight(self) -> int:
        """What a dataset that brings the goal nearer gains, in parts of `WHOLE_WAY`.

        A number has no goal but every dataset there is, so one adds one of all of them.
        """
        if not self.distance:
            return 0
        return WHOLE_WAY // (self.of.all if self.goal.reach == "number" else self.distance)

    @property
    def candidates(self) -> int:
        """How many datasets bring the goal nearer."""
        if not self.distance:
            return 0
        rest = Pair(self.of.all - self.done.all, self.of.own - self.done.own)
        return rest.all if self.copies_count else rest.own

    def gains(self, facts: DatasetFacts, beside: Beside) -> bool:
        """Whether putting the dataset right brings the goal nearer."""
        counts = facts.own or self.copies_count
        return bool(self.distance) and counts and self.goal.stands(facts, beside)

    def sentence(self) -> Message:
        """Say what one of the datasets that bring the goal nearer gains."""
        names = {"part": self.goal.name, "question": self.goal.question}
        if self.goal.reach == "number":
            numbers = {"done": self.done.all, "whole": self.of.all}
            return Message(
                N_("Adds one to “{part}” ({question}), now {done} of {whole} datasets"),
                {**names, **numbers},
            )
        if self.goal.reach == "one" or (self.distance == 1 and self.candidates > 1):
            return Message(N_("A single dataset like this one brings “{part}” ({question})"), names)
        if self.candidates == 1:
            return Message(
                N_("The last dataset between the province and “{part}” ({question})"), names
            )
        numbers = {"needed": self.distance, "candidates": self.candidates}
        if self.distance == self.candidates:
            return Message(
                N_("One of {needed} datasets between the province and “{part}” ({question})"),
                {**names, **numbers},
            )
        return Message(
            N_("One of {candidates} datasets, {needed} of which bring “{part}” ({question})"),
            {**names, **numbers},
        )

    def standing_sentence(self) -> Message:
        """Say where the goal stands."""
        names = {"part": self.goal.name, "done": self.done.all, "whole": self.of.all}
        if self.goal.reach == "number":
            return Message(N_("“{part}”: {done} of {whole} datasets"), names)
        if self.distance is None:
            return Message(
                N_("“{part}”: asks for datasets of the province's own; there is none yet"), names
            )
        if not self.distance:
            return Message(N_("“{part}”: reached"), names)
        return Message(
            N_("“{part}”: {needed} more datasets are needed; {done} of {whole} are as they should"),
            {**names, "needed": self.distance},
        )


def progress(
    goals: Iterable[Goal], facts: Iterable[DatasetFacts], beside: Beside, threshold: int
) -> tuple[Progress, ...]:
    """Return where each goal stands over datasets already read; `survey.worklist` asks SQL."""
    kept = [f for f in facts if f.state != "deleted"]
    return tuple(
        Progress(
            goal=goal,
            of=pair(f for f in kept if belongs(goal.of, f, beside)),
            done=pair(f for f in kept if belongs(goal.of, f, beside) and goal.is_done(f, beside)),
            threshold=threshold,
        )
        for goal in goals
    )


def gain(standing: Iterable[Progress], facts: DatasetFacts, beside: Beside) -> int:
    """Return what all the work on a dataset gains over all goals, in parts of `WHOLE_WAY`."""
    return sum(each.weight for each in standing if each.gains(facts, beside))


@lru_cache(maxsize=16)
def load_goals(edition: str, directory: Path = GAINS_DIR) -> tuple[Goal, ...]:
    """Return the goals of an edition ("pcio-2567"); none where nobody has written its file yet.

    Raises `InstrumentError` when there is no such edition, or when the file breaks its schema or
    does not fit the edition.
    """
    instrument = load_instrument(edition)
    path = directory / f"{instrument.id}.yaml"
    if not path.exists():
        return ()
    try:
        content = load_yaml(path, SCHEMA_FILE)
    except SettingsFileError as error:
        raise InstrumentError(error.message) from error
    if content["edition"] != instrument.id:
        raise _broken(path, "$.edition", f"{content['edition']!r} is not the file's name")
    return tuple(_goal(path, instrument, entry) for entry in content["goals"])


def _goal(path: Path, instrument: Instrument, entry: Mapping[str, object]) -> Goal:
    question, part = str(entry["question"]), str(entry.get("option") or entry.get("field"))
    done, by = _names(entry["done"]), _names(entry["by"])
    unknown = [name for name in (str(entry["of"]), *done) if name not in {*COUNTED, "linkable"}]
    unknown.extend(name for name in by if name not in KINDS)
    if unknown:
        raise _broken(path, f"{question}:{part}", f"there is no {unknown[0]!r}")
    try:
        asked = instrument.question(question)
        name = asked.option(part).label if "option" in entry else asked.field(part).text
    except KeyError as error:
        raise _broken(path, f"{question}:{part}", "the edition has no such part") from error
    return Goal(
        question=question,
        part=part,
        name=name or asked.text,
        reach=entry["reach"],  # type: ignore[arg-type] - the schema lists the four
        of=str(entry["of"]),
        done=done,
        by=by,
    )


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list) else ()


def _broken(path: Path, where: str, problem: str) -> InstrumentError:
    return InstrumentError(SettingsFileError(path, where, problem).message)
