"""`ckan pcio usage`: the commands that bring in what was counted before."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckan import model

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.dates import format_date
from ckanext.pcio.standard.messages import N_, Message, terminal_language

from . import core_import as core
from . import csv_import as table
from . import history_report as report
from . import names
from .csv_rows import CsvRefusal
from .history import HistoryRefusal
from .log_files import LogFile, LogRefusal
from .log_import import Imported, LogImport, Options, default_jobs
from .log_paths import Paths, is_type

_lang = click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    default=terminal_language,
    show_default="the terminal's language",
    help="Language of the report.",
)
_dry_run = click.option("--dry-run", is_flag=True, help="Read and report, write nothing.")


@click.command("import-log", short_help="Count the access logs of the web server.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--alias", "aliases", multiple=True, help="OLD=NEW name of a renamed dataset.")
@click.option("--aliases", "alias_file", help="File of such lines.")
@click.option("--root-path", help="Where the portal stood below its host [default: its setting].")
@click.option(
    "--type", "types", multiple=True, help="Address of datasets besides /dataset, as open-data."
)
@click.option(
    "--forwarded-for",
    "proxies",
    type=click.IntRange(1, 10),
    help="The last field is X-Forwarded-For, with so many proxies of your own.",
)
@click.option("--including-live-days", is_flag=True, help="Also days that were counted live.")
@click.option("--jobs", type=click.IntRange(1, 16), default=default_jobs, help="Processes.")
@_dry_run
@_lang
def import_log(
    files: tuple[str, ...],
    aliases: tuple[str, ...],
    alias_file: str | None,
    root_path: str | None,
    types: tuple[str, ...],
    proxies: int | None,
    including_live_days: bool,
    jobs: int,
    dry_run: bool,
    lang: str,
) -> None:
    """Count the access logs FILE (nginx or Apache, combined format, plain or gzip; "-" is stdin).

    The rules are those of live counting. Each line counts once: a log that was taken in is passed
    over, whatever it is called now, and one that grew is continued. Give logs of several days
    together, so that visitors are known from one to the next; logs that were taken in before are
    read again for that. Logs of several servers for the same days are to be merged by time first.
    Days that were counted live are left out.

    A log knows less than the portal: a read by POST counts for the portal alone, any part of a
    file (206) counts as a download of it, and nobody is known by account.
    """
    with _refusals(lang):
        paths = Paths(root_path if root_path is not None else _root(), _types(types))
        known = names.load(model.Session, _aliases(aliases, alias_file))
        model.Session.remove()
        opened = [LogFile(file) for file in files]
        options = Options(
            paths=paths,
            proxies=proxies or 0,
            jobs=jobs,
            dry_run=dry_run,
            including_live_days=including_live_days,
        )
        if including_live_days:
            click.echo(
                _say(
                    N_("Days that were counted live are counted again from the log: twice in all."),
                    lang,
                ),
                err=True,
            )
        with _progress(opened, lang) as tick:
            done = list(LogImport(model.meta.engine, known, options, tick).run(opened))
        for one in done:
            for line in _told(one, lang):
                click.echo(line)
    _close(dry_run, lang)


@click.command("import-core", short_help="Take over the numbers of CKAN's own tracking.")
@click.option("--alias", "aliases", multiple=True, help="OLD=NEW name of a renamed dataset.")
@click.option("--aliases", "alias_file", help="File of such lines.")
@_dry_run
@_lang
def import_core(aliases: tuple[str, ...], alias_file: str | None, dry_run: bool, lang: str) -> None:
    """Take over what CKAN's own tracking counted (`tracking_summary`), day by day.

    Days that were taken in before, were counted live or of an access log, or are not settled yet
    are left out. Core's tracking saw only browsers with JavaScript, did not tell robots apart and
    has no unique uses; those stay empty.
    """
    with _refusals(lang):
        old = _aliases(aliases, alias_file)
        done = core.import_core(model.meta.engine, old, dry_run=dry_run)
    for line in report.core(done, lang):
        click.echo(line)
    _close(dry_run, lang)


@click.command("import-csv", short_help="Take in a table of daily numbers.")
@click.argument("file")
@click.option("--including-live-days", is_flag=True, help="Also days that were counted live.")
@_dry_run
@_lang
def import_csv(file: str, including_live_days: bool, dry_run: bool, lang: str) -> None:
    """Take in FILE, a CSV with numbers by day, wholly or not at all; every wrong row is named.

    Its columns are date, dataset (id or name), kind and count; resource, access and audience may
    be there too. The export of numbers by day has these columns.
    """
    with _refusals(lang):
        done = table.import_csv(
            model.meta.engine, file, dry_run=dry_run, including_live_days=including_live_days
        )
    for line in report.table(done, plain(file), lang):
        click.echo(line)
    if done.wrong:
        sys.exit(1)
    _close(dry_run, lang)


def _told(one: Imported, lang: str) -> Iterator[str]:
    yield Message(
        N_("{file}: {lines} lines read, {passed} passed over as they were taken in before."),
        {"file": one.name, "lines": f"{one.lines:,}", "passed": f"{one.passed_over:,}"},
    ).text(lang)
    yield from report.days(one.first_day, one.last_day, lang)
    yield from report.counted(one.counted, lang)
    yield from report.texts(report.malformed(one.malformed), lang)
    yield from report.texts(report.unknown(one.unknown), lang)
    if one.live_from is not None:
        line, day = one.live_from
        sentence = Message(
            N_(
                "From line {line} on, the log is of days that were counted live ({day} and later); "
                "these lines are left out."
            ),
            {"line": f"{line:,}", "day": format_date(day, lang)},
        )
        yield from report.texts([sentence], lang)
    yield from report.texts(one.remarks, lang)


@contextlib.contextmanager
def _progress(files: list[LogFile], lang: str) -> Iterator[Callable[[int], object]]:
    """Show a bar by bytes; none where what comes in has no end anybody knows."""
    if any(not file.size for file in files):
        yield lambda _size: None
        return
    total = sum(file.size for file in files)
    with click.progressbar(length=total, label=_say(N_("Reading logs"), lang)) as bar:
        yield bar.update


@contextlib.contextmanager
def _refusals(lang: str) -> Iterator[None]:
    """Turn refusals into the command's own."""
    try:
        yield
    except (LogRefusal, HistoryRefusal, CsvRefusal, names.UnknownDataset) as refusal:
        raise click.ClickException(refusal.message.text(lang)) from refusal


