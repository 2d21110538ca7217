"""`ckan pcio survey`: reminders for a timetable of the server."""

from __future__ import annotations

from datetime import timedelta

import ckan.plugins.toolkit as tk
import click

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import reminding, store


@click.group(short_help="The readiness survey of the year.")
def survey() -> None:
    """The readiness survey of the year."""


@survey.command("remind", short_help="Remind offices whose time is nearly up.")
@click.option("--edition", default=None, help="Edition; that of the settings when left out.")
@click.option(
    "--days",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Days before the deadline from which an office is reminded.",
)
@click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    default=terminal_language,
    show_default="the terminal's language",
    help="Language of the report.",
)
def remind(edition: str | None, days: int, lang: str) -> None:
    """Remind the offices whose deadline is near or over, each once in a day.

    Made for a daily timetable. Offices that have sent everything, and surveys that are not open,
    are left in peace; that is no error.
    """
    wanted = edition or tk.config["ckanext.pcio.survey"]
    response = store.response(wanted)
    if response is None or response["state"] != "open":
        click.echo(Message(N_("The survey is not open; nobody was reminded.")).text(lang))
        return
    until = today_in_thailand() + timedelta(days=days)
    offices = reminding.due(response, until, store.now() - timedelta(days=1))
    if offices:
        site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        tk.get_action("pcio_survey_remind")(
            {"user": site_user, "ignore_auth": True},
            {"edition": wanted, "organizations": offices},
        )
    told = Message(N_("Offices that will be written to: {count}"), {"count": len(offices)})
    click.echo(told.text(lang))
