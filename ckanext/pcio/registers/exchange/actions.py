"""API actions of the register of exchanges of sharable data with other agencies."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.catalog import queries as catalog
from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.helpers import pcio_language

from . import entry, people, queries, references, schema, store
from .filters import predicate
from .model import TABLE
from .view import as_dict


@validate(schema.exchange_create)
def pcio_exchange_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record an exchange of a dataset with another agency.

    :param dataset: id or name of a dataset whose level is below confidential
    :param partner: name of the agency; not needed with `partner_organization`
    :param partner_organization: id or name of the partner's organization here (optional)
    :param tier: `province`, `department` or `other`, or its Thai wording
    :param method: a value of the vocabulary `linkage_method`, by key or in Thai
    :param status: a value of the vocabulary `linkage_status`, by key or in Thai
    :param account: name or id of the user whose login or token the partner uses (optional)
    :param legal_basis: law or memorandum (optional); `approved_on` and `signed_on` its dates
    :param starts_on: first day; needed when linked (optional)
    :param ends_on: last day (optional)
    :param purpose: what the data are used for (optional)
    :param told_calls: calls outside this portal so far (optional)
    :param told_records: records moved so far (optional)
    :param told_last_use: day of the last use (optional)
    :param told_on: day these figures were taken; needed with any of them

    :returns: the exchange, as `pcio_exchange_show` returns it
    """
    tk.check_access("pcio_exchange_create", context, data_dict)
    today = today_in_thailand()
    # Without a dataset nothing is stored, but everything else that is wrong is told with it.
    dataset = _dataset(context, data_dict["dataset"]) if data_dict["dataset"] else None
    values = _read(data_dict, today, dataset)
    now = datetime.now(timezone.utc)
    row = {
        **values,
        "id": str(uuid.uuid4()),
        "version": 1,
        **{"created_at": now, "created_by": _who(context)},
        **{"updated_at": now, "updated_by": _who(context)},
    }
    store.lock()
    row["account_since"] = _account_since(row["account_id"], today)
    store.add(row)
    _commit(context)
    return _shown(context, row["id"], today)


@validate(schema.exchange_update)
def pcio_exchange_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change an exchange; what is left out stays as it is, and a blank clears it.

    :param id: id of the exchange
    :param version: its version when it was read; refused when somebody changed it since

    The other parameters are those of `pcio_exchange_create`; the dataset cannot be changed.

    :returns: the exchange, as `pcio_exchange_show` returns it
    """
    tk.check_access("pcio_exchange_update", context, data_dict)
    today = today_in_thailand()
    store.lock()
    stored = store.get(data_dict["id"])
    if stored is None:
        raise tk.ObjectNotFound(tk._("There is no such exchange."))
    _check_version(stored, data_dict["version"])
    values = _read(data_dict, today, _dataset(context, stored["dataset_id"]), stored)
    if values["account_id"] != stored["account_id"]:
        values["account_since"] = _account_since(values["account_id"], today)
    changes = {"updated_at": datetime.now(timezone.utc), "updated_by": _who(context)}
    store.change(stored, {**values, **changes})
    _commit(context)
    return _shown(context, stored["id"], today)


@validate(schema.exchange_delete)
def pcio_exchange_delete(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Remove an exchange that was recorded by mistake; one that is over gets an end instead.

    The calls kept of its account are forgotten, unless another exchange names the account.

    :param id: id of the exchange
    :param version: its version when it was read (optional)

    :returns: `id`
    """
    tk.check_access("pcio_exchange_delete", context, data_dict)
    store.lock()
    stored = store.get(data_dict["id"])
    if stored is None:
        raise tk.ObjectNotFound(tk._("There is no such exchange."))
    if data_dict.get("version") is not None:
        _check_version(stored, data_dict["version"])
    store.remove(stored)
    _commit(context)
    return {"id": stored["id"]}