def _close(dry_run: bool, lang: str) -> None:
    if dry_run:
        click.echo(_say(N_("This was a dry run: nothing was written."), lang))


def _aliases(pairs: tuple[str, ...], file: str | None) -> Mapping[str, str]:
    """Return today's names by those of before, out of options and a file."""
    lines = list(pairs)
    if file is not None:
        try:
            lines += Path(file).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            problem = Message(N_("{file} could not be read."), {"file": plain(file)})
            raise HistoryRefusal(problem) from error
    aliases = {}
    for line in filter(None, (line.strip() for line in lines)):
        old, equals, new = (part.strip() for part in line.partition("="))
        if not (old and equals and new):
            wrong = N_('"{text}" is no pair of names; write it as OLD=NEW.')
            raise HistoryRefusal(Message(wrong, {"text": plain(line[:80])}))
        aliases[old] = new
    return aliases


def _types(types: tuple[str, ...]) -> tuple[str, ...]:
    for name in types:
        if not is_type(name):
            wrong = N_('"{text}" cannot be the first part of an address; write it as in open-data.')
            raise HistoryRefusal(Message(wrong, {"text": plain(name[:80])}))
    return types


def _root() -> str:
    return tk.config.get("ckan.root_path") or ""


def _say(msgid: str, lang: str, **params: Any) -> str:
    return Message(msgid, params).text(lang)


commands: tuple[click.Command, ...] = (import_log, import_core, import_csv)
