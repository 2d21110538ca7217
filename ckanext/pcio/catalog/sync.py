"""Keeping the facts table in step with CKAN, and proving that it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from . import after_commit, per_commit, records
from .extract import FactsSettings, facts_from_dataset
from .links import schedule
from .links import store as links
from .model import TABLE, row_from_facts

Progress = Callable[[int], None]


def settings_from_config() -> FactsSettings:
    """Return what the portal's settings say about facts."""
    return FactsSettings(
        star_table=tk.config["ckanext.pcio.star_table"],
        grace_days=tk.config["ckanext.pcio.grace_days"],
        datastore_counts_as_api=tk.config["ckanext.pcio.datastore_counts_as_api"],
    )


def _rows(ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    settings = settings_from_config()
    site_url = tk.config["ckan.site_url"]
    for dataset in records.read(ids):
        facts = facts_from_dataset(dataset, settings, site_url)
        yield row_from_facts(facts, dataset["owner_org"], dataset["pcio_labels"])


def write(ids: Sequence[str]) -> None:
    """Write the rows of the datasets `ids` in the caller's transaction, without committing.

    The row of a dataset that is deleted or gone is removed. Links follow their resources, and new
    ones are checked soon after the commit.
    """
    rows = list(_rows(ids))
    present = {row["package_id"] for row in rows}
    gone = [package_id for package_id in ids if package_id not in present]
    if gone:
        model.Session.execute(sa.delete(TABLE).where(TABLE.c.package_id.in_(gone)))
    if rows:
        statement = insert(TABLE)
        changes = {
            column.name: statement.excluded[column.name]
            for column in TABLE.columns
            if not column.primary_key
        }
        model.Session.execute(
            statement.on_conflict_do_update(index_elements=["package_id"], set_=changes), rows
        )
    if links.follow(ids):
        after_commit.call(schedule.soon)


def write_once(*package_ids: str) -> None:
    """Write the rows of datasets that CKAN is about to commit, once for each commit.

    CKAN tells of the dataset and of each of its changed resources after one and the same flush.
    Whoever saves many datasets in one transaction flushes and names them all beforehand.
    """
    fresh = per_commit.first("facts", *package_ids)
    if fresh:
        write(fresh)


def rebuild(progress: Progress = lambda _done: None) -> int:
    """Write the whole table anew in one transaction and return the number of rows.

    Readers see the old rows until the new ones are committed.
    """
    # Who is saving a dataset now is waited for, who comes later waits: no row is lost between.
    model.Session.execute(sa.text("LOCK TABLE pcio_dataset_facts IN SHARE ROW EXCLUSIVE MODE"))
    ids = records.package_ids()
    model.Session.execute(sa.delete(TABLE))
    done = 0
    for start in range(0, len(ids), records.CHUNK):
        rows = list(_rows(ids[start : start + records.CHUNK]))
        if rows:
            model.Session.execute(sa.insert(TABLE), rows)
        model.Session.expunge_all()
        done += len(rows)
        progress(len(ids[start : start + records.CHUNK]))
    links.follow()
    model.Session.commit()
    return done


@dataclass(frozen=True)
class Difference:
    """A row that is not what a rebuild would write."""

    package_id: str
    name: str
    problem: str
    """"missing", "left over", or the names of the columns that differ."""


def check(progress: Progress = lambda _done: None) -> list[Difference]:
    """Return where the table differs from a rebuild; empty means it is equal."""
    ids = records.package_ids()
    differences: list[Difference] = []
    for start in range(0, len(ids), records.CHUNK):
        chunk = ids[start : start + records.CHUNK]
        query = sa.select(TABLE).where(TABLE.c.package_id.in_(chunk))
        stored = {row["package_id"]: dict(row) for row in model.Session.execute(query).mappings()}
        for fresh in _rows(chunk):
            found = stored.get(fresh["package_id"])
            if found is None:
                differences.append(Difference(fresh["package_id"], fresh["name"], "missing"))
            elif found != fresh:
                columns = ", ".join(key for key in fresh if fresh[key] != found[key])
                differences.append(Difference(fresh["package_id"], fresh["name"], columns))
        model.Session.expunge_all()
        progress(len(chunk))
    return differences + _left_over()


def _left_over() -> list[Difference]:
    alive = sa.exists().where(
        model.Package.id == TABLE.c.package_id,
        model.Package.type == records.DATASET_TYPE,
        model.Package.state != model.State.DELETED,
    )
    query = sa.select(TABLE.c.package_id, TABLE.c.name).where(~alive)
    return [
        Difference(row.package_id, row.name, "left over") for row in model.Session.execute(query)
    ]
