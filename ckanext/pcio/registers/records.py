"""Records of what people tell us: reuses, exchanges and demands. Pure types, no storage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Tier = Literal["province", "department", "other"]
ExchangeStatus = Literal["linked", "preparing", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """Who made what of which open datasets (survey question P2.2.1.3)."""

    datasets: tuple[str, ...]
    """Ids of the datasets reused."""
    how: str
    who: str
    title: str = ""
    kind: str = ""
    """Key of the vocabulary `reuse_type`."""
    user_kind: str = ""
    """Key of the vocabulary `reuse_user`."""
    link: str | None = None
    date: date | None = None
    approved: bool = False
    """An administrator has checked the entry; only then it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A dataset another agency links to or receives (survey questions P2.2.3.1, P2.2.3.2)."""

    dataset: str
    partner: str
    tier: Tier
    """Whether the partner is in the province, a parent department, or another agency."""
    method: str
    """Key of the vocabulary `linkage_method`."""
    status: ExchangeStatus
    """Key of the vocabulary `linkage_status`. Exchanges that have ended are left out."""
    detailed: bool = True
    """Whether the reader may know of the single exchange. Else `partner` is a number that tells
    agencies apart, and there are no figures of use."""
    calls: int | None = None
    records: int | None = None
    last_use: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A dataset the public asked for (survey question P2.2.2)."""

    id: str
    title: str
    dataset: str | None = None
    """Id of the dataset that answers the demand."""
    url: str | None = None
    fulfilled: bool = False
    year: int | None = None
    """Buddhist era."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """Everything people have told the portal. A remote portal or a file brings none of it."""

    reuses: tuple[Reuse, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    demands: tuple[Demand, ...] = ()

    @property
    def exchanged(self) -> frozenset[str]:
        """Ids of the datasets that are exchanged now (design.md §4 "sharable")."""
        return frozenset(e.dataset for e in self.exchanges if e.status == "linked")
