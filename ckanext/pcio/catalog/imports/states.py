"""The words for where an import stands and what becomes of a row."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.pcio.standard.messages import N_

STATES: Mapping[str, str] = {
    "waiting": N_("waits to be checked"),
    "checking": N_("is being checked"),
    "checked": N_("checked, waits for your decision"),
    "queued": N_("waits to be imported"),
    "importing": N_("is being imported"),
    "finished": N_("imported"),
    "cancelled": N_("cancelled"),
    "failed": N_("could not be done"),
}
PENDING = ("waiting", "checking", "queued", "importing")
"""States in which the background worker has something to do."""
CHECKS = ("waiting", "checking")
IMPORTS = ("queued", "importing")
FOUND = ("checked", "queued", "importing", "finished")
"""States in which the check has been through every row."""

OUTCOMES: Mapping[str, str] = {
    "new": N_("new"),
    "update": N_("changed"),
    "unchanged": N_("unchanged"),
    "refused": N_("refused"),
    "skipped": N_("left out"),
}
WRITES = ("new", "update")
"""Outcomes that write a dataset."""
FILTERS: Mapping[str, str] = {
    "": N_("All rows"),
    "new": N_("New"),
    "update": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "warned": N_("With remarks"),
    "refused": N_("Refused"),
    "skipped": N_("Left out"),
}
