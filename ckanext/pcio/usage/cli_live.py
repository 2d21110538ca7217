"""`ckan pcio usage`: the commands of the running portal: flush, doctor, purge."""

from __future__ import annotations

import click

commands: tuple[click.Command, ...] = ()
