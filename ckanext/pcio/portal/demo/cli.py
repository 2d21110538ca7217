"""`ckan pcio demo`: the sample province."""

from __future__ import annotations

from datetime import datetime

import click

from ckanext.pcio.standard.messages import N_, Message, terminal_language


@click.group(short_help="The sample province.")
def demo() -> None:
    """The sample province: invented offices and datasets to try the portal with."""


@demo.command(short_help="Load the sample province, or what is missing of it.")
@click.option(
    "--base-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the samples' dates are counted back from; today if not given.",
)
def load(base_date: datetime | None) -> None:
    """Load the sample province, or what is missing of it; nothing that is there is changed."""
    from .loader import load_demo  # noqa: PLC0415 - only this command needs it

    with click.progressbar(length=1000, label=_say(N_("Loading the sample province"))) as bar:

        def progress(done: int, total: int, _label: str) -> None:
            bar.update(done * 1000 // total - bar.pos)

        result = load_demo(base_date.date() if base_date else None, progress)
    click.echo(
        _say(
            N_("{made} datasets made, {kept} were there; dates are counted from {date}."),
            made=len(result.created),
            kept=len(result.kept),
            date=result.base_date,
        )
    )
    if result.refused:
        click.secho(
            _say(
                N_("Not made, because the name or title is taken: {names}"),
                names=", ".join(result.refused),
            ),
            fg="yellow",
        )


def _say(msgid: str, **params: object) -> str:
    return Message(msgid, params).text(terminal_language())
