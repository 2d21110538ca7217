"""`ckan pcio export`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from ckan.types import Context

from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import records, selection
from .files import FORMS
from .selection import Selection

_SUFFIXES = {".xlsx": "workbook", ".csv": "datasets", ".jsonl": "jsonl"}


@click.command(short_help="Give out the metadata of the catalog, or of one office, as a file.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organization", help="Only the datasets of this office (id or name).")
@click.option(
    "--format",
    "form_key",
    type=click.Choice(list(FORMS)),
    show_default="by the name of the file: .xlsx, .csv, .jsonl",
    help="Kind of file.",
)
@click.option("--public-only", is_flag=True, help="Leave out what is private or a draft.")
@click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    default=terminal_language,
    show_default="the terminal's language",
    help="Language of headings and of the report.",
)
def export(
    file: Path, organization: str | None, form_key: str | None, public_only: bool, lang: str
) -> None:
    """Write the metadata of all datasets, or of one office's, to FILE.

    The workbook (.xlsx) can be read back with `ckan pcio import`, JSON lines (.jsonl) with
    `ckan pcio import-portal`. FILE is replaced only when it is whole.
    """
    form = FORMS.get(form_key or _SUFFIXES.get(file.suffix.lower(), ""))
    if form is None:
        wrong = N_("The name of the file does not say its kind; name it with --format.")
        raise click.UsageError(Message(wrong).text(lang))
    chosen = None
    if organization:
        chosen = selection.organization_id(organization)
        if chosen is None:
            wrong = N_("There is no office {office}.")
            raise click.UsageError(Message(wrong, {"office": organization}).text(lang))
    context: Context = {"ignore_auth": True}
    found = selection.ids(context, Selection(chosen, public_only=public_only))
    label = Message(N_("Writing datasets")).text(lang)
    try:
        with (
            _replacing(file) as target,
            click.progressbar(records.read(context, found), length=len(found), label=label) as bar,
        ):
            form.write(bar, target, lang)
    except OSError as error:
        wrong = N_("The file {file} could not be written: {error}. It is as it was.")
        params: dict[str, Any] = {"file": str(file), "error": error.strerror or str(error)}
        raise click.ClickException(Message(wrong, params).text(lang)) from error
    done = Message(N_("{number} datasets written to {file}."), _done(found, file))
    click.echo(done.text(lang))


def _done(found: list[str], file: Path) -> dict[str, Any]:
    return {"number": f"{len(found):,}", "file": str(file)}


@contextmanager
def _replacing(file: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of `file` when it is whole, and else goes."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
