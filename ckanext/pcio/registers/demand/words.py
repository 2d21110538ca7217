"""Who asks and how far a demand has come, in words (`schemas/demand.yaml`). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ckanext.pcio.standard.messages import N_
from ckanext.pcio.standard.thai import fold
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

# Lengths a demand may have; the form and the list say them when they refuse.
TITLE_LENGTH = 300
TEXT_LENGTH = 4000
NUMBER_LENGTH = 40

STATES: Mapping[str, str] = {
    "open": N_("Waiting for an answer"),
    "preparing": N_("Data being prepared"),
    "fulfilled": N_("Data available"),
    "refused": N_("Cannot be provided"),
    "waiting": N_("Waiting to be checked"),
    "hidden": N_("Hidden"),
}
"""Label of each state; the first four are public."""
ANSWERS = ("fulfilled", "preparing", "refused")
PUBLIC_STATES = ("open", *ANSWERS)

SOURCES: Mapping[str, str] = {
    "portal": N_("Asked on this portal"),
    "central": N_("From the central agency’s yearly list"),
}


@dataclass(frozen=True)
class Words:
    """What `schemas/demand.yaml` says."""

    askers: Mapping[str, Mapping[str, str]]
    """Label of each kind of asker, by key and language."""
    listed_asker: str
    columns: Mapping[str, str]
    """Column by its heading, folded."""
    spellings: Mapping[str, str]
    """Kind of asker by its spelling, folded."""

    def asker(self, key: str, language: str) -> str:
        """Return who asks, in `language`; a kind no longer known stays as it is."""
        labels = self.askers.get(key)
        return labels[language] if labels else key


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the words of the register; raises `SettingsFileError`."""
    content = load_yaml(SCHEMAS_DIR / "demand.yaml", SCHEMAS_DIR / "demand.schema.json")
    kinds = content["askers"]
    return Words(
        askers={kind["key"]: {"th": kind["th"], "en": kind["en"]} for kind in kinds},
        listed_asker=content["listed_asker"],
        columns={
            fold(heading): column
            for column, headings in content["columns"].items()
            for heading in (column, *headings)
        },
        spellings={
            fold(spelling): kind["key"]
            for kind in kinds
            for spelling in (kind["key"], kind["th"], kind["en"], *kind.get("aliases", ()))
        },
    )
