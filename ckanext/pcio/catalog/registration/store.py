"""Writing what was learned of the registration. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import TABLE
from .service import Answer

SERVICE, PERSON = "service", "person"


def learned(package_id: str, answer: Answer) -> None:
    """Keep what the service said of a dataset.

    What a person entered stays where the service knows nothing of the dataset.
    """
    now = datetime.now(timezone.utc)
    if not answer.state and _entered_by_person(package_id):
        _write(package_id, {"asked_at": now, "error": ""})
        return
    _write(
        package_id,
        {
            **{"state": answer.state, "name": answer.name, "validated_at": answer.validated_at},
            **{"metadata_modified": answer.metadata_modified, "source": SERVICE},
            **{"checked_at": now, "asked_at": now, "error": ""},
        },
    )


def failed(package_id: str, reason: str) -> None:
    """Keep that the service gave no answer, beside the last one it gave."""
    _write(package_id, {"asked_at": datetime.now(timezone.utc), "error": reason})


def entered(package_id: str, state: str, validated_at: datetime | None) -> None:
    """Keep the state a person found out."""
    _write(
        package_id,
        {
            **{"state": state, "validated_at": validated_at, "source": PERSON, "error": ""},
            "checked_at": datetime.now(timezone.utc),
        },
    )


def forget_dataset(package_id: str) -> None:
    """Remove what is known of a dataset that is gone for good."""
    model.Session.execute(sa.delete(TABLE).where(TABLE.c.package_id == package_id))


def _entered_by_person(package_id: str) -> bool:
    query = sa.select(TABLE.c.source).where(TABLE.c.package_id == package_id)
    return model.Session.execute(query).scalar() == PERSON


def _write(package_id: str, values: dict[str, Any]) -> None:
    blank = {"state": "", "name": "", "source": SERVICE, "error": ""}
    statement = insert(TABLE).values({"package_id": package_id, **blank, **values})
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["package_id"], set_=values)
    )
