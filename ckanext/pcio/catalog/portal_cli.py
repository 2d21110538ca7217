"""`ckan pcio import-portal`: the datasets of another portal, or of a file."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import click

from ckanext.pcio.standard.cells import plain
from ckanext.pcio.standard.messages import N_, Message, terminal_language
from ckanext.pcio.standard.record import flat

from . import copies
from .importer import Importer
from .importer_records import record_id
from .importer_report import Imported
from .readers.file import read_file
from .readers.reading import Reading, SourceError
from .readers.remote import read_portal

REFUSED, SOURCE_ENDED, INTERRUPTED = 1, 3, 130
_TOGETHER = 100
_OUTCOMES = {
    "created": N_("created"),
    "updated": N_("updated"),
    "unchanged": N_("unchanged"),
    "refused": N_("refused"),
}


@click.command("import-portal", short_help="Take in the datasets of a portal or a file.")
@click.argument("source")
@click.option("--organization", help="Office of the datasets whose own office is not here.")
@click.option("--create-organizations", is_flag=True, help="Create offices that are not here.")
@click.option("--overwrite", is_flag=True, help="Take in anew also what was changed here.")
@click.option("--report-gone", is_flag=True, help="Name what came from there and is there no more.")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    default=terminal_language,
    show_default="the terminal's language",
    help="Language of the report.",
)
def import_portal(
    source: str,
    organization: str | None,
    create_organizations: bool,
    overwrite: bool,
    report_gone: bool,
    dry_run: bool,
    lang: str,
) -> None:
    """Take in the datasets of SOURCE unchanged, and report what was read differently.

    SOURCE is the address of a CKAN portal, or a file: a `package_search` result, a JSON list, or
    JSON lines. A portal's private datasets come too where the variable PCIO_API_TOKEN holds an API
    token of a user who sees them.

    Each dataset is taken in wholly or not at all. A run that was interrupted goes on when it is
    started again: what is unchanged is passed over.

    Exit code 1: some were refused. 3: the source went away midway. 130: interrupted.
    """
    try:
        reading = _read(source)
        importer = Importer(
            organization,
            dry_run=dry_run,
            create_organizations=create_organizations,
            overwrite=overwrite,
            source=_source_name(reading),
            ask_for_columns=reading.ask_for_columns,
        )
    except SourceError as error:
        raise click.ClickException(error.message.text(lang)) from error
    except tk.ObjectNotFound as error:
        raise click.ClickException(str(error)) from error
    run = _Run(importer, reading, lang)
    code = run.everything()
    run.summary(dry_run)
    if report_gone and not code:
        run.gone()
    sys.exit(code or (REFUSED if run.outcomes["refused"] else 0))


class _Run:
    """One import: what was done, told as it is done."""

    def __init__(self, importer: Importer, reading: Reading, lang: str) -> None:
        self.importer, self.reading, self.lang = importer, reading, lang
        self.outcomes: Counter[str] = Counter()
        self.remarks = 0
        self.seen: set[str] = set()

    def everything(self) -> int:
        """Take in every record; return 0, or the exit code of what stopped it."""
        label = Message(N_("Taking in datasets")).text(self.lang)
        bar = click.progressbar(
            length=self.reading.total or 0, label=label, file=sys.stderr, show_pos=True
        )
        try:
            with bar:
                for result in self._results():
                    self._tell(result)
                    bar.update(1)
        except SourceError as error:
            if not self.outcomes:
                raise click.ClickException(error.message.text(self.lang)) from error
            self._say(error.message, err=True)
            self._say(
                Message(
                    N_(
                        "The import stopped there. What is told below is done; run it again to go "
                        "on."
                    )
                ),
                err=True,
            )
            return SOURCE_ENDED
        except KeyboardInterrupt:
            self._say(
                Message(N_("Interrupted. What is told below is done; run it again to go on.")),
                err=True,
            )
            return INTERRUPTED
        return 0

    def _results(self) -> Iterator[Imported]:
        for several in self._batches():
            for record, known in zip(several, self.importer.unchanged(several), strict=True):
                self.seen.add(record_id(flat(record)))
                yield Imported("", "unchanged") if known else self.importer.take(record)

    def _batches(self) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the records together; what was read before the source went away comes too."""
        several: list[Mapping[str, Any]] = []
        try:
            for record in self.reading.datasets:
                several.append(record)
                if len(several) == _TOGETHER:
                    yield several
                    several = []
        except SourceError:
            yield several
            raise
        yield several

    def _tell(self, result: Imported) -> None:
        self.outcomes[result.outcome] += 1
        self.remarks += len(result.remarks)
        if not result.title or (result.outcome == "unchanged" and not result.remarks):
            return
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", file=sys.stderr, nl=False)  # the bar is drawn again below
        outcome = Message(_OUTCOMES[result.outcome]).text(self.lang)
        click.echo(f"{outcome}: {plain(result.title)} {result.name}")
        for remark in result.remarks:
            click.echo(f"    {plain(remark.text(self.lang))}")

    def summary(self, dry_run: bool) -> None:
        """Tell the source's warnings, and how many datasets became what."""
        for warning in self.reading.warnings:
            self._say(warning, err=True)
        numbers: Mapping[str, Any] = {name: self.outcomes[name] for name in _OUTCOMES}
        self._say(
            Message(
                N_(
                    "{created} datasets created, {updated} updated, {unchanged} unchanged, "
                    "{refused} refused; {remarks} remarks."
                ),
                {**numbers, "remarks": self.remarks},
            )
        )
        if dry_run:
            self._say(Message(N_("This was a dry run: nothing was written.")))

    def gone(self) -> None:
        """Name the datasets that came from the source and are there no more."""
        here = copies.taken_from(self.importer.source)
        gone = {
            package_id: name for package_id, name in here.items() if package_id not in self.seen
        }
        for package_id, name in gone.items():
            click.echo(f"    {name} ({package_id})")
        told = N_(
            "{gone} of {total} datasets taken in from there are there no more. None was deleted."
        )
        self._say(Message(told, {"gone": len(gone), "total": len(here)}))

    def _say(self, message: Message, *, err: bool = False) -> None:
        click.echo(message.text(self.lang), err=err)


def _read(source: str) -> Reading:
    if source.startswith(("http://", "https://")):
        return read_portal(source, dictionaries=None)
    return read_file(source)


def _source_name(reading: Reading) -> str:
    location = reading.source.location
    return location if reading.source.kind == "remote" else f"file:{location}"
