"""`ckan pcio`: the commands of every room under one name."""

from __future__ import annotations

import click

from .catalog.cli import facts
from .catalog.exports.cli import export
from .catalog.imports.cli import import_purge, import_workbook
from .catalog.links.cli import links
from .catalog.personal.cli import personal
from .catalog.portal_cli import import_portal
from .catalog.registration.cli import registration
from .portal.cli import provision
from .portal.demo.cli import demo
from .registers.demand.cli import demand
from .standard.dcat.cli import dcat
from .survey.response.cli import survey
from .usage.cli import usage


@click.group(short_help="A province's catalog and its readiness survey.")
def pcio() -> None:
    """A province's catalog and its readiness survey."""


pcio.add_command(facts)
pcio.add_command(import_portal)
pcio.add_command(export)
pcio.add_command(import_workbook)
pcio.add_command(import_purge)
pcio.add_command(links)
pcio.add_command(registration)
pcio.add_command(provision)
pcio.add_command(demo)
pcio.add_command(usage)
pcio.add_command(dcat)
pcio.add_command(demand)
pcio.add_command(personal)
pcio.add_command(survey)
