"""`ckan pcio facts` and `ckan pcio import-portal`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import records, sync
from .importer import Imported, Importer
from .readers.file import read_file
from .readers.reading import Reading, SourceError
from .readers.remote import read_portal


@click.group(short_help="The facts table: one row for each dataset.")
def facts() -> None:
    """The facts table: one row for each dataset."""


@facts.command()
def rebuild() -> None:
    """Write the whole table anew; readers see the old rows until the new ones are there."""
    label = _say(N_("Rebuilding facts"))
    with click.progressbar(length=len(records.package_ids()), label=label) as bar:
        done = sync.rebuild(bar.update)
    click.echo(_say(N_("{number} datasets written."), number=done))


@facts.command()
def check() -> None:
    """Compare the table with what a rebuild would write; exit 1 where they differ."""
    label = _say(N_("Checking facts"))
    with click.progressbar(length=len(records.package_ids()), label=label) as bar:
        differences = sync.check(bar.update)
    for difference in differences[:50]:
        problem = _say(_PROBLEMS.get(difference.problem, difference.problem))
        click.echo(f"{difference.name} ({difference.package_id}): {problem}")
    if differences:
        click.echo(
            _say(
                N_("{number} datasets differ; run: ckan pcio facts rebuild"),
                number=len(differences),
            )
        )
        sys.exit(1)
    click.echo(_say(N_("The facts table equals a rebuild.")))


@click.command("import-portal", short_help="Take in the datasets of a portal or a file.")
@click.argument("source")
@click.option("--organization", help="Office of the datasets whose own office is not here.")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    default=terminal_language,
    show_default="the terminal's language",
    help="Language of the report.",
)
def import_portal(source: str, organization: str | None, dry_run: bool, lang: str) -> None:
    """Take in the datasets of SOURCE unchanged, and report what was read differently.

    SOURCE is the address of a CKAN portal, or a file: a `package_search` result, a JSON list, or
    JSON lines. Each dataset is taken in wholly or not at all. Exit code 1: some were refused.
    """
    try:
        reading = _read(source)
        importer = Importer(organization, dry_run=dry_run)
        results = [_reported(importer, record, lang) for record in reading.datasets]
    except SourceError as error:
        raise click.ClickException(error.message.text(lang)) from error
    except tk.ObjectNotFound as error:
        raise click.ClickException(str(error)) from error
    for warning in reading.warnings:
        click.echo(warning.text(lang), err=True)
    outcomes = Counter(result.outcome for result in results)
    summary = Message(
        N_(
            "{created} datasets created, {updated} updated, {unchanged} unchanged, "
            "{refused} refused; {remarks} remarks."
        ),
        {
            **{name: outcomes[name] for name in ("created", "updated", "unchanged", "refused")},
            "remarks": sum(len(result.remarks) for result in results),
        },
    )
    click.echo(summary.text(lang))
    if dry_run:
        click.echo(Message(N_("This was a dry run: nothing was written.")).text(lang))
    sys.exit(1 if outcomes["refused"] else 0)


def _say(msgid: str, **params: Any) -> str:
    return Message(msgid, params).text(terminal_language())


def _read(source: str) -> Reading:
    if source.startswith(("http://", "https://")):
        return read_portal(source, dictionaries=False)
    return read_file(source)


def _reported(importer: Importer, record: Mapping[str, Any], lang: str) -> Imported:
    result = importer.take(record)
    click.echo(f"{Message(_OUTCOMES[result.outcome]).text(lang)}: {result.title} {result.name}")
    for remark in result.remarks:
        click.echo(f"    {remark.text(lang)}")
    return result


_PROBLEMS = {
    "missing": N_("not in the table"),
    "left over": N_("no longer a dataset, but still in the table"),
}

_OUTCOMES = {
    "created": N_("created"),
    "updated": N_("updated"),
    "unchanged": N_("unchanged"),
    "refused": N_("refused"),
}
