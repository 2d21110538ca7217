"""`ckan pcio facts`: rebuild the facts table, or prove that it needs no rebuilding."""

from __future__ import annotations

import sys

import ckan.plugins.toolkit as tk
import click

from . import records, sync


@click.group(short_help="The facts table: one row for each dataset.")
def facts() -> None:
    """The facts table: one row for each dataset."""


@facts.command()
def rebuild() -> None:
    """Write the whole table anew; readers see the old rows until the new ones are there."""
    label = tk._("Rebuilding facts")
    with click.progressbar(length=len(records.package_ids()), label=label) as bar:
        done = sync.rebuild(bar.update)
    click.echo(tk._("{number} datasets written.").format(number=done))


@facts.command()
def check() -> None:
    """Compare the table with what a rebuild would write; exit 1 where they differ."""
    label = tk._("Checking facts")
    with click.progressbar(length=len(records.package_ids()), label=label) as bar:
        differences = sync.check(bar.update)
    for difference in differences[:50]:
        click.echo(f"{difference.name} ({difference.package_id}): {difference.problem}")
    if differences:
        click.echo(
            tk._("{number} datasets differ; run: ckan pcio facts rebuild").format(
                number=len(differences)
            )
        )
        sys.exit(1)
    click.echo(tk._("The facts table equals a rebuild."))
