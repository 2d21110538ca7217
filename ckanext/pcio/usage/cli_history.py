"""`ckan pcio usage`: the commands that bring in what was counted before."""

from __future__ import annotations

import click

commands: tuple[click.Command, ...] = ()
