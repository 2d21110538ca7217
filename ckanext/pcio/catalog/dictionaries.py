"""The data dictionaries of the DataStore, many resources in one query."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

# The DataStore keeps a column's description as a JSON comment on the column.
_COLUMNS = sa.text(
    """
    SELECT c.relname AS resource_id, a.attname AS id, format_type(a.atttypid, a.atttypmod) AS type,
           d.description AS info
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = a.attnum
     WHERE c.relname = ANY(:resources) AND c.relkind = 'r'
  ORDER BY c.relname, a.attnum
    """
)


def datastore_fields(resources: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the columns of each DataStore table among `resources`, by resource id.

    A column is `{"id", "type", "info"}` as `datastore_info` shows it, without `_id`. Where the
    DataStore is off or does not answer the result is empty and the log says so: a dataset can
    be saved without it.
    """
    if not resources or not p.plugin_loaded("datastore"):
        return {}
    from ckanext.datastore.backend.postgres import get_read_engine  # noqa: PLC0415 - optional

    try:
        with get_read_engine().connect() as connection:
            rows = connection.execute(_COLUMNS, {"resources": list(resources)}).fetchall()
    except SQLAlchemyError as error:
        log.warning("The DataStore does not answer, so dictionaries are unknown: %s", error)
        return {}
    fields: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if not row.id.startswith("_"):
            column = {"id": row.id, "type": row.type, "info": _info(row.info)}
            fields[row.resource_id].append(column)
    return dict(fields)


def _info(comment: str | None) -> dict[str, Any]:
    try:
        info = json.loads(comment or "{}")
    except ValueError:
        return {}
    if not isinstance(info, dict):
        return {}
    # CKAN 2.11 nests the publisher's words below "_info", and marks such comments by a blank.
    words = info.get("_info", {} if (comment or "").startswith(" ") else info)
    return words if isinstance(words, dict) else {}
