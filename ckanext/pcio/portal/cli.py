"""`ckan pcio provision`: the part of a first start that runs inside CKAN."""

from __future__ import annotations

from pathlib import Path

import click
from ckan.cli import db
from ckan.lib.i18n import build_js_translations

from . import provision as steps
from .console import Step, _


@click.command(short_help="Prepare a new portal: tables, administrator, sample data.")
@click.option("--admin-file", type=click.Path(path_type=Path), required=True)
@click.option("--demo/--no-demo", default=False)
@click.pass_context
def provision(ctx: click.Context, admin_file: Path, demo: bool) -> None:
    """Bring the tables up to date, create the administrator and load the sample province."""
    with Step(_("Creating tables")):
        ctx.invoke(db.upgrade, version="head", plugin=None, skip_core=False, skip_plugins=False)
    # What a page's scripts say; without this every one of their words is English.
    build_js_translations()
    with Step(_("Creating the administrator")):
        steps.create_administrator(admin_file)
    if demo:
        steps.load_demo()
