"""Kinds of work on a dataset: which are left to do, why, and at which field of the form. Pure.

`survey.worklist` says the same of the kinds in SQL; a test compares the two. Which answer of the
survey a kind moves is the edition's matter (`surveys/gains/`), not said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard.items import ItemName, field_of_item
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.wording import Day, Joined

OPEN_STARS = 3
"""From this number of stars on a format is open in both star tables."""

Place = Literal["dataset", "resource", "new_resource", "dictionary", "personal", "registration"]
"""Where the work is done: the form of the dataset, of a file, of a new file or of a dictionary, the
page of what was found in a file, or the dataset's page where its registration stands."""

_Files = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known of datasets beside their facts, by dataset id."""

    today: date
    exchanged: frozenset[str] = frozenset()
    """Datasets with an exchange on record."""
    broken: _Files = field(default_factory=dict)
    """Ids of the files whose address does not answer."""
    personal: _Files = field(default_factory=dict)
    """Ids of the files that seem to hold personal data, which nobody has confirmed."""
    exposed: frozenset[str] = frozenset()
    """Datasets of `personal` with such a file that is not kept from readers."""
    rejected: frozenset[str] = frozenset()
    """Datasets the registration of GD Catalog sent back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do."""

    kind: str
    what: Message
    why: Message
    place: Place = "dataset"
    field: str = ""
    """Name of the form's field; empty where the work has none."""
    resource: str = ""
    """Id of the file, where one certain file is meant."""


