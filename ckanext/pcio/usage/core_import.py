"""Numbers of CKAN's own tracking (`tracking_summary`) into the tables of use, each day once.

They are what core counted, with its defects: pages and links clicked in browsers with JavaScript, a
visitor once a day for each address, robots not told apart. It has no uniques, so there are none:
absent, not zero. Pages core could not place (by id, of a resource) are placed by their address.
"""

from __future__ import annotations

import re
from collections import Counter as Count
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Session

from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.messages import N_, Message

from . import history, names, writer
from .events import Counter
from .log_events import Names
from .log_paths import Paths, Target
from .model import BATCH

_OWN_FILE = re.compile(r"/dataset/[^/]+/resource/([^/?]+)/download(?:/|$|\?)")
# Core counts a day again until two days later.
_UNSETTLED_DAYS = 1
_SUMMARY = sa.text(
    "SELECT tracking_date, tracking_type, package_id, url, count FROM tracking_summary "
    "WHERE tracking_date < :before AND count > 0 ORDER BY tracking_date"
)


@dataclass
class TakenIn:
    """What an import did."""

    days: int = 0
    again: int = 0
    """Days that were taken in before."""
    of_logs: int = 0
    """Days left out as an access log was counted for them, which knows more."""
    counted: Count[tuple[str, str]] = field(default_factory=Count)
    first_day: str = ""
    last_day: str = ""
    unknown: int = 0
    """Views and downloads core could not say of what."""
    shared: int = 0
    """Downloads of an address that several resources have."""
    before: date | None = None
    """The first day that was left out, as it was counted live or may still change."""


def import_core(
    engine: Any, aliases: Mapping[str, str] | None = None, *, dry_run: bool = False
) -> TakenIn:
    """Take in every day that was not yet, each in its own transaction.

    Raises:
        history.HistoryRefusal: CKAN's tracking was never on here, or another import is going on.

    """
    done = TakenIn()
    with history.one_at_a_time(engine), Session(engine) as session:
        if not sa.inspect(session.connection()).has_table("tracking_summary"):
            raise history.HistoryRefusal(
                Message(N_("CKAN's own tracking has left no numbers here (no tracking_summary)."))
            )
        done.before = _before(session)
        finder = _Finder(names.load(session, aliases), session)
        written = _written(session)
        logged = _days_of_logs(session)
        with engine.connect().execution_options(stream_results=True, max_row_buffer=5_000) as read:
            rows = read.execute(_SUMMARY, {"before": done.before})
            for day, group in groupby(rows, key=itemgetter(0)):
                if f"core:{day}" in written:
                    done.again += 1
                elif day in logged:
                    done.of_logs += 1
                else:
                    _take(day, _counters(day, group, finder, done), session, done, dry_run)
    return done


def _take(
    day: date, counters: dict[Counter, int], session: Session, done: TakenIn, dry_run: bool
) -> None:
    for counter, number in counters.items():
        done.counted[counter.kind, counter.access] += number
    done.days += 1
    done.first_day = done.first_day or day.isoformat()
    done.last_day = day.isoformat()
    if not dry_run:
        writer.write(counters, batch_id=f"core:{day}", source="core", detail={}, session=session)
        session.commit()


def _counters(day: date, rows: Any, finder: _Finder, done: TakenIn) -> dict[Counter, int]:
    counters: defaultdict[Counter, int] = defaultdict(int)
    for _, kind, package_id, url, number in rows:
        if kind == "page":
            found = finder.page(url or "", package_id)
            if found is None:
                done.unknown += number if finder.is_of_dataset(url or "") else 0
                continue
        else:
            resource_id = finder.resource(url or "")
            if not resource_id:
                done.shared += number if resource_id is None else 0
                done.unknown += number if resource_id == "" else 0
                continue
            found = ("download", finder.resources[resource_id], resource_id)
        name, dataset_id, resource_id = found
        counters[Counter(day.isoformat(), name, "regular", "", "", dataset_id, resource_id)] += (
            number
        )
    return dict(counters)


class _Finder:
    """Finds the resource whose address was clicked."""

    def __init__(self, known: Names, session: Session) -> None:
        self._names, self.resources = known, known.resources
        self._paths = Paths(tk.config.get("ckan.root_path") or "")
        self._urls: dict[str, str | None] = {}
        for url, resource_id in session.execute(
            sa.text("SELECT url, id FROM resource WHERE url LIKE '%://%'")
        ):
            self._urls[url] = None if url in self._urls else resource_id

    def page(self, url: str, package_id: str | None) -> tuple[str, str, str] | None:
        """Return kind, dataset and resource of a page; first the dataset core knew it to be."""
        if package_id and package_id in self._names.datasets:
            return "view", package_id, ""
        for target in self._targets(url):
            found = self._names.find(target)
            if found is not None:
                return "view", found[1], found[2]
        return None

    def is_of_dataset(self, url: str) -> bool:
        """Whether `url` is the page of a dataset or resource, known here or not."""
        return bool(self._targets(url))

    def _targets(self, url: str) -> list[Target]:
        targets = self._paths.targets(b"GET " + url.encode("utf-8", "replace"))
        return [target for target in targets if target.kind == "view"]

    def resource(self, url: str) -> str | None:
        """Return the resource of `url`; empty where there is none, None where there are several."""
        own = _OWN_FILE.search(url)
        if own is not None:
            return own[1] if own[1] in self.resources else ""
        found = self._urls.get(url, "")
        return found if not found or found in self.resources else ""


def _before(session: Session) -> date:
    settled = today_in_thailand() - timedelta(days=_UNSETTLED_DAYS)
    since = history.live_since(session)
    return min(since, settled) if since else settled


def _written(session: Session) -> set[str]:
    return set(session.execute(sa.select(BATCH.c.id).where(BATCH.c.source == "core")).scalars())


def _days_of_logs(session: Session) -> set[date]:
    days: set[date] = set()
    for first, last in session.execute(
        sa.select(BATCH.c.first_day, BATCH.c.last_day).where(
            BATCH.c.source == "log", BATCH.c.first_day.is_not(None)
        )
    ):
        days.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return days
