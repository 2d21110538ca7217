"""`ckan pcio registration`: asking GD Catalog for states, and entering them by hand."""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

import click
from ckan import model

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import asking, entering
from .listed import BYTES_MAX, ListError
from .words import reason


@click.group(short_help="What GD Catalog knows of each dataset.")
def registration() -> None:
    """What GD Catalog knows of each dataset."""


@registration.command(short_help="Ask GD Catalog for the states.")
@click.option("--dataset", help="Ask about this dataset only (id or name).")
def refresh(dataset: str | None) -> None:
    """Ask GD Catalog's service for the state of each dataset it may be asked about.

    Those asked longest ago come first, so a round that was stopped goes on with the next one.
    Exit code 1: the service gave no answer to some.
    """
    service = asking.service()
    if service is None:
        raise click.ClickException(
            _say(
                N_(
                    "No service is set. Fill in ckanext.pcio.registration.service_url, or enter "
                    "states with: ckan pcio registration import FILE.csv"
                )
            )
        )
    ids = asking.candidates(_chosen(dataset))
    label = _say(N_("Asking GD Catalog"))
    with click.progressbar(length=len(ids), label=label, file=sys.stderr, show_pos=True) as bar:
        done = asking.ask_all(service, ids, bar.update)
    told = N_("{asked} of {total} datasets asked about, {answered} answered, {known} known there.")
    numbers = {"asked": done.asked, "answered": done.answered, "known": done.known}
    click.echo(_say(told, total=len(ids), **numbers))
    why = reason(done.last_error)
    if why is not None:
        stopped = N_("Stopped, because {reason}. Run it again later; it goes on where it stopped.")
        failed = N_("Some gave no answer, because {reason}.")
        click.echo(_say(stopped if done.stopped else failed, reason=why), err=True)
    sys.exit(1 if why else 0)


def _chosen(reference: str | None) -> list[str] | None:
    if reference is None:
        return None
    dataset = model.Package.get(reference)
    if dataset is None:
        raise click.ClickException(_say(N_("There is no such dataset here.")))
    return [dataset.id]


@registration.command("import", short_help="Enter states from a CSV file.")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
def import_list(file: BinaryIO, dry_run: bool) -> None:
    """Keep the states of FILE (CSV: dataset, state, date), all of it or nothing.

    For portals that cannot reach GD Catalog's service. Exit code 1: rows were refused, and nothing
    was written.
    """
    language = terminal_language()
    try:
        # One byte more than is allowed is enough to know that the file is too large.
        report = entering.take(file.read(BYTES_MAX + 1), dry_run=dry_run)
    except ListError as error:
        raise click.ClickException(error.message.text(language)) from error
    for row in report.rows:
        if row.reason is not None:
            click.echo(f"{row.row}. {plain(row.dataset)}: {row.reason.text(language)}")
    if report.refused:
        told = N_("{refused} of {total} rows refused: nothing was written.")
    elif report.written:
        told = N_("{total} states entered.")
    else:
        told = N_("{total} rows can be entered. This was a dry run: nothing was written.")
    click.echo(_say(told, refused=report.refused, total=len(report.rows)))
    sys.exit(1 if report.refused else 0)


def _say(msgid: str, **params: Any) -> str:
    return Message(msgid, params).text(terminal_language())
