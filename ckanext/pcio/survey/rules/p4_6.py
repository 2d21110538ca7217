"""P4.6.1: whether information is open to the public, and through which channel.

The question has three rows; a catalog answers the first, and of its channels the website.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import Proposal, RuleContext, evidence_row
from ckanext.pcio.survey.scope import pair
from ckanext.pcio.survey.wording import number_of, part_only

NAME = "P4.6"
VERSION = 1
OPTIONS = ()


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" with the website where a dataset of the own ones is open at an address."""
    opened = [f for f in context.facts if f.open]
    number = pair(opened)
    address = context.source.location if context.source.kind != "file" else ""
    row = _row(address) if address and number.own else None
    return Proposal(
        question=context.question.id,
        option=None,
        values={
            **({"participation": {"e_information": row}} if row else {}),
            **number.values("open"),
        },
        reasons=tuple(
            [
                *(
                    [Message(N_("The data catalog is at {url}."), {"url": address})]
                    if address
                    else []
                ),
                number_of(Message(N_("Open datasets")), number),
                Message(
                    N_(
                        "“Yes” is proposed in row P4.6.1 from one open dataset of the province's "
                        "own at a public address."
                    )
                ),
            ]
        ),
        evidence=tuple(evidence_row(f) for f in opened),
        caveats=tuple(_caveats(address, proposed=row is not None)),
        partial=True,
        rule=NAME,
        rule_version=VERSION,
    )


def _row(address: str) -> dict[str, Any]:
    return {"choice": "yes", "fields": {"channels": ["website"], "website_url": address}}


def _caveats(address: str, *, proposed: bool) -> Iterator[Message]:
    if proposed:
        yield part_only()
    yield Message(
        N_("Of the channels only the website can be seen here; add e-mail, Line and social media.")
    )
    if address:
        yield Message(
            N_("Only a URL of the province itself counts; check that {url} is one."),
            {"url": address},
        )
    else:
        yield Message(N_("A file does not say at which URL its catalog is published."))
