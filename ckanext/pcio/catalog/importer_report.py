"""What becomes of a record that is taken in, and what keeps it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal

from ckan import model

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import text_of

from . import records
from .copies import Copy

_DELETED = "deleted"
Outcome = Literal["created", "updated", "unchanged", "refused"]


@dataclass(frozen=True)
class Remark:
    """One thing that was read differently, or could not be."""

    field: str
    value: str
    message: Message | str

    def text(self, language: str) -> str:
        """Return the remark as a line: field, value, sentence."""
        said = self.message if isinstance(self.message, str) else self.message.text(language)
        shown = f" “{self.value}”" if self.value else ""
        return f"{self.field}{shown}: {said}"


@dataclass
class Imported:
    """What became of one record."""

    title: str
    outcome: Outcome
    name: str = ""
    unseen: bool = False
    """A data dictionary the source has could not be read."""
    remarks: list[Remark] = dataclass_field(default_factory=list)


def hindrance(
    fields: Mapping[str, Any], existing: model.Package | None, copied: Copy | None
) -> Remark | None:
    """Return why a record is not taken in, whatever it says; None where nothing stands in its way.

    Args:
        fields: of the record.
        existing: the dataset here with the record's id.
        copied: how that was taken in before; None where that does not matter.

    """
    if text_of(fields.get("state")) == _DELETED:
        return Remark("state", "", Message(N_("it is deleted there")))
    if existing is None:
        return _name_taken(text_of(fields.get("name")))
    if existing.type != records.DATASET_TYPE:
        return Remark("id", existing.id, Message(N_("something else here has this id")))
    if existing.state == _DELETED:
        gone = N_("it was deleted here; restore it, or purge it to take it in anew")
        return Remark("state", "", Message(gone))
    if copied is not None and existing.metadata_modified != copied.saved_as:
        changed = N_(
            "it was changed here since it was taken in, and there too; --overwrite gives up what "
            "was changed here"
        )
        return Remark("metadata_modified", "", Message(changed))
    return None


def _name_taken(name: str) -> Remark | None:
    other = model.Package.by_name(name) or model.Package.by_name(name.lower()) if name else None
    if other is None:
        return None
    taken = N_(
        "another dataset here has this name (its id is {id}); rename one of the two. Nothing was "
        "changed"
    )
    return Remark("name", name, Message(taken, {"id": other.id}))
