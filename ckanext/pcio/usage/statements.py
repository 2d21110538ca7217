"""The SQL the writer runs, in order: counters in, resolved, added table by table."""

from __future__ import annotations

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


def _adding(table: str, keys: dict[str, str], where: str = "true") -> tuple[str, str]:
    """Return the statement that adds to `table` and tells which rows are now 0, and their removal.

    `keys` are the columns of the table's key, each with what it is in `pcio_resolved`. Rows are
    taken in the order of the key, so two writers may wait for each other but never in a ring.
    """
    names = ", ".join(keys)
    numbers = ", ".join(str(n) for n in range(1, len(keys) + 1))
    add = f"""
WITH added AS (
    INSERT INTO {table} AS kept ({names}, count)
    SELECT {", ".join(keys.values())}, sum(number) FROM pcio_resolved WHERE {where}
    GROUP BY {numbers} HAVING sum(number) <> 0 ORDER BY {numbers}
    ON CONFLICT ({names}) DO UPDATE SET count = kept.count + excluded.count
    RETURNING {names}, kept.count
)
SELECT {names} FROM added WHERE count = 0
"""  # noqa: S608 - names written in this file, nothing a visitor sent
    same = " AND ".join(
        f"kept.{name} = (key->>{n}){'::date' if name in _DATES else ''}"
        for n, name in enumerate(keys)
    )
    remove = f"""
DELETE FROM {table} kept USING jsonb_array_elements(CAST(:keys AS jsonb)) AS empty(key)
WHERE kept.count = 0 AND {same}
"""  # noqa: S608 - the same
    return add, remove


_PARTS = ("resource_id", "organization_id", "kind", "access", "audience")
_REST = {name: name for name in _PARTS}

TABLES = (
    _adding("pcio_usage_daily", {"dataset_id": "dataset_id", "day": "day", **_REST}),
    _adding("pcio_usage_monthly", {"dataset_id": "dataset_id", "month": _MONTH, **_REST}),
    _adding(
        "pcio_usage_account",
        {"account_id": "account", "dataset_id": "dataset_id", "day": "day", "kind": "kind"},
        "access <> 'robot' AND kind NOT IN ('unique_investigation', 'unique_request', 'visitor') "
        "AND account IN (SELECT account_id FROM pcio_usage_watch)",
    ),
)
"""For each table: adding, and removing the rows that came back to 0."""
