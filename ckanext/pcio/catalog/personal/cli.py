"""`ckan pcio personal`: scan files by hand, and say how the checking stands."""

from __future__ import annotations

import sys
from typing import Any

import click
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs

from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import hold, job, store, watch
from .states import FOUND


@click.group(short_help="Files checked for personal data.")
def personal() -> None:
    """Files checked for personal data."""


@personal.command()
@click.option(
    "--all", "everything", is_flag=True, help="Also files that were public before this check was."
)
def scan(everything: bool) -> None:
    """Scan now what waits for the worker; also what a worker that died has left.

    Files that were public before are not held, whatever is found: they are flagged.
    """
    if everything:
        _ask_for_all()
    owed = store.owed()
    found = 0
    with click.progressbar(owed, label=_say(N_("Checking files"))) as bar:
        for resource_id in bar:
            found += job.scan(resource_id) == FOUND
    click.echo(
        _say(
            N_("{number} files checked; personal data found in {found}."),
            number=len(owed),
            found=found,
        )
    )


@personal.command()
def status() -> None:
    """Say how the checking stands; exit 1 where files wait and nobody checks them."""
    counts = store.overview()
    click.echo(_say(_MODES[hold.mode()]))
    click.echo(
        _say(
            N_(
                "{scans} files known, {owed} wait for their check, {found} wait for a decision, "
                "{held} held from readers, {unreadable} could not be read."
            ),
            **{key: counts[key] for key in ("scans", "owed", "found", "held", "unreadable")},
        )
    )
    workers = _workers()
    if not workers:
        click.echo(_say(N_("No background worker is running; start one: ckan jobs worker")))
    oldest = counts["oldest"].isoformat(timespec="minutes") if counts["oldest"] else ""
    late = bool(oldest) and store.late(oldest)
    if late:
        click.echo(
            _say(
                N_(
                    "A file has been waiting since {moment}. Held files stay held; check them now "
                    "with: ckan pcio personal scan"
                ),
                moment=oldest,
            )
        )
    sys.exit(1 if counts["owed"] and (late or not workers) else 0)


_MODES = {
    hold.HOLD: N_("New files are held from readers until they are checked."),
    hold.WARN: N_("New files are checked and not held."),
    hold.OFF: N_("New files are not checked."),
}


def _workers() -> int:
    queue = jobs.get_queue()
    return len(jobs.Worker.all(queue=queue))


def _ask_for_all() -> None:
    query = sa.select(model.Package.id).where(model.Package.state == model.State.ACTIVE)
    for package_id in list(model.Session.scalars(query)):
        for resource_id, content in watch.kept(package_id).items():
            watch.again(resource_id, package_id, content)
        model.Session.commit()


def _say(msgid: str, **params: Any) -> str:
    return Message(msgid, params).text(terminal_language())
