"""How many exports are made at once, so that no visitor can keep the portal busy with them."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

# First key of the advisory locks of exports; the second is the number of the slot.
_LOCKS = 0x7063_6578
ANONYMOUS = range(2)
SIGNED_IN = range(2, 8)


def take(*, signed_in: bool) -> bool:
    """Take a slot until the end of the transaction; False where all are taken.

    Whoever is signed in has slots of their own, so that visitors cannot keep officers waiting.
    """
    return any(
        model.Session.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCKS, slot))).scalar()
        for slot in (SIGNED_IN if signed_in else ANONYMOUS)
    )
