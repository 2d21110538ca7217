"""What people told the sample province, and how its data was used: after its datasets are there.

Each entry is known by its title (an exchange by its dataset and partner), so a later load makes
only what is missing and changes nothing that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.pcio.portal.demo.generator import SampleDataset, sample_id
from ckanext.pcio.portal.demo.source import DATA, Values
from ckanext.pcio.portal.demo.traffic import BATCH_ID, sample_counters
from ckanext.pcio.registers.demand.model import DEMAND
from ckanext.pcio.registers.exchange.model import TABLE as EXCHANGE
from ckanext.pcio.registers.reuse.model import REUSE
from ckanext.pcio.standard.dates import BUDDHIST_OFFSET
from ckanext.pcio.standard.yamlfile import SettingsFileError, misfit, read_yaml
from ckanext.pcio.usage import writer

_FILE = DATA / "told" / "registers.yaml"
_ANSWERED = ("fulfilled", "preparing", "refused")


@lru_cache(maxsize=1)
def told() -> Mapping[str, list[Values]]:
    """Return what people told, as written; raises `SettingsFileError`."""
    content = read_yaml(_FILE)
    error = misfit(content, Path(__file__).with_name("told.schema.json"))
    if error is not None:
        raise SettingsFileError(_FILE, "/".join(map(str, error.absolute_path)), error.message)
    return content


def load_told(datasets: list[SampleDataset], base_date: date, user: str) -> None:
    """Make the entries of the registers that are not there, and the sample's numbers of use.

    Entries of datasets that are not among `datasets` are left out.
    """
    ids = {dataset.name: dataset.id for dataset in datasets}
    telling = _Telling(base_date, user, ids)
    for make in (telling.reuses, telling.exchanges, telling.demands):
        make()
    _count(datasets, base_date)


def _count(datasets: list[SampleDataset], base_date: date) -> None:
    counters = sample_counters(datasets, base_date)
    if counters:
        detail = {"sample": base_date.isoformat()}
        session = model.Session
        writer.write(counters, batch_id=BATCH_ID, source="csv", detail=detail, session=session)
        session.commit()


class _Telling:
    def __init__(self, base_date: date, user: str, ids: Mapping[str, str]) -> None:
        self._base = base_date
        self._user = user
        self._ids = ids

    def _context(self) -> Context:
        return tk.fresh_context({"user": self._user, "ignore_auth": True})

    def _act(self, action: str, **data: Any) -> dict[str, Any]:
        return tk.get_action(action)(self._context(), data)

    def _day(self, ago: int | None) -> str | None:
        return None if ago is None else (self._base - timedelta(days=ago)).isoformat()

    def _missing(
        self, entries: list[Values], there: set[Any], key: Callable[[Values], Any]
    ) -> Iterator[Values]:
        """Yield the entries that are not there yet and whose datasets are."""
        for entry in entries:
            named = {*entry.get("datasets", ()), *filter(None, [entry.get("dataset")])}
            if key(entry) not in there and named <= self._ids.keys():
                yield entry

    def reuses(self) -> None:
        there = set(model.Session.scalars(sa.select(REUSE.c.title)))
        for entry in self._missing(told()["reuses"], there, lambda e: e["title"]):
            made = self._act(
                "pcio_reuse_create",
                title=entry["title"],
                how=entry["how"],
                user_kind=entry["user"],
                user_name=entry["who"],
                type=entry["type"],
                datasets=[self._ids[name] for name in entry["datasets"]],
                link=entry.get("link", ""),
                used_on=self._day(entry["days"]),
            )
            if entry["state"] != "waiting":
                self._act(
                    "pcio_reuse_review",
                    id=made["id"],
                    version=1,
                    decision="approve" if entry["state"] == "approved" else "reject",
                    reason=entry.get("reason", ""),
                )

    def exchanges(self) -> None:
        query = sa.select(EXCHANGE.c.dataset_id, EXCHANGE.c.partner)
        there = {tuple(row) for row in model.Session.execute(query)}
        entries = told()["exchanges"]
        for entry in self._missing(
            entries, there, lambda e: (self._ids.get(e["dataset"]), e["partner"])
        ):
            figures = {
                f"told_{name}": entry[name] for name in ("calls", "records") if name in entry
            }
            if "last_use" in entry:
                figures |= {
                    "told_last_use": self._day(entry["last_use"]),
                    "told_on": self._base.isoformat(),
                }
            dates = {
                field: self._day(entry.get(name))
                for field, name in (
                    ("approved_on", "approved"),
                    ("signed_on", "signed"),
                    ("starts_on", "start"),
                    ("ends_on", "end"),
                )
            }
            self._act(
                "pcio_exchange_create",
                dataset=self._ids[entry["dataset"]],
                partner=entry["partner"],
                tier=entry["tier"],
                method=entry["method"],
                status=entry["status"],
                legal_basis=entry["basis"],
                purpose=entry["purpose"],
                **figures,
                **{field: day for field, day in dates.items() if day},
            )

    def demands(self) -> None:
        there = set(model.Session.scalars(sa.select(DEMAND.c.title)))
        for entry in self._missing(told()["demands"], there, lambda e: e["title"]):
            self._demand(entry)

    def _demand(self, entry: Values) -> None:
        asked = self._base - timedelta(days=entry["days"])
        office = {"organization": sample_id("office", entry["office"])} if "office" in entry else {}
        made = self._act(
            "pcio_demand_create",
            title=entry["title"],
            description=entry["text"],
            asker=entry["who"],
            year=asked.year + BUDDHIST_OFFSET,
            **office,
        )
        if entry["state"] == "waiting":
            return
        public = self._act("pcio_demand_update", id=made["id"], moderation="public")
        if entry["state"] in _ANSWERED:
            given = {
                "dataset": self._ids.get(entry.get("dataset", "")),
                "expected_on": self._day(entry.get("due")),
            }
            self._act(
                "pcio_demand_answer",
                id=made["id"],
                version=public["version"],
                answer=entry["state"],
                note=entry["answer"],
                **{name: value for name, value in given.items() if value},
            )
        # Supports of people without a login are a number only.
        supported = sa.update(DEMAND).where(DEMAND.c.id == made["id"])
        model.Session.execute(supported.values(supports=entry["supports"]))
        model.Session.commit()