@tk.side_effect_free
@validate(schema.exchange_show)
def pcio_exchange_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one exchange.

    :param id: id of the exchange

    :returns: the fields of `pcio_exchange_create`; `id`, `version`, `updated_at`; `dataset_id`,
        `dataset_title`, `dataset_url`, `level`, `organization`, `organization_title`;
        `calls`, `records`, `last_use` (counted and told together) with `counted_calls`,
        `counted_last_use` and `counted_since` (by the portal) beside `told_…`; `ended`, `ending`;
        and `warnings`. `account` is null for who is not of the dataset's office; `has_account`
        says whether there is one.
    """
    tk.check_access("pcio_exchange_show", context, data_dict)
    return _shown(context, data_dict["id"], today_in_thailand())


@tk.side_effect_free
@validate(schema.exchange_list)
def pcio_exchange_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the exchanges of the datasets the caller may see.

    :param dataset: id or name of a dataset (optional)
    :param organization: id or name of the office whose datasets are exchanged (optional)
    :param partner: part of the partner agency's name (optional)
    :param tier: tier of the partner, by key (optional)
    :param status: status, by key (optional)
    :param level: `open`, `internal`, or another level of the dataset (optional)
    :param ending: only those linked that end within 90 days (optional)
    :param sort: `level`, `partner` or `ends_on` (optional, default `level`)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 50)
    :param offset: rows to pass over (optional)

    :returns: `count`; `results`, as `pcio_exchange_show` returns each; `levels`: by the datasets'
        level `count`, and of those linked now `linked`, `datasets`, `calls`, `records`, `last_use`
        and `ending`; `partners`: with how many agencies data are exchanged now
    """
    tk.check_access("pcio_exchange_list", context, data_dict)
    today = today_in_thailand()
    where = catalog.visible(context) & predicate(data_dict, today)
    levels = queries.totals(where, today)
    rows = queries.page(where, data_dict["sort"], data_dict["limit"], data_dict["offset"])
    viewer = people.viewer(context)
    for level in levels:
        level["last_use"] = level["last_use"].isoformat() if level["last_use"] else None
    return {
        "count": sum(level["count"] for level in levels),
        "results": [as_dict(row, viewer, today, pcio_language()) for row in rows],
        "levels": levels,
        "partners": queries.partners(where, today),
    }


def _dataset(context: Context, reference: str) -> DatasetFacts:
    """Return the facts of a dataset the caller may see."""
    named = (FACTS.c.package_id == reference) | (FACTS.c.name == reference)
    found = queries.dataset(catalog.visible(context) & named)
    if found is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return found


def _read(
    data_dict: Mapping[str, Any],
    today: date,
    dataset: DatasetFacts | None,
    stored: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the columns an entry fills; raises `ValidationError` with every problem at once."""
    reading = entry.read(data_dict, today, stored)
    references.resolve(reading, data_dict, dataset, stored)
    if reading.problems:
        if stored:
            model.Session.rollback()  # lets go of the register for whoever changes it next
        language = pcio_language()
        raise tk.ValidationError(
            {
                name: [entry.named(name, problem).text(language)]
                for name, problem in reading.problems.items()
            }
        )
    return reading.values


def _check_version(stored: Mapping[str, Any], seen: int) -> None:
    if stored["version"] == seen:
        return
    model.Session.rollback()
    raise tk.ValidationError(
        {
            "version": [
                tk._(
                    "Somebody else has changed this exchange since you opened it. Nothing was "
                    "saved; open it again and make your change there."
                )
            ]
        }
    )


def _account_since(account_id: str | None, today: date) -> date | None:
    """Return since when the calls of an account are kept; None where no account is named."""
    return (store.counted_since(account_id) or today) if account_id else None


def _shown(context: Context, exchange_id: str, today: date) -> dict[str, Any]:
    rows = queries.page(catalog.visible(context) & (TABLE.c.id == exchange_id), limit=1)
    if not rows:
        raise tk.ObjectNotFound(tk._("There is no such exchange."))
    return as_dict(rows[0], people.viewer(context), today, pcio_language())


def _who(context: Context) -> str:
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    return user.id if user else ""


def _commit(context: Context) -> None:
    if not context.get("defer_commit"):
        model.repo.commit()
