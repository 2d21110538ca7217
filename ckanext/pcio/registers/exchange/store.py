"""Writing the register, and keeping what depends on it in step in the same transaction.

Two things depend on it: which datasets an exchange makes sharable (`catalog.exchanged`), and whose
calls are kept (`pcio_usage_watch`). Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.pcio.catalog.exchanged import TABLE as EXCHANGED
from ckanext.pcio.usage.model import ACCOUNT, WATCH

from .entry import LINKED
from .model import TABLE

_c = TABLE.c


def lock() -> None:
    """Let one change of the register follow the other, to the end of the transaction.

    What depends on the register is computed from all its rows. Of two changes at once each would
    compute it without the other's.
    """
    model.Session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('pcio_exchange'))"))


def get(exchange_id: str) -> dict[str, Any] | None:
    """Return the row of an exchange, or None."""
    query = sa.select(TABLE).where(_c.id == exchange_id)
    row = model.Session.execute(query).mappings().one_or_none()
    return dict(row) if row else None


def add(row: Mapping[str, Any]) -> None:
    """Write a new exchange; `lock` first."""
    model.Session.execute(sa.insert(TABLE), row)
    _settle(row["dataset_id"], row["account_id"])


def change(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    """Write the changes of an exchange; `lock` first."""
    model.Session.execute(
        sa.update(TABLE)
        .where(_c.id == stored["id"])
        .values({**changes, "version": stored["version"] + 1})
    )
    _settle(stored["dataset_id"], stored["account_id"], changes["account_id"])


def remove(stored: Mapping[str, Any]) -> None:
    """Remove an exchange; `lock` first."""
    model.Session.execute(sa.delete(TABLE).where(_c.id == stored["id"]))
    _settle(stored["dataset_id"], stored["account_id"])


def forget_dataset(dataset_id: str) -> None:
    """Remove the exchanges of a dataset that is gone for good, which nobody could reach any more.

    Those of a dataset that is only deleted stay: it may come back.
    """
    of_dataset = _c.dataset_id == dataset_id
    accounts = set(model.Session.scalars(sa.select(_c.account_id).where(of_dataset)))
    if not accounts:
        return
    lock()
    model.Session.execute(sa.delete(TABLE).where(of_dataset))
    _settle(dataset_id, *accounts)


def counted_since(account_id: str) -> Any:
    """Return the day since which an account's calls are kept already, or None."""
    query = sa.select(sa.func.min(_c.account_since)).where(_c.account_id == account_id)
    return model.Session.execute(query).scalar()


def _settle(dataset_id: str, *accounts: str | None) -> None:
    _settle_dataset(dataset_id)
    for account in {account for account in accounts if account}:
        _settle_account(account)


def _settle_dataset(dataset_id: str) -> None:
    model.Session.execute(sa.delete(EXCHANGED).where(EXCHANGED.c.package_id == dataset_id))
    endless = sa.func.bool_or(_c.ends_on.is_(None))
    found = (
        sa.select(_c.dataset_id, sa.case((endless, None), else_=sa.func.max(_c.ends_on)))
        .where(_c.dataset_id == dataset_id, _c.status == LINKED)
        .group_by(_c.dataset_id)
    )
    model.Session.execute(sa.insert(EXCHANGED).from_select(["package_id", "until"], found))


def _settle_account(account_id: str) -> None:
    """Keep an account's calls while an exchange names it, and forget them with the last one."""
    named = sa.select(_c.id).where(_c.account_id == account_id).limit(1)
    if model.Session.execute(named).scalar() is not None:
        watched = insert(WATCH).values(account_id=account_id).on_conflict_do_nothing()
        model.Session.execute(watched)
        return
    for table in (WATCH, ACCOUNT):
        model.Session.execute(sa.delete(table).where(table.c.account_id == account_id))
