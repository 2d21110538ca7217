"""What the administrator decides about checking links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.links import Patience

from .addresses import Allowed
from .asking import Manners
from .gate import Gate

VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class LinkSettings:
    """Settings of one run."""

    enabled: bool
    """Whether other servers are asked; uploaded files are looked for in any case."""
    patience: Patience
    manners: Manners
    workers: int


def read() -> LinkSettings:
    """Return the settings; raises ValueError for a host that is none."""
    config = tk.config
    seconds = config["ckanext.pcio.links.timeout_seconds"]
    return LinkSettings(
        enabled=config["ckanext.pcio.links.enabled"],
        patience=Patience(
            failures=max(1, config["ckanext.pcio.links.failures"]),
            interval=timedelta(days=max(1, config["ckanext.pcio.links.interval_days"])),
        ),
        manners=Manners(
            user_agent=user_agent(),
            allowed=Allowed(config["ckanext.pcio.links.private_hosts"]),
            connect_seconds=seconds,
            read_seconds=seconds,
            total_seconds=3 * seconds,
            gate=Gate(max(0, config["ckanext.pcio.links.host_delay_ms"]) / 1000),
        ),
        workers=max(1, min(32, config["ckanext.pcio.links.workers"])),
    )


def user_agent() -> str:
    """Return who asks, for the other server's log: what it is, and whose."""
    return f"pcio-link-check/{VERSION} (+{tk.config['ckan.site_url']})"
