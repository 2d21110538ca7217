"""Making logs for tests, and reading what was counted of them."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from types import SimpleNamespace

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.standard.dates import THAILAND
from ckanext.pcio.usage.model import DAILY, MONTHLY

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
CURL = "curl/8.9.1"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
START = datetime(2026, 3, 1, 22, 30, tzinfo=THAILAND)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def line(
    path="/dataset/rain", at=START, *, address="192.0.2.1", agent=FIREFOX, status=200, method="GET"
):
    """Return one line in combined format."""
    offset = at.strftime("%z")
    time = f"{at:%d}/{MONTHS[at.month - 1]}/{at:%Y:%H:%M:%S} {offset}"
    return f'{address} - - [{time}] "{method} {path} HTTP/1.1" {status} 512 "-" "{agent}"'


def catalog():
    """Put two datasets with two resources each into CKAN's tables; return their ids."""
    ids = {}
    session = model.Session
    for name in ("rain", "roads"):
        package_id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        ids[name] = package_id
        session.execute(
            model.package_table.insert(),
            [{"id": package_id, "name": name, "owner_org": "office", "state": "active"}],
        )
        for number in (1, 2):
            resource_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}{number}"))
            ids[f"{name}{number}"] = resource_id
            session.execute(
                model.resource_table.insert(),
                [{"id": resource_id, "package_id": package_id, "url": "x", "state": "active"}],
            )
    session.commit()
    return SimpleNamespace(**ids)


def busy(ids, number=1500, seed=1):
    """Return a log of a lively evening that runs over midnight: many pairs, many boundaries."""
    chance = random.Random(seed)
    resources = [ids.rain1, ids.rain2, ids.roads1, ids.roads2]
    at, lines = START, []
    for _ in range(number):
        at += timedelta(seconds=chance.choice([0, 1, 2, 5, 12]))
        dataset, resource = chance.choice(["rain", "roads"]), chance.choice(resources)
        path = chance.choice(
            [
                f"/dataset/{dataset}",
                f"/th/dataset/{dataset}/resource/{resource}",
                f"/dataset/{dataset}/resource/{resource}/download/x.csv",
                f"/api/3/action/datastore_search?resource_id={resource}",
                "/webassets/main.css",
                "/dataset/?q=x",
            ]
        )
        agent = chance.choice([FIREFOX, FIREFOX, CURL, GOOGLEBOT])
        address = f"192.0.2.{chance.randrange(1, 9)}"
        if chance.random() < 0.02:
            lines.append("-- MARK --")
        lines.append(line(path, at, address=address, agent=agent))
    return lines


def daily():
    """Return what the table by day holds."""
    return _rows(DAILY)


def monthly():
    """Return what the table by month holds."""
    return _rows(MONTHLY)


def _rows(table):
    with model.meta.engine.connect() as connection:
        return {tuple(row[:-1]): row[-1] for row in connection.execute(sa.select(table))}


def by_kind():
    """Return how many events of each kind and access there are."""
    found = {}
    for (_, _, _, _, kind, access, _), number in daily().items():
        if kind != "visitor" and not kind.startswith("unique"):
            found[kind, access] = found.get((kind, access), 0) + number
    return found


def forget_all():
    """Empty the tables of use."""
    with model.meta.engine.begin() as connection:
        for table in ("daily", "monthly", "batch"):
            connection.execute(sa.text(f"DELETE FROM pcio_usage_{table}"))
