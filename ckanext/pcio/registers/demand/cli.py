"""`ckan pcio demand`: the central agency's yearly list."""

from __future__ import annotations

import sys
from typing import BinaryIO

import click

from ckanext.pcio.standard import values
from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.messages import Message, terminal_language

from .central_list import BYTES_MAX, ListError
from .importing import OUTCOMES, take


@click.group(short_help="What the public asks for.")
def demand() -> None:
    """What the public asks for."""


@demand.command("import", short_help="Take in the central agency's yearly list.")
@click.argument("file", type=click.File("rb"))
@click.option("--year", required=True, help="Buddhist year of the list, such as 2567.")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    default=terminal_language,
    show_default="the terminal's language",
    help="Language of the report.",
)
def import_list(file: BinaryIO, year: str, dry_run: bool, lang: str) -> None:
    """Take in the list FILE (CSV), all of it or nothing, and report every row.

    Importing it again changes nothing. Exit code 1: rows were refused, and nothing was written.
    """
    try:
        # A blank is no year; as anything else that is none, it is refused with its reason.
        written = values.year(year.strip() or "?")
        # One byte more than is allowed is enough to know that the file is too large.
        report = take(file.read(BYTES_MAX + 1), int(written), dry_run=dry_run)
    except values.Refused as refused:
        raise click.ClickException(refused.message.text(lang)) from refused
    except ListError as error:
        raise click.ClickException(error.message.text(lang)) from error
    for row, outcome in report.rows:
        reason = f" ({row.reason.text(lang)})" if row.reason else ""
        said = Message(OUTCOMES[outcome]).text(lang)
        click.echo(f"{row.row}. {said}: {plain(row.title)}{reason}")
    click.echo(report.conclusion.text(lang))
    sys.exit(1 if report.counts["refused"] else 0)
