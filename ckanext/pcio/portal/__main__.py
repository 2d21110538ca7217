"""The launcher's commands, inside the virtual environment the bootstrap made."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from . import command, portal, testing
from .console import Refusal, _, refuse
from .layout import default_data

_PASS_THROUGH = {"ignore_unknown_options": True, "help_option_names": []}


@click.group()
def main() -> None:
    """A province's open-data portal as one command."""


@main.command("portal")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, help="Port to listen on.")
@click.option("--reset", is_flag=True, help="Remove the portal's data first.")
@click.option("--yes", is_flag=True, help="Do not ask before removing data.")
@click.option("--no-demo", is_flag=True, help="Start empty, without the sample province.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the portal's data.")
def portal_command(
    host: str, port: int, reset: bool, yes: bool, no_demo: bool, data: Path | None
) -> None:
    """Bring up the portal and keep it up until Ctrl-C."""
    folder = data or default_data()
    if reset and not yes and sys.stdin.isatty() and folder.exists():
        click.confirm(
            _("Everything in {folder} will be removed. Go on?").format(folder=folder), abort=True
        )
    sys.exit(portal.run(folder, host=host, port=port, reset=reset, demo=not no_demo))


@main.command("test", context_settings=_PASS_THROUGH)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test_command(arguments: tuple[str, ...]) -> None:
    """Run the test suite on a throw-away stack."""
    sys.exit(testing.run(list(arguments)))


@main.command("ckan", context_settings=_PASS_THROUGH)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the portal's data.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def ckan_command(data: Path | None, arguments: tuple[str, ...]) -> None:
    """Run CKAN's command line against the portal's settings."""
    sys.exit(command.run(data or default_data(), list(arguments)))


if __name__ == "__main__":
    try:
        main(prog_name="pcio")
    except Refusal as refusal:
        refuse(str(refusal))
        sys.exit(2)
    except portal.Stop:
        sys.exit(130)
