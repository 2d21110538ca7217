"""`ckan pcio dcat`: what a DCAT document of another portal says, before anything is imported."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ckanext.pcio.standard.messages import terminal_language

from .document import FORMATS, UnreadableDocument, read_document


@click.group(short_help="DCAT documents.")
def dcat() -> None:
    """DCAT documents."""


@dcat.command(short_help="Show what a DCAT document says.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="Else by the file's name.")
def read(file: Path, form: str | None) -> None:
    """Print the datasets of FILE as JSON lines, and what was not understood beside them."""
    language = terminal_language()
    try:
        found = read_document(file.read_bytes(), form or file.suffix.removeprefix("."))
    except UnreadableDocument as error:
        raise click.ClickException(error.message.text(language)) from error
    for each in found:
        click.echo(json.dumps(each.record, ensure_ascii=False))
        for warning in each.warnings:
            address = each.record.get("uri", "")
            click.echo(f"{address}: {warning.text(language)}", err=True)
