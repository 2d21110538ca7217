"""All datasets against the province's own, and the weaker of the two answers.

The survey asks for what a province does "นอกเหนือจากกรมต้นสังกัด", beyond its parent departments.
A dataset that copies a department's is not that, so every number is taken twice, and where the
two would lead to different answers the weaker one is proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.form import Question


@dataclass(frozen=True, slots=True)
class Pair:
    """A number over all datasets and over the province's own."""

    all: int
    own: int

    def values(self, name: str) -> dict[str, int]:
        """Return `{name: all, name_own: own}`."""
        return {name: self.all, f"{name}_own": self.own}


def pair(facts: Iterable[DatasetFacts]) -> Pair:
    """Count `facts`, all and own."""
    every = list(facts)
    return Pair(len(every), sum(f.own for f in every))


def reached(part: int, whole: int, threshold: int) -> bool:
    """Whether `part` of `whole` is at least `threshold` per cent; never of nothing."""
    return whole > 0 and part * 100 >= threshold * whole


def both_reached(part: Pair, whole: Pair, threshold: int) -> bool:
    """Whether the threshold is reached over all datasets and over the province's own."""
    return reached(part.all, whole.all, threshold) and reached(part.own, whole.own, threshold)


def weaker(
    question: Question, order: Sequence[str], over_all: str, over_own: str
) -> tuple[str, tuple[Message, ...]]:
    """Return the weaker of two options of `question` and the caveat that names both.

    `order` lists the option codes from the weakest to the strongest.
    """
    if over_all == over_own:
        return over_all, ()
    option = min(over_all, over_own, key=order.index)
    caveat = Message(
        N_(
            "Over all datasets the answer would be “{all}”, over the province's own datasets "
            "“{own}”. The weaker one is proposed, because the question asks for what goes beyond "
            "the parent departments."
        ),
        {"all": question.option(over_all).label, "own": question.option(over_own).label},
    )
    return option, (caveat,)
