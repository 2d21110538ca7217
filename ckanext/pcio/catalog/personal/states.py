"""Where the scan of a file stands."""

from __future__ import annotations

from ckanext.pcio.standard.messages import N_

WAITING, CLEAR, FOUND, CONFIRMED = "waiting", "clear", "found", "confirmed"
UNREADABLE, NOT_TABULAR = "unreadable", "not_tabular"
STATES = {
    WAITING: N_("Being checked for personal data"),
    FOUND: N_("Personal data found: a person has to decide"),
    CONFIRMED: N_("Confirmed for publication"),
    CLEAR: N_("No personal data found"),
    UNREADABLE: N_("Could not be read, so not checked"),
    NOT_TABULAR: N_("Not a table, so not checked"),
}
TONES = {
    WAITING: "warn",
    FOUND: "bad",
    CONFIRMED: "good",
    CLEAR: "good",
    UNREADABLE: "warn",
    NOT_TABULAR: "plain",
}
"""How the label of a state looks (`status` of `pcio/registers/form.html`)."""
HOLDING = frozenset({WAITING, FOUND})
"""The states in which readers do not get the content of a row that `holds`."""
