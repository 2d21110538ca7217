"""P2.2.3.2: whether there are statistics of the datasets other agencies can link to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ckanext.pcio.registers.records import Exchange
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import pair, weaker
from ckanext.pcio.survey.sharing import (
    Sharing,
    details_withheld,
    level_caveats,
    level_reasons,
    level_values,
    sharing,
)
from ckanext.pcio.survey.wording import (
    Day,
    Joined,
    Label,
    number_of,
    private_unseen,
    register_unseen,
)

NAME = "P2.2.3.2"
VERSION = 1
OPTIONS = ("no", "yes")


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" when there are sharable datasets to give figures of.

    The form's "yes" wants the two numbers, which the catalog gathers, and figures of use, which
    the register of exchanges holds. The numbers of an empty set are no statistics, hence "no".
    Without figures of use the answer is still "yes", and a caveat says what stays blank.
    """
    disclosable = pair(f for f in context.facts if f.disclosable)
    found = sharing(context)
    counted = pair(found.sharable)
    option, caveats = weaker(
        context.question,
        OPTIONS,
        "yes" if counted.all else "no",
        "yes" if counted.own else "no",
    )
    figures = _figures(found.exchanges)
    return Proposal(
        question=context.question.id,
        option=option,
        values={
            **disclosable.values("disclosable"),
            **level_values(found),
            "exchanges": figures.exchanges,
            "partners": figures.partners,
            "calls": figures.calls,
            "records": figures.records,
            "last_use": figures.last_use.isoformat() if figures.last_use else None,
            # The form is filled in Thai, whatever the language of the report.
            "use_details": figures.sentence().text("th") if figures.exchanges else "",
        },
        reasons=(
            number_of(Message(N_("Disclosable datasets")), disclosable),
            *level_reasons(found),
            *([figures.sentence()] if figures.exchanges else []),
            Message(
                N_(
                    "“{option}” rests on the two numbers the form asks for, which this catalog "
                    "gathers; there must be at least one sharable dataset to give figures of."
                ),
                {"option": context.question.option("yes").label},
            ),
        ),
        evidence=tuple(_evidence(found)),
        caveats=(*caveats, *_caveats(context, found, figures)),
        rule=NAME,
        rule_version=VERSION,
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of use over several exchanges; None where no exchange gives one."""

    exchanges: int
    partners: int
    calls: int | None
    records: int | None
    last_use: date | None
    withheld: bool
    """The figures are there, but not for this reader."""

    @property
    def any_use(self) -> bool:
        """Whether any exchange says how it was used."""
        return any(value is not None for value in (self.calls, self.records, self.last_use))

    def sentence(self) -> Message:
        """Say the figures in one sentence."""
        if self.withheld:
            return Message(
                N_("Exchanges under way: {exchanges}, with {partners} agencies."),
                {"exchanges": self.exchanges, "partners": self.partners},
            )
        return Message(
            N_("Exchanges under way: {exchanges}, with {partners} agencies; {figures}."),
            {
                "exchanges": self.exchanges,
                "partners": self.partners,
                "figures": _joined(self.calls, self.records, self.last_use),
            },
        )


def _joined(
    calls: int | None, records: int | None, last_use: date | None, separator: str = "; "
) -> Joined:
    return Joined(tuple(_known(calls, records, last_use)), separator)


def _known(calls: int | None, records: int | None, last_use: date | None) -> Iterator[Message]:
    if calls is not None:
        yield Message(N_("calls: {number}"), {"number": calls})
    if records is not None:
        yield Message(N_("records: {number}"), {"number": records})
    if last_use is not None:
        yield Message(N_("last use: {date}"), {"date": Day(last_use)})
    if calls is None and records is None and last_use is None:
        yield Message(N_("no figures of use stated"))


def _figures(exchanges: tuple[Exchange, ...]) -> Figures:
    calls = [e.calls for e in exchanges if e.calls is not None]
    records = [e.records for e in exchanges if e.records is not None]
    used = [e.last_use for e in exchanges if e.last_use is not None]
    return Figures(
        exchanges=len(exchanges),
        partners=len({e.partner for e in exchanges}),
        calls=sum(calls) if calls else None,
        records=sum(records) if records else None,
        last_use=max(used) if used else None,
        withheld=any(not e.detailed for e in exchanges),
    )


def _caveats(context: RuleContext, found: Sharing, figures: Figures) -> Iterator[Message]:
    yield from private_unseen(context.source)
    yield from register_unseen(context.source)
    yield from level_caveats(found)
    yield from details_withheld(found)
    if found.sharable and not figures.any_use and not figures.withheld:
        yield Message(
            N_(
                "The form also asks for details and figures of use; no exchange on record states "
                "any, so that part stays blank."
            )
        )


def _evidence(found: Sharing) -> Iterator[EvidenceRow]:
    by_dataset: dict[str, list[Exchange]] = {}
    for exchange in found.exchanges:
        by_dataset.setdefault(exchange.dataset, []).append(exchange)
    for facts in found.sharable:
        exchanges = by_dataset.get(facts.id)
        yield evidence_row(facts, _note(exchanges) if exchanges else None)


def _note(exchanges: list[Exchange]) -> Message:
    """Name the partner, the method and the use of each exchange of a dataset."""
    figures = _figures(tuple(exchanges))
    if figures.withheld:
        return figures.sentence()
    each = Joined(tuple(_one(exchange) for exchange in exchanges), "; ")
    return Message("{exchanges}", {"exchanges": each})


def _one(exchange: Exchange) -> Message:
    return Message(
        N_("{partner} ({method}): {figures}"),
        {
            "partner": exchange.partner,
            "method": Label("linkage_method", exchange.method),
            "figures": _joined(exchange.calls, exchange.records, exchange.last_use, ", "),
        },
    )
