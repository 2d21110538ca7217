"""`ckan pcio links`: checking addresses, and what is known of them."""

from __future__ import annotations

import sys
from typing import Any

import click
import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import Session

from ckanext.pcio.standard.dates import THAILAND, format_date
from ckanext.pcio.standard.links import STATE_NAMES, STATES, reason
from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import run, settings, store
from .model import LINK


@click.group(short_help="Whether the addresses of resources answer.")
def links() -> None:
    """Whether the addresses of resources answer."""


@links.command()
@click.option("--all", "everything", is_flag=True, help="Also what was checked lately.")
@click.option("--dataset", help="Only the addresses of this dataset, by id or name.")
def check(everything: bool, dataset: str | None) -> None:
    """Ask the addresses whose time has come; exit 1 where another runner is at it."""
    chosen = _settings()
    store.follow()
    model.Session.commit()
    with Session(model.meta.engine) as session:
        if dataset is not None:
            store.ask_again(session, _package_id(dataset))
        elif everything:
            store.ask_again(session)
        session.commit()
        number = store.count_due(session, run.moment(), uploads_only=not chosen.enabled)
    if not chosen.enabled:
        click.echo(_say(N_("Other servers are not asked (ckanext.pcio.links.enabled is false).")))
    with click.progressbar(length=number, label=_say(N_("Checking links"))) as bar:
        done = run.check_due(chosen, progress=bar.update)
    if done is None:
        click.echo(_say(N_("Another run is checking links now; it does this one's work, too.")))
        sys.exit(1)
    click.echo(_say(N_("{number} addresses checked:"), number=done.checked))
    for state in STATES:
        if done.states.get(state):
            click.echo(f"  {_say(STATE_NAMES[state])}: {done.states[state]}")
    if done.postponed:
        later = N_("{number} addresses are asked later, because their servers have enough.")
        click.echo(_say(later, number=done.postponed))


@links.command()
@click.option("--dataset", help="Only the addresses of this dataset, by id or name.")
@click.option("--state", type=click.Choice(STATES), help="Only addresses in this state.")
def show(dataset: str | None, state: str | None) -> None:
    """Show what is known of the addresses, the troubled ones in words."""
    query = (
        sa.select(LINK, model.Package.name)
        .join(model.Package, model.Package.id == LINK.c.package_id)
        .order_by(LINK.c.state, model.Package.name, LINK.c.resource_id)
    )
    if dataset is not None:
        query = query.where(LINK.c.package_id == _package_id(dataset))
    if state is not None:
        query = query.where(LINK.c.state == state)
    number = 0
    for number, row in enumerate(model.Session.execute(query).mappings(), 1):  # noqa: B007
        click.echo(_line(row))
    click.echo(_say(N_("{number} addresses"), number=number))


def _line(row: Any) -> str:
    language = terminal_language()
    why = reason(row["reason"], row["status"])
    parts = [_say(STATE_NAMES[row["state"]]), row["name"], row["url"]]
    if why is not None:
        parts.append(why.text(language))
    if row["state"] != "ok" and row["answered_at"] is not None:
        day = format_date(row["answered_at"].astimezone(THAILAND).date(), language)
        parts.append(_say(N_("last answered on {day}"), day=day))
    return " · ".join(parts)


def _package_id(reference: str) -> str:
    package = model.Package.get(reference)
    if package is None:
        raise click.ClickException(_say(N_("There is no dataset “{name}”."), name=reference))
    return package.id


def _settings() -> settings.LinkSettings:
    try:
        return settings.read()
    except ValueError as error:
        wrong = N_("ckanext.pcio.links.private_hosts: “{entry}” is neither a host nor a network.")
        raise click.ClickException(_say(wrong, entry=str(error))) from error


def _say(msgid: str, **params: Any) -> str:
    return Message(msgid, params).text(terminal_language())
