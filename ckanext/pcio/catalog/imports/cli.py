"""`ckan pcio import`: a workbook of metadata, checked and taken in on the command line."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckan import model

from ckanext.pcio.standard.messages import N_, Message, terminal_language
from ckanext.pcio.standard.workbook.found import WorkbookRefused

from . import files, job, lock, present, states, store

_PAGE = 500
_RIGHT_SIDE = sys.stderr


@click.command("import", short_help="Take in a workbook of metadata.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", required=True, help="Office whose datasets the workbook holds.")
@click.option("--dry-run", is_flag=True, help="Check every row, write nothing.")
@click.option("--publish", is_flag=True, help="Publish new datasets that are complete and open.")
@click.option("--owner-text", default="", help="Only rows whose cell of the owner says this.")
@click.option("--user", help="Who imports; the site's own user where it is left out.")
@click.option(
    "--lang",
    type=click.Choice(["th", "en"]),
    default=terminal_language,
    show_default="the terminal's language",
    help="Language of the report.",
)
def import_workbook(
    file: Path,
    organization: str,
    dry_run: bool,
    publish: bool,
    owner_text: str,
    user: str | None,
    lang: str,
) -> None:
    """Take in the datasets of the workbook FILE, and report row by row.

    Every row is checked before anything is written. Each dataset is taken in wholly or not at
    all. A command that was stopped goes on where it stood when it is given again. Exit code 1:
    some rows were refused.
    """
    office = model.Group.get(organization)
    if office is None or not office.is_organization or office.state != model.State.ACTIVE:
        raise click.ClickException(Message(N_("There is no such office.")).text(lang))
    person = _person(user, lang)
    options = {"publish": publish, "owner_text": owner_text}
    office_id = office.id
    with lock.of_office(office_id) as ours:
        if not ours:
            message = N_("Another import of this office is at work. Try again when it has ended.")
            raise click.ClickException(Message(message).text(lang))
        try:
            import_id = _begin(file, office_id, person, options)
        except WorkbookRefused as refused:
            raise click.ClickException(refused.message.text(lang)) from refused
        _work(import_id, Message(N_("Checking")).text(lang), lang)
        if not dry_run:
            _import(import_id, lang)
    found = _report(import_id, lang, dry_run=dry_run)
    sys.exit(1 if found["totals"].get("refused") or found["state"] == "failed" else 0)


@click.command("import-purge", short_help="Delete old workbooks and their reports.")
def import_purge() -> None:
    """Delete uploaded workbooks and reports older than `ckanext.pcio.import_keep_days`."""
    message = Message(N_("{number} imports deleted."), {"number": job.purge()})
    click.echo(message.text(terminal_language()))


def _person(name: str | None, lang: str) -> str:
    if name is None:
        return tk.get_action("get_site_user")({"ignore_auth": True}, {})["id"]
    found = model.User.get(name)
    if found is None:
        raise click.ClickException(Message(N_("There is no such user.")).text(lang))
    return found.id


def _begin(file: Path, office_id: str, person: str, options: dict[str, Any]) -> str:
    """Return the id of a new import; or of one of the same file that was stopped on its way."""
    import_id = str(uuid.uuid4())
    with file.open("rb") as source:
        digest = files.keep(import_id, source)
    stopped = store.unfinished(office_id, digest, options)
    if stopped is not None:
        files.drop(import_id)
        return stopped["id"]
    values = {"id": import_id, "user_id": person, "organization_id": office_id}
    store.add({**values, "filename": file.name, "sha256": digest, "options": options})
    model.Session.commit()
    return import_id


def _import(import_id: str, lang: str) -> None:
    store.change(import_id, only_in=("checked",), state="queued")
    model.Session.commit()
    _work(import_id, Message(N_("Importing")).text(lang), lang)


def _work(import_id: str, label: str, lang: str) -> None:
    found = store.get(import_id)
    checks = found is not None and found["state"] in states.CHECKS
    if found is None or found["state"] not in states.PENDING:
        return
    if checks:
        seen = _Counter(label, lang)
        job.take(found, seen.add)
        seen.end()
        return
    with click.progressbar(length=found["total"] or 0, label=label, file=_RIGHT_SIDE) as bar:
        bar.update(found["done"])
        job.take(found, bar.update)


class _Counter:
    """Says how many rows were read; how many there are is known at the end only."""

    def __init__(self, label: str, lang: str) -> None:
        self._label, self._lang, self._done = label, lang, 0

    def add(self, number: int) -> None:
        self._done += number
        if sys.stderr.isatty():
            click.echo(f"\r{self._line()}", nl=False, err=True)

    def end(self) -> None:
        click.echo(f"\r{self._line()}" if sys.stderr.isatty() else self._line(), err=True)

    def _line(self) -> str:
        rows = Message(N_("{count} rows"), {"count": f"{self._done:,}"}).text(self._lang)
        return f"{self._label}: {rows}"


def _report(import_id: str, lang: str, *, dry_run: bool) -> dict[str, Any]:
    found = store.get(import_id)
    if found is None:
        raise click.ClickException(Message(N_("There is no such import.")).text(lang))
    offset = 0
    while rows := store.rows_page(import_id, "", _PAGE, offset)[1]:
        for row in rows:
            _report_row(present.row(row, lang))
        offset += _PAGE
    for said in found["remarks"]:
        click.echo(said[lang])
    totals = found["totals"]
    summary = N_(
        "{new} datasets new, {update} changed, {unchanged} unchanged, {refused} refused, "
        "{skipped} left out; {warned} with remarks."
    )
    if totals:
        click.echo(Message(summary, totals).text(lang))
    if found["error"]:
        click.echo(found["error"][lang], err=True)
    elif dry_run:
        click.echo(Message(N_("This was a dry run: nothing was written.")).text(lang))
    return found


def _report_row(row: dict[str, Any]) -> None:
    if row["outcome"] == "unchanged" and not row["remarks"]:
        return
    click.echo(f"{row['sheet']} {row['row']} {row['outcome_label']}: {row['title']} {row['name']}")
    for change in row["changes"]:
        click.echo(f"    {change['label']}: “{change['old']}” → “{change['new']}”")
    for said in row["remarks"]:
        place = f"{said['sheet']} {said['column']}{said['row']}"
        shown = f" “{said['value']}”" if said["value"] else ""
        click.echo(f"    {place} {said['label']}{shown}: {said['sentence']}")
