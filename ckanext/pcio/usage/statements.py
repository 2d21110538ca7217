"""The SQL the writer runs, in order: counters in, resolved, added table by table."""

from __future__ import annotations

from collections.abc import Mapping

from .events import ACCESSES, AUDIENCES, EVENT_KINDS

INCOMING = """
CREATE TEMPORARY TABLE pcio_incoming (
    day date, kind text, access text, account text,
    organization_id text, dataset_id text, resource_id text, number bigint
) ON COMMIT DROP
"""

# As fast as COPY, which goes past SQLAlchemy: a server that is killed would show as other errors.
FILL = """
INSERT INTO pcio_incoming
SELECT part[1]::date, part[2], part[3], part[4], part[5], part[6], part[7], part[8]::bigint
FROM unnest(string_to_array(:lines, chr(30))) AS line,
     LATERAL (SELECT string_to_array(line, chr(31)) AS part) parts
"""

# An account "=public" says the audience itself: a table that was exported knows it already.
# A deleted resource still belongs to its dataset, and a deleted dataset to its office. Whoever
# reads the whole portal or another office's list is no member of "the dataset's office".
RESOLVED = """
CREATE TEMPORARY TABLE pcio_resolved ON COMMIT DROP AS
WITH located AS (
    SELECT i.day, i.kind, i.access, i.account, i.organization_id, i.resource_id, i.number,
           CASE WHEN i.dataset_id <> '' THEN i.dataset_id
                ELSE coalesce(r.package_id, '') END AS dataset_id
    FROM pcio_incoming i
    LEFT JOIN resource r ON i.dataset_id = '' AND i.resource_id <> '' AND r.id = i.resource_id
), offices AS (
    SELECT m.table_id AS account, m.group_id AS office
    FROM member m JOIN "group" g ON g.id = m.group_id
    WHERE m.table_name = 'user' AND m.state = 'active'
      AND g.is_organization AND g.state = 'active'
      AND m.table_id IN (SELECT DISTINCT account FROM pcio_incoming WHERE account <> '')
), officers AS (
    SELECT DISTINCT account FROM offices
)
SELECT l.day, l.kind, l.access, l.account, l.organization_id, l.dataset_id, l.resource_id, l.number,
       CASE WHEN l.account LIKE '=%' THEN substr(l.account, 2)
            WHEN l.access = 'robot' THEN 'machine'
            WHEN u.sysadmin OR own.account IS NOT NULL THEN 'own_office'
            WHEN officers.account IS NOT NULL THEN 'other_agency'
            WHEN l.access = 'machine' THEN 'machine'
            ELSE 'public' END AS audience
FROM located l
LEFT JOIN package p ON l.account <> '' AND p.id = l.dataset_id
LEFT JOIN "user" u ON l.account <> '' AND u.id = l.account
LEFT JOIN officers ON officers.account = l.account
LEFT JOIN (SELECT DISTINCT account, office FROM offices) own
    ON own.account = l.account
    AND own.office = CASE WHEN l.dataset_id <> '' THEN p.owner_org ELSE l.organization_id END
"""

DONE = "DROP TABLE pcio_incoming, pcio_resolved"

_DATES = frozenset({"day", "month"})
_MONTH = "date_trunc('month', day)::date"


_EVENTS = ", ".join(f"'{kind}'" for kind in EVENT_KINDS)
_COUNT: Mapping[str, str] = {"count": "sum(number)"}


def _of(condition: str) -> str:
    return f"coalesce(sum(number) FILTER (WHERE {condition}), 0)"


OF_RESOURCES: Mapping[str, str] = {
    kind: _of(f"kind = '{kind}' AND access <> 'robot'") for kind in (*EVENT_KINDS, "visitor")
}
"""Columns of the sums of a resource, each with what it adds up."""

OF_DATASETS: Mapping[str, str] = {
    **{
        kind: _of(f"kind = '{kind}' AND access <> 'robot'")
        for kind in (*EVENT_KINDS, "unique_investigation", "unique_request")
    },
    "visitor": _of("kind = 'visitor' AND access <> 'robot' AND resource_id = ''"),
    **{
        f"audience_{name}": _of(
            f"kind IN ({_EVENTS}) AND access <> 'robot' AND audience = '{name}'"
        )
        for name in AUDIENCES
    },
    **{f"access_{name}": _of(f"kind IN ({_EVENTS}) AND access = '{name}'") for name in ACCESSES},
}
"""Columns of the sums of a dataset (or, without one, of an office or the portal)."""


def _adding(
    table: str,
    keys: Mapping[str, str],
    numbers: Mapping[str, str] = _COUNT,
    where: str = "true",
) -> tuple[str, str]:
    """Return the statement that adds to `table` and tells which rows are now 0, and their removal.

    `keys` are the columns of the table's key, each with what it is in `pcio_resolved`; `numbers`
    are its other columns, each with its sum. Rows are taken in the order of the key, so two writers
    may wait for each other but never in a ring.
    """
    names = ", ".join(keys)
    order = ", ".join(str(n) for n in range(1, len(keys) + 1))
    used = " OR ".join(f"{number} <> 0" for number in numbers.values())
    sums = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in numbers)
    add = f"""
WITH added AS (
    INSERT INTO {table} AS kept ({names}, {", ".join(numbers)})
    SELECT {", ".join((*keys.values(), *numbers.values()))} FROM pcio_resolved WHERE {where}
    GROUP BY {order} HAVING {used} ORDER BY {order}
    ON CONFLICT ({names}) DO UPDATE SET {sums}
    RETURNING {names}, {" AND ".join(f"kept.{name} = 0" for name in numbers)} AS is_empty
)
SELECT {names} FROM added WHERE is_empty
"""  # noqa: S608 - names written in this file, nothing a visitor sent
    same = " AND ".join(
        f"kept.{name} = (key->>{n}){'::date' if name in _DATES else ''}"
        for n, name in enumerate(keys)
    )
    remove = f"""
DELETE FROM {table} kept USING jsonb_array_elements(CAST(:keys AS jsonb)) AS empty(key)
WHERE {" AND ".join(f"kept.{name} = 0" for name in numbers)} AND {same}
"""  # noqa: S608 - the same
    return add, remove


_PARTS = ("resource_id", "organization_id", "kind", "access", "audience")
_REST = {name: name for name in _PARTS}

TABLES = (
    _adding("pcio_usage_daily", {"dataset_id": "dataset_id", "day": "day", **_REST}),
    _adding("pcio_usage_monthly", {"dataset_id": "dataset_id", "month": _MONTH, **_REST}),
    _adding(
        "pcio_usage_monthly_dataset",
        {"dataset_id": "dataset_id", "month": _MONTH, "organization_id": "organization_id"},
        OF_DATASETS,
    ),
    _adding(
        "pcio_usage_monthly_resource",
        {"dataset_id": "dataset_id", "month": _MONTH, "resource_id": "resource_id"},
        OF_RESOURCES,
        "resource_id <> ''",
    ),
    _adding(
        "pcio_usage_account",
        {"account_id": "account", "dataset_id": "dataset_id", "day": "day", "kind": "kind"},
        _COUNT,
        "access <> 'robot' AND kind NOT IN ('unique_investigation', 'unique_request', 'visitor') "
        "AND account IN (SELECT account_id FROM pcio_usage_watch)",
    ),
)
"""For each table: adding, and removing the rows that came back to 0."""
