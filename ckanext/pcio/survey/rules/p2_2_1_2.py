"""P2.2.1.2: through which channels the province opens its data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import Pair, both_reached, pair
from ckanext.pcio.survey.wording import number_of, private_unseen, share_of

NAME = "P2.2.1.2"
VERSION = 1
OPTIONS = ("agency_catalog", "data_go_th", "own_system")


def propose(context: RuleContext) -> Proposal:
    """Propose the channels that are known, and the counts item 3 asks for.

    The counts are over the open datasets. Machine-readable ones are counted among the structured
    ones, as the form asks.
    """
    opened = [f for f in context.facts if f.open]
    structured = pair(f for f in opened if f.structured)
    machine_readable = pair(f for f in opened if f.structured and f.machine_readable)
    unstructured = pair(f for f in opened if f.resources and not f.structured)
    complete = pair(f for f in opened if f.complete)
    channels = _channels(context)
    return Proposal(
        question=context.question.id,
        option=[code for code in OPTIONS if code in channels],
        values={
            "url": channels.get("agency_catalog"),
            "data_go_th_url": channels.get("data_go_th"),
            "own_system_url": channels.get("own_system"),
            **structured.values("structured"),
            **machine_readable.values("machine_readable"),
            **unstructured.values("unstructured"),
            **_metadata_standard(context, complete, pair(opened)),
        },
        reasons=(
            *_channel_reasons(context, channels),
            number_of(Message(N_("Open datasets with structured data")), structured),
            number_of(
                Message(N_("Open datasets with structured, machine-readable data")),
                machine_readable,
            ),
            number_of(Message(N_("Open datasets with unstructured data only")), unstructured),
            share_of(Message(N_("Open datasets with complete metadata")), complete, pair(opened)),
        ),
        evidence=tuple(evidence_row(f) for f in opened),
        caveats=tuple(_caveats(context, channels)),
        rule=NAME,
        rule_version=VERSION,
    )


def _channels(context: RuleContext) -> dict[str, str]:
    """Return the URL of each channel that is there."""
    channels = {}
    if context.source.kind != "file":
        channels["agency_catalog"] = context.source.location
    organization = context.settings.data_go_th_organization.strip()
    if organization:
        prefix = context.question.field("data_go_th_url").prefix or ""
        given_as_url = organization.startswith(("http://", "https://"))
        channels["data_go_th"] = organization if given_as_url else prefix + organization
    if context.settings.own_system_url.strip():
        channels["own_system"] = context.settings.own_system_url.strip()
    return channels


def _metadata_standard(context: RuleContext, complete: Pair, opened: Pair) -> dict[str, Any]:
    """Item (3.2), "yes" or "no" as the form has it; None where there is nothing to judge."""
    if not opened.all:
        return {"metadata_standard": None}
    holds = both_reached(complete, opened, context.settings.tick_threshold)
    return {"metadata_standard": "yes" if holds else "no"}


def _channel_reasons(context: RuleContext, channels: dict[str, str]) -> Iterator[Message]:
    for code in OPTIONS:
        if code in channels:
            yield Message(
                N_("{channel}: {url}"),
                {"channel": context.question.option(code).label, "url": channels[code]},
            )
    if not channels:
        yield Message(N_("No channel is known from this source and its settings."))


def _caveats(context: RuleContext, channels: dict[str, str]) -> Iterator[Message]:
    if "agency_catalog" in channels:
        yield Message(
            N_("Only a URL of the province itself counts; check that {url} is one."),
            {"url": channels["agency_catalog"]},
        )
    if context.source.kind == "file":
        yield Message(N_("A file does not say at which URL its catalog is published."))
    if "own_system" not in channels:
        yield Message(
            N_(
                "The numbers of item 3 are asked only of a system of the province's own. Without "
                "one, the form asks for the reasons in (3.3), which people must choose."
            )
        )
    yield from private_unseen(context.source)
