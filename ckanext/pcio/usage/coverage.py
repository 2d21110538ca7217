"""What the numbers of use hold and what they cannot hold, in sentences for readers. Pure."""

from __future__ import annotations

from datetime import date

from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.messages import N_, Message


class Day:
    """A day within a sentence: in the Buddhist era for Thai readers."""

    def __init__(self, day: date) -> None:
        self.day = day

    def text(self, language: str) -> str:
        """Return the day in words."""
        return format_date(self.day, language)


def counted() -> tuple[Message, ...]:
    """Return what is counted, and by which rules."""
    return (
        Message(
            N_(
                "Counted on the server, when the answer succeeded: views of dataset and resource "
                "pages, downloads through this portal, reads over the API and copies of the "
                "DataStore's tables, by the rules of the COUNTER Code of Practice for Research "
                "Data."
            )
        ),
        Message(
            N_(
                "Our additions to those rules: the first part of a file fetched in parts (206) and "
                "the redirect to a file at another address (302) count as downloads."
            )
        ),
        Message(
            N_(
                "The same visitor at the same address within 30 seconds counts once; one call of "
                "the API counts once for each dataset it reads."
            )
        ),
        Message(
            N_(
                "Visitors are known for one day only, so the number of visitors of a longer time "
                "is the sum of its days: who came on three days is counted three times."
            )
        ),
    )


def not_counted() -> tuple[Message, ...]:
    """Return what no server can count, so that nobody takes the numbers for more than they are."""
    return (
        Message(
            N_(
                "Not counted, because this portal does not see it: files at other addresses that "
                "are opened directly or linked to from elsewhere."
            )
        ),
        Message(
            N_(
                "Not counted: answers that a cache or CDN in front of the portal gave, and use of "
                "copies of the datasets in other portals."
            )
        ),
        Message(
            N_(
                "People who share an address and kind of browser, as in one office, are one "
                "visitor unless they log in."
            )
        ),
    )


def notes(robots: date | None, first: date | None) -> tuple[Message, ...]:
    """Return the whole note.

    Args:
        robots: day of the list of robots in use; None where it is not known.
        first: day of the first event counted live; None before there was one.

    """
    found = [*counted(), *not_counted()]
    if robots:
        found.append(
            Message(
                N_(
                    "Robots are left out by the list of COUNTER of {day}; programs that people "
                    "use are counted apart, as machines."
                ),
                {"day": Day(robots)},
            )
        )
    if first:
        found.append(
            Message(
                N_("Counting began on {day}; earlier numbers come from imported records, if any."),
                {"day": Day(first)},
            )
        )
    return tuple(found)
