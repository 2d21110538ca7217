"""P2.2.1.1: whether the province opens government data, and what the details cover."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import EvidenceRow, Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import Pair, both_reached, pair, weaker
from ckanext.pcio.survey.wording import missing_items, number_of, private_unseen, share_of

NAME = "P2.2.1.1"
VERSION = 1
OPTIONS = ("none", "preparing", "partial", "complete")


def propose(context: RuleContext) -> Proposal:
    """Propose the option from what is open and what still waits, and the three ticks."""
    disclosable = [f for f in context.facts if f.disclosable]
    opened = pair(f for f in disclosable if f.published)
    waiting = pair(f for f in disclosable if not f.published)
    complete = pair(f for f in disclosable if f.published and f.complete)
    with_dictionary = pair(f for f in disclosable if f.published and f.dictionary)

    sees_private = context.source.sees_private
    option, caveats = weaker(
        context.question,
        OPTIONS,
        _option(opened.all, waiting.all, sees_private),
        _option(opened.own, waiting.own, sees_private),
    )
    published = option in {"partial", "complete"}
    threshold = context.settings.tick_threshold
    ticks = {
        "metadata": published and both_reached(complete, opened, threshold),
        "data_dictionary": published and both_reached(with_dictionary, opened, threshold),
        "data_catalog": published and context.source.kind != "file",
    }
    return Proposal(
        question=context.question.id,
        option=option,
        values={
            **ticks,
            **opened.values("open"),
            **waiting.values("waiting"),
            **complete.values("open_complete"),
            **with_dictionary.values("open_with_dictionary"),
        },
        reasons=_reasons(context, opened, waiting, complete, with_dictionary),
        evidence=tuple(_evidence(disclosable)),
        caveats=(*caveats, *_caveats(context, option, opened, with_dictionary)),
        rule=NAME,
        rule_version=VERSION,
    )


def _option(opened: int, waiting: int, sees_private: bool) -> str:
    if not opened:
        return "preparing" if waiting else "none"
    # Without sight of the private datasets nobody can say that none of them waits.
    return "complete" if sees_private and not waiting else "partial"


def _reasons(
    context: RuleContext, opened: Pair, waiting: Pair, complete: Pair, with_dictionary: Pair
) -> tuple[Message, ...]:
    reasons = [
        number_of(Message(N_("Open datasets")), opened),
        number_of(Message(N_("Disclosable datasets not yet published")), waiting),
        share_of(Message(N_("Open datasets with complete metadata")), complete, opened),
        share_of(Message(N_("Open datasets with a data dictionary")), with_dictionary, opened),
    ]
    if opened.all:
        reasons.append(
            Message(
                N_(
                    "“Metadata” and “Data Dictionary” are ticked from {threshold} per cent of the "
                    "open datasets, over all of them and over the province's own."
                ),
                {"threshold": context.settings.tick_threshold},
            )
        )
    return tuple(reasons)


def _caveats(
    context: RuleContext, option: str, opened: Pair, with_dictionary: Pair
) -> Iterator[Message]:
    source = context.source
    yield from private_unseen(source)
    if not source.sees_private and option == "partial":
        yield Message(
            N_(
                "“Published completely” is not proposed, because disclosable datasets that are "
                "not published yet would not be seen."
            )
        )
    if not source.sees_private and option == "none":
        yield Message(
            N_("If disclosable datasets are being prepared, the answer is “{option}”."),
            {"option": context.question.option("preparing").label},
        )
    if source.kind == "file" and opened.all:
        yield Message(
            N_(
                "A file does not show whether the public can reach the catalog; tick “Data "
                "Catalog” yourself if it can."
            )
        )
    if source.kind != "portal" and opened.all and not with_dictionary.all:
        yield Message(
            N_(
                "No data dictionary is visible in this source. A dump carries them only when it "
                "is made with the DataStore's fields."
            )
        )


def _evidence(disclosable: list[DatasetFacts]) -> Iterator[EvidenceRow]:
    for facts in disclosable:
        if facts.published:
            yield evidence_row(facts, _shortcoming(facts))
    for facts in disclosable:
        if not facts.published:
            state = N_("disclosable, still private") if facts.private else N_("disclosable, draft")
            yield evidence_row(facts, Message(state))


def _shortcoming(facts: DatasetFacts) -> Message | None:
    items = missing_items(facts)
    dictionary = None if facts.dictionary else Message(N_("no data dictionary"))
    if items and dictionary:
        return Message(N_("{first}; {second}"), {"first": items, "second": dictionary})
    return items or dictionary