Rule = Callable[[DatasetFacts, Beside], bool]
_Steps = Callable[[DatasetFacts, Beside], Iterator[Step]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: its name, whether a dataset needs it, and what there is to do."""

    label: str
    needed: Rule
    steps: _Steps


def linkable(facts: DatasetFacts, _beside: Beside) -> bool:
    """Whether the level lets other agencies link to the dataset."""
    return facts.linkable_level


def sharable(facts: DatasetFacts, beside: Beside) -> bool:
    """Whether the dataset is sharable (design.md §4), by its facts or by an exchange."""
    return facts.linkable_level and (bool(facts.linkage_methods) or facts.id in beside.exchanged)


def overdue(facts: DatasetFacts, beside: Beside) -> bool:
    """Whether the stated frequency has passed, or no update is stated to count it from."""
    return facts.frequency_unit is not None and not facts.current(beside.today)


def closed_format(facts: DatasetFacts, _beside: Beside) -> bool:
    """Whether data that may be disclosed has no file in an open format a program can read."""
    readable = facts.structured and facts.machine_readable
    return facts.disclosable and facts.resources > 0 and (facts.stars < OPEN_STARS or not readable)


def _fill(facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    for code in facts.missing:
        yield Step(
            kind="fill",
            what=Message(N_("Fill in “{item}”"), {"item": ItemName(code)}),
            why=Message(N_("a mandatory item that is missing")),
            field=field_of_item(code),
        )


def _correct(facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    for code in facts.invalid:
        yield Step(
            kind="correct",
            what=Message(N_("Correct “{item}”"), {"item": ItemName(code)}),
            why=Message(N_("a mandatory item whose value is not valid")),
            field=field_of_item(code),
        )


def _publish(facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    if not facts.complete:
        why = N_("it may be disclosed and waits; first its mandatory items must be complete")
    elif facts.state != "active":
        why = N_("it may be disclosed, but is still a draft")
    else:
        why = N_("it may be disclosed, but is private")
    yield Step(
        kind="publish",
        what=Message(N_("Publish the dataset")),
        why=Message(why),
        field="private",
    )


def _data(_facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    yield Step(
        kind="data",
        what=Message(N_("Add the data")),
        why=Message(N_("it may be disclosed, but has no file and no link")),
        place="new_resource",
    )


def _dictionary(_facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    yield Step(
        kind="dictionary",
        what=Message(N_("Add a data dictionary")),
        why=Message(N_("nothing says what the columns mean")),
        place="dictionary",
    )


def _format(facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    why = Message(N_("no format is stated"))
    if facts.formats:
        formats = {"formats": Joined(facts.formats), "stars": facts.stars}
        if facts.structured and facts.machine_readable:
            why = Message(N_("{formats} is not an open format ({stars} of 5 stars)"), formats)
        else:
            why = Message(N_("a program cannot take the data out of {formats}"), formats)
    yield Step(
        kind="format",
        what=Message(N_("Offer a more open format, such as CSV")),
        why=why,
        place="resource",
        field="format",
    )


def _linkage(_facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    yield Step(
        kind="linkage",
        what=Message(N_("State how other agencies can link to the data")),
        why=Message(N_("its level allows sharing, but no linkage method is stated")),
        field="linkage_method",
    )


def _update(facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    if facts.due_on is None:
        what = N_("State the day of the last update")
        why = Message(N_("without it nobody can tell whether the data is up to date"))
    else:
        what = N_("Update the data")
        why = Message(N_("the update was due on {date}"), {"date": Day(facts.due_on)})
    yield Step(kind="update", what=Message(what), why=why, field="last_updated_date")


def _license(_facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    yield Step(
        kind="license",
        what=Message(N_("Choose an open licence")),
        why=Message(N_("it may be disclosed, but its licence limits what people do with it")),
        field="license_id",
    )


def _link(facts: DatasetFacts, beside: Beside) -> Iterator[Step]:
    for resource in beside.broken[facts.id]:
        yield Step(
            kind="link",
            what=Message(N_("Mend the broken link")),
            why=Message(N_("the address of a file does not answer")),
            place="resource",
            field="url",
            resource=resource,
        )


def _personal(facts: DatasetFacts, beside: Beside) -> Iterator[Step]:
    for resource in beside.personal[facts.id]:
        yield Step(
            kind="personal",
            what=Message(N_("Confirm or remove personal data")),
            why=Message(N_("a file seems to hold personal data")),
            place="personal",
            resource=resource,
        )


def _register(_facts: DatasetFacts, _beside: Beside) -> Iterator[Step]:
    yield Step(
        kind="register",
        what=Message(N_("Correct what GD Catalog sent back")),
        why=Message(N_("the dataset did not pass the registration; correct it and register again")),
        place="registration",
    )


KINDS: Mapping[str, Kind] = {
    "personal": Kind(
        N_("Confirm or remove personal data"),
        lambda facts, beside: facts.id in beside.personal,
        _personal,
    ),
    "fill": Kind(N_("Fill in mandatory items"), lambda facts, _: bool(facts.missing), _fill),
    "correct": Kind(N_("Correct mandatory items"), lambda facts, _: bool(facts.invalid), _correct),
    "publish": Kind(
        N_("Publish what may be disclosed"),
        lambda facts, _: facts.disclosable and not facts.published,
        _publish,
    ),
    "data": Kind(
        N_("Add the data"),
        lambda facts, _: facts.disclosable and not facts.resources,
        _data,
    ),
    "dictionary": Kind(
        N_("Add a data dictionary"),
        lambda facts, _: facts.disclosable and not facts.dictionary,
        _dictionary,
    ),
    "format": Kind(N_("Offer a more open format"), closed_format, _format),
    "linkage": Kind(
        N_("State a linkage method"),
        lambda facts, beside: linkable(facts, beside) and not sharable(facts, beside),
        _linkage,
    ),
    "update": Kind(N_("Update what is overdue"), overdue, _update),
    "license": Kind(
        N_("Choose an open licence"),
        lambda facts, _: facts.disclosable and facts.open_license is False,
        _license,
    ),
    "link": Kind(N_("Mend broken links"), lambda facts, beside: facts.id in beside.broken, _link),
    "register": Kind(
        N_("Correct what GD Catalog sent back"),
        lambda facts, beside: facts.id in beside.rejected,
        _register,
    ),
}
"""In the order a dataset's work is listed: what the law asks, what publishing asks, the rest."""


def kinds_of(facts: DatasetFacts, beside: Beside) -> tuple[str, ...]:
    """Return the kinds of work a dataset needs."""
    return tuple(name for name, kind in KINDS.items() if kind.needed(facts, beside))


def steps(facts: DatasetFacts, beside: Beside) -> tuple[Step, ...]:
    """Return everything there is to do on a dataset."""
    return tuple(
        step
        for kind in KINDS.values()
        if kind.needed(facts, beside)
        for step in kind.steps(facts, beside)
    )


def urgent(facts: DatasetFacts, beside: Beside) -> bool:
    """Whether the work cannot wait for any gain: personal data that everybody can read."""
    return facts.published and facts.id in beside.exposed
