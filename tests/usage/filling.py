"""Use that never happened, written as the flush writes it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import Session

from ckanext.pcio.usage import writer
from ckanext.pcio.usage.events import EVENT_KINDS, REQUEST_KINDS, Counter
from ckanext.pcio.usage.model import ACCOUNT, BATCH, BY_DATASET, BY_RESOURCE, DAILY, MONTHLY


def empty() -> None:
    """Nothing was ever counted."""
    with model.meta.engine.begin() as connection:
        for table in (DAILY, MONTHLY, BY_DATASET, BY_RESOURCE, BATCH, ACCOUNT):
            connection.execute(sa.delete(table))
    model.Session.rollback()


def write(counters: Mapping[Counter, int]) -> None:
    """Write counters as one batch."""
    with Session(model.meta.engine) as session:
        detail: dict[str, str] = {}
        assert writer.write(
            counters, batch_id=uuid.uuid4().hex, source="csv", detail=detail, session=session
        )
        session.commit()
    model.Session.rollback()


def used(
    day: str,
    dataset_id: str = "",
    kind: str = "view",
    number: int = 1,
    *,
    resource_id: str = "",
    office: str = "",
    access: str = "regular",
    account: str = "",
    visitors: int = 1,
) -> dict[Counter, int]:
    """Return the counters of `number` events of `visitors` people in one hour of a day."""
    assert kind in EVENT_KINDS
    event = Counter(day, kind, access, account, "", dataset_id, resource_id)
    found = {event: number}
    visitor = Counter(day, "visitor", access, account)
    found[visitor] = visitors
    if dataset_id:
        of_dataset = visitor._replace(dataset_id=dataset_id)
        found[of_dataset] = visitors
        found[of_dataset._replace(kind="unique_investigation")] = visitors
        if kind in REQUEST_KINDS:
            found[of_dataset._replace(kind="unique_request")] = visitors
        if resource_id:
            found[of_dataset._replace(resource_id=resource_id)] = visitors
    if office:
        found[visitor._replace(organization_id=office)] = visitors
    return found


def fill(*uses: Mapping[Counter, int]) -> None:
    """Write several uses, each visitor of which is another person."""
    together: dict[Counter, int] = {}
    for use in uses:
        for counter, number in use.items():
            together[counter] = together.get(counter, 0) + number
    write(together)
