"""`ckan pcio usage`: the commands of this room."""

from __future__ import annotations

import click

from . import cli_history, cli_live


@click.group(short_help="Numbers of use: flush, doctor, history.")
def usage() -> None:
    """Numbers of use: flush, doctor, history."""


for command in (*cli_live.commands, *cli_history.commands):
    usage.add_command(command)
