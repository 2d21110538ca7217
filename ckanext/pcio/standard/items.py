"""The names of the 14 mandatory items of มรด. 3-1:2565, from the labels of the dataset schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.fields import dataset_fields, field_label

# Items whose code is not the name of the schema's field.
_CODES = {"tag_string": "tags", "update_frequency_unit": "update_frequency"}


@dataclass(frozen=True, slots=True)
class ItemName:
    """The name of an item, given by its code ("maintainer_email")."""

    code: str

    def text(self, language: str = "th") -> str:
        """Return the name in `language` ("th" or "en"); an unknown code is its own name."""
        field = _fields().get(self.code)
        return field_label(field, language) if field else self.code


@lru_cache(maxsize=1)
def _fields() -> Mapping[str, Mapping[str, Any]]:
    """Return the schema's first field of each item, by the item's code."""
    found: dict[int, tuple[str, Mapping[str, Any]]] = {}
    for name, field in dataset_fields().items():
        if field.get("pcio_item"):
            found.setdefault(field["pcio_item"], (_CODES.get(name, name), field))
    return dict(found.values())
