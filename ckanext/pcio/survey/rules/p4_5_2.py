"""P4.5.2: whether a log of the website's use is kept."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.survey.proposal import Proposal, RuleContext
from ckanext.pcio.survey.wording import Day

NAME = "P4.5.2"
VERSION = 1
OPTIONS = ("yes",)


def propose(context: RuleContext) -> Proposal:
    """Propose "yes" where the portal counts its use and is part of the province's main website.

    The question is about the main website, which the settings name. A catalog elsewhere shows its
    own log only, and one that reads from outside none at all.
    """
    since = context.counted_since
    proposed = since is not None and _same_site(context)
    return Proposal(
        question=context.question.id,
        option="yes" if proposed else None,
        values={"counted_since": since.isoformat() if since else None},
        reasons=tuple(_reasons(context)),
        caveats=tuple(_caveats(context, proposed=proposed)),
        rule=NAME,
        rule_version=VERSION,
    )


def _same_site(context: RuleContext) -> bool:
    """Whether the catalog is at the main website's host or at a name below it."""
    main = _host(context.settings.main_website).removeprefix("www.")
    here = _host(context.source.location)
    return bool(main) and context.source.kind == "portal" and f".{here}".endswith(f".{main}")


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _reasons(context: RuleContext) -> Iterator[Message]:
    if context.counted_since is None:
        yield Message(N_("No log of use is seen here."))
        return
    yield Message(
        N_("The portal at {url} has kept a log of its use since {day}."),
        {"url": context.source.location, "day": Day(context.counted_since)},
    )
    if _same_site(context):
        yield Message(
            N_("It is part of the main website {url}, which the settings name."),
            {"url": context.settings.main_website},
        )


def _caveats(context: RuleContext, *, proposed: bool) -> Iterator[Message]:
    if context.source.kind != "portal":
        yield Message(N_("Whether use is counted cannot be seen from outside."))
    elif proposed:
        yield Message(
            N_(
                "The log covers the data catalog. Check that the main website's other pages have "
                "one too."
            )
        )
    elif context.counted_since is not None and context.settings.main_website:
        yield Message(
            N_(
                "“{option}” is not proposed: the question asks about the main website, and the "
                "catalog is not part of {url}."
            ),
            {"option": context.question.option("yes").label, "url": context.settings.main_website},
        )
    elif context.counted_since is not None:
        yield Message(
            N_(
                "“{option}” is not proposed: the question asks about the main website, and the "
                "settings do not say which that is."
            ),
            {"option": context.question.option("yes").label},
        )
