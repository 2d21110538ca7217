"""Loading the sample province into CKAN: idempotent, and it goes on where it was stopped.

Every id is a UUID made from the name, so whatever is there already is recognised and left as it
is, also when somebody has edited or deleted it. A dataset is one transaction; its files are
stored before it and its DataStore tables after it, and a later run makes the tables that a
stopped run still owes.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import uploader
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.personal import job as personal
from ckanext.pcio.portal.demo.generator import (
    SampleDataset,
    SampleFile,
    sample_datasets,
    sample_groups,
    sample_offices,
)
from ckanext.pcio.portal.demo.survey import load_survey
from ckanext.pcio.portal.demo.told import load_told
from ckanext.pcio.standard import completeness
from ckanext.pcio.standard.dates import today_in_thailand

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
BASE_DATE_KEY = "ckanext.pcio.demo_base_date"


@dataclass
class LoadResult:
    """Names of the datasets a load made, found already there, or could not make."""

    base_date: date
    created: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def load_demo(
    base_date: date | None = None,
    progress: Progress = lambda _done, _total, _label: None,
    datasets: Iterable[SampleDataset] | None = None,
) -> LoadResult:
    """Load the sample province and return what was done.

    Args:
        base_date: the day the dates of the samples are counted back from; the day of the first
            load if absent (a load that goes on after a stop keeps the day of the first).
        progress: called with (done, total, label) as things are made.
        datasets: only these, instead of the whole province.

    """
    base_date = _base_date(base_date)
    chosen = list(sample_datasets(base_date) if datasets is None else datasets)
    offices, groups = sample_offices(), sample_groups()
    total = len(offices) + len(groups) + len(chosen)
    loader = _Loader(LoadResult(base_date), progress, total)
    loader.make_all("organization", offices)
    loader.make_all("group", groups)
    with personal.scanning_here():  # so that every sample file is there to be read at once
        for dataset in chosen:
            loader.load(dataset)
    _settle_facts()
    load_told(chosen, base_date, loader.user)
    load_survey(base_date, loader.user)
    return loader.result


def _base_date(given: date | None) -> date:
    """Return the given day, else that of the first load; remember it."""
    stored = model.get_system_info(BASE_DATE_KEY)
    base_date = given or (date.fromisoformat(stored) if stored else today_in_thailand())
    if stored != base_date.isoformat():
        model.set_system_info(BASE_DATE_KEY, base_date.isoformat())
    return base_date


def _settle_facts() -> None:
    """Write the facts again where they are not what the datasets now say.

    A DataStore table is made after its dataset, so its dictionary is not in the facts yet.
    """
    changed = [difference.package_id for difference in sync.check()]
    if changed:
        sync.write(changed)
        model.Session.commit()


class _Loader:
    def __init__(self, result: LoadResult, progress: Progress, total: int) -> None:
        self.result = result
        self._progress = progress
        self._total = total
        self._done = 0
        site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
        self.user: str = site_user["name"]
        self._there = {id_ for (id_,) in model.Session.query(model.Package.id)}
        self._with_datastore = p.plugin_loaded("datastore")

    def _context(self, **more: Any) -> Context:
        return tk.fresh_context({"user": self.user, "ignore_auth": True}) | more  # type: ignore[return-value]

    def _advance(self, label: str) -> None:
        self._done += 1
        self._progress(self._done, self._total, label)

    def make_all(self, kind: str, entries: list[dict[str, Any]]) -> None:
        """Create the organizations or groups that are not there."""
        for entry in entries:
            if model.Group.get(entry["id"]) is None:
                tk.get_action(f"{kind}_create")(self._context(), {**entry, "type": kind})
            self._advance(entry["title"])

    def load(self, dataset: SampleDataset) -> None:
        """Create the dataset with its files, and the DataStore tables it has not got yet."""
        if dataset.id in self._there:
            self.result.kept.append(dataset.name)
        elif self._create(dataset):
            self.result.created.append(dataset.name)
        else:
            self.result.refused.append(dataset.name)
            self._advance(dataset.entry["title"])
            return
        if self._with_datastore:
            self._fill_datastore(dataset)
        model.Session.expunge_all()
        self._advance(dataset.entry["title"])

    def _create(self, dataset: SampleDataset) -> bool:
        package = dict(dataset.package)
        package["resources"] = [self._store(file) for file in dataset.files]
        # An office that publishes today is held to the 14 items; a sample of an incomplete
        # dataset comes in as from an older portal.
        incomplete = any(item.state != "ok" for item in completeness.check(dataset.package))
        context = self._context(pcio_import=incomplete, return_id_only=True)
        try:
            tk.get_action("package_create")(context, package)
        except tk.ValidationError as error:
            # The name or title belongs to a dataset of the portal's own.
            log.warning("Sample dataset %s was not made: %s", dataset.name, error.error_summary)
            return False
        return True

    def _store(self, file: SampleFile) -> dict[str, Any]:
        """Put the file into the portal's storage and return the resource that points at it."""
        resource = {k: v for k, v in file.resource.items() if k != "datastore_fields"}
        if not self._with_datastore:
            resource.pop("datastore_active", None)
        if file.make is None:
            return resource
        content = file.make()
        resource["size"] = len(content)
        resource["upload"] = FileStorage(
            io.BytesIO(content), file.filename, content_type=file.mimetype
        )
        upload = uploader.get_resource_uploader(resource)
        upload.upload(file.id, uploader.get_max_resource_size())
        return resource

    def _fill_datastore(self, dataset: SampleDataset) -> None:
        for file in dataset.files:
            if file.in_datastore and self._lacks_table(file):
                data = {
                    "resource_id": file.id,
                    "force": True,
                    "fields": file.resource["datastore_fields"],
                    "records": dataset.rows_for_datastore,
                }
                # Views first: the table is what says that all of this is done.
                self._add_table_views(dataset, file)
                tk.get_action("datastore_create")(self._context(), data)

    def _lacks_table(self, file: SampleFile) -> bool:
        """Whether the resource says it has a table that is not there; one taken away says not."""
        from ckanext.datastore.backend import DatastoreBackend  # noqa: PLC0415 - optional plugin

        resource = model.Resource.get(file.id)
        if resource is None or resource.state != model.State.ACTIVE:
            return False
        promised = (resource.extras or {}).get("datastore_active")
        return bool(promised) and not DatastoreBackend.get_active_backend().resource_exists(file.id)

    def _add_table_views(self, dataset: SampleDataset, file: SampleFile) -> None:
        tk.get_action("resource_create_default_resource_views")(
            self._context(),
            {
                "resource": {**file.resource, "package_id": dataset.id},
                "package": dataset.package,
                "create_datastore_views": True,
            },
        )
