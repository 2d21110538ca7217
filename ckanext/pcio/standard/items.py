"""The names of the 14 mandatory items of มรด. 3-1:2565, from the labels of the dataset schema."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.pcio.standard.completeness import CODES
from ckanext.pcio.standard.fields import dataset_fields, field_label

# Items whose code is not the name of the schema's field.
_FIELDS = {"tags": "tag_string", "update_frequency": "update_frequency_unit"}


def field_of_item(code: str) -> str:
    """Return the name of the schema's field that holds an item; of two, the first."""
    return _FIELDS.get(code, code)


@dataclass(frozen=True, slots=True)
class ItemName:
    """The name of an item, given by its code ("maintainer_email")."""

    code: str

    def text(self, language: str = "th") -> str:
        """Return the name in `language` ("th" or "en"); an unknown code is its own name."""
        if self.code not in CODES:
            return self.code
        return field_label(dataset_fields()[field_of_item(self.code)], language)
