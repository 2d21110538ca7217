"""`ckan pcio usage`: the commands of the running portal: flush, doctor, purge."""

from __future__ import annotations

import json
import sys
import time
from typing import Any, cast

import ckan.plugins.toolkit as tk
import click
import redis
import sqlalchemy as sa
from ckan import model
from sqlalchemy.exc import SQLAlchemyError

from ckanext.pcio.standard.dates import format_month, today_in_thailand
from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import batches, coverage, doctor, figures, retention
from . import flush as flushing

_BIG = 20_000
_MEGABYTE = 1024 * 1024
_FAILURES = (redis.RedisError, SQLAlchemyError, batches.Unsettled)


@click.command(short_help="Write counted events into the database.")
@click.option(
    "--every",
    type=click.IntRange(min=1),
    metavar="SECONDS",
    help="Go on flushing, for servers whose background worker has no scheduler.",
)
def flush(every: int | None) -> None:
    """Write the events that wait in Redis into the database.

    The background worker does this by itself. What cannot be written stays in Redis.
    """
    while True:
        try:
            done = _flush_once()
        except _FAILURES as error:
            click.echo(_failed(error), err=True)
            if every is None:
                sys.exit(1)
        else:
            if every is None or done.batches:
                click.echo(
                    _say(
                        N_("{events} events written in {counters} counters, {batches} batches."),
                        events=done.events,
                        counters=done.counters,
                        batches=done.batches,
                    )
                )
        if every is None:
            return
        time.sleep(every)


def _flush_once() -> flushing.FlushResult:
    waiting = batches.connect().waiting()
    if waiting < _BIG:
        return flushing.flush()
    with click.progressbar(length=waiting, label=_say(N_("Writing usage"))) as bar:
        return flushing.flush(bar.update)


def _failed(error: Exception) -> str:
    reason = str(error).strip().splitlines() or [type(error).__name__]
    return _say(N_("Nothing is lost, but not all could be written now: {reason}"), reason=reason[0])


@click.command(short_help="Drop numbers by day that are older than the setting.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(yes: bool) -> None:
    """Drop days older than ckanext.pcio.usage.retention_months; the sums by month stay."""
    months = int(tk.config["ckanext.pcio.usage.retention_months"])
    if months < 1:
        click.echo(_say(N_("Every day is kept (ckanext.pcio.usage.retention_months is 0).")))
        return
    engine = cast("sa.Engine", model.meta.engine)
    old = retention.expired(engine, today_in_thailand(), months)
    if not old:
        click.echo(_say(N_("No month is older than {months} months."), months=months))
        return
    for month in old:
        click.echo(
            _say(
                N_("{month}: {rows} rows, {size} MB"),
                month=format_month(month.month, terminal_language()),
                rows=month.rows,
                size=round(month.size / _MEGABYTE, 1),
            )
        )
    question = _say(N_("Drop the days of these months? Their sums by month stay."))
    if not yes and not click.confirm(question):
        click.echo(_say(N_("Nothing was dropped.")))
        return
    sys.exit(1 if sum(not _dropped(engine, month) for month in old) else 0)


def _dropped(engine: sa.Engine, month: retention.Month) -> bool:
    name = format_month(month.month, terminal_language())
    try:
        retention.drop(engine, month.month)
    except retention.NotHeld as error:
        text = N_("{month}: kept, as the sums by month lack {rows} of its numbers.")
        click.echo(_say(text, month=name, rows=error.rows), err=True)
        return False
    except SQLAlchemyError as error:
        reason = str(error).strip().splitlines()[0]
        text = N_("{month}: kept, as the table was in use; try again: {reason}")
        click.echo(_say(text, month=name, reason=reason), err=True)
        return False
    click.echo(_say(N_("{month}: dropped."), month=name))
    return True


@click.command("doctor", short_help="Look whether counting works.")
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    help="Days to look at; so many without an event are silence. Default: the setting.",
)
@click.option("--json", "as_json", is_flag=True, help="Findings for programs.")
def examine(days: int | None, as_json: bool) -> None:
    """Tell what arrives, what went silent, and what endangers counting. Exit 1: act."""
    measured = figures.gather(days)
    findings = doctor.examine(measured)
    notes = coverage.notes(measured.robots, figures.first_event())
    language = terminal_language()
    if as_json:
        answer = {
            "wrong": doctor.is_wrong(findings),
            "findings": [
                {
                    "name": finding.name,
                    "state": finding.state,
                    "message": finding.message.text(language),
                }
                for finding in findings
            ],
            "lost": measured.lost,
            "coverage": [note.text(language) for note in notes],
        }
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _print(findings, notes, language)
    sys.exit(1 if doctor.is_wrong(findings) else 0)


def _print(findings: tuple[doctor.Finding, ...], notes: tuple[Message, ...], language: str) -> None:
    colors = {"fine": "green", "warning": "yellow", "wrong": "red"}
    for finding in findings:
        state = Message(doctor.STATES[finding.state]).text(language)
        mark = click.style(f"[{state}]", fg=colors.get(finding.state))
        click.echo(f"{mark} {finding.message.text(language)}")
    click.echo()
    click.echo(_say(N_("What the numbers hold:")))
    for note in notes:
        click.echo(f"- {note.text(language)}")


def _say(msgid: str, **params: Any) -> str:
    return Message(msgid, params).text(terminal_language())


commands: tuple[click.Command, ...] = (flush, purge, examine)
