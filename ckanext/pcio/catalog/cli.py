"""`ckan pcio facts`: the facts table."""

from __future__ import annotations

import sys
from typing import Any

import click

from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import records, sync


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


def _say(msgid: str, **params: Any) -> str:
    return Message(msgid, params).text(terminal_language())


_PROBLEMS = {
    "missing": N_("not in the table"),
    "left over": N_("no longer a dataset, but still in the table"),
}
