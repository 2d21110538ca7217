"""The launcher's commands, inside the virtual environment the bootstrap made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import psycopg2

from . import command, portal, testing
from .bootstrap import disk_refusal
from .console import Refusal, _, refuse, write_whatever_the_terminal
from .layout import default_data

# What follows the first word of another program's arguments is that program's, `--data` too.
_PASS_THROUGH = {
    "ignore_unknown_options": True,
    "allow_interspersed_args": False,
    "help_option_names": [],
}


@click.group()
def main() -> None:
    """A province's open-data portal as one command."""


@main.command("portal")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=5000,
    show_default=True,
    help="Port to listen on.",
)
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


def run() -> int:
    """Run the command line and return its exit code; what goes wrong becomes one sentence."""
    write_whatever_the_terminal()
    try:
        main(prog_name="pcio", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt, portal.Stop):
        return 130
    except Refusal as refusal:
        refuse(str(refusal))
    except click.BadParameter as error:
        name = error.param.opts[0] if error.param else ""
        sentence = _("{name} cannot have this value. See --help. ({detail})")
        refuse(sentence.format(name=name, detail=error.message))
    except click.ClickException as error:
        sentence = _("The command is not understood. See --help. ({detail})")
        refuse(sentence.format(detail=error.format_message()))
    except OSError as error:
        if os.environ.get("PCIO_DEBUG"):
            raise
        refuse(str(disk_refusal(error, Path(error.filename or default_data()))))
    except psycopg2.Error as error:
        if os.environ.get("PCIO_DEBUG"):
            raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        refuse(_("The database refused: {reason}").format(reason=reason))
    else:
        return 0
    return 2


if __name__ == "__main__":
    sys.exit(run())
