"""What kind of save a validation belongs to, and so how strict it is (CKAN edge).

- a dataset that is, or becomes, active here must be complete and consistent;
- a draft may miss anything, but what it says must be readable;
- an import (`context["pcio_import"]`, which only code can set: contexts never come in through
  the API) keeps the record as it is, and problems become warnings;
- what an update leaves as it is stored is not held against it: a file can be added to, and the
  DataStore can set a flag in, a dataset an older portal left incomplete. Taking a dataset back
  (private, draft, deleted) is always possible; publishing it asks for everything, unchanged
  fields and files included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan import logic

from ckanext.pcio.standard import values

Context = Any
Key = tuple[Any, ...]
# Fields an update keeps when it leaves them out.
_KEPT = ("name", "owner_org")


@dataclass(frozen=True)
class Saving:
    """How strict a save is; see the module's docstring."""

    importing: bool = False
    active: bool = True
    unchanged: bool = False
    """The dataset's own fields are what is stored already."""
    unchanged_resources: frozenset[int] = frozenset()
    """Places of the resources whose fields are what is stored already."""

    def leaves(self, key: Key) -> bool:
        """Whether the field at `key` belongs to something this save does not change."""
        if key[0] == "resources":
            return key[1] in self.unchanged_resources
        return self.unchanged


def remember(data: Mapping[Key, Any], context: Context) -> None:
    """Find out what `data` (flattened, not validated yet) is saved as, and keep it in `context`."""
    importing = bool(context.get("pcio_import"))
    package = context.get("package")
    state = data.get(("state",))
    if state in (None, "", tk.missing):
        state = package.state if package else "active"
    saving = Saving(importing=importing, active=state == "active")
    if package is not None and not importing:
        stored = _stored_dataset(package, context)
        schema = tk.h.scheming_get_dataset_schema(package.type)
        saving = Saving(active=saving.active)
        if not _publishes(data, stored, context):
            saving = Saving(
                active=saving.active,
                unchanged=_describes_the_same(data, stored, schema),
                unchanged_resources=_same_resources(data, stored, schema),
            )
    context["pcio_saving"] = saving


def current(context: Context) -> Saving:
    """Return what is being saved."""
    return context.get("pcio_saving") or Saving(importing=bool(context.get("pcio_import")))


def core(name: str) -> Callable[..., Any]:
    """Return one of CKAN's validators."""
    return cast("Callable[..., Any]", tk.get_validator(name))


def is_tag_name(key: Key) -> bool:
    """Whether `key` is that of the name of a tag."""
    return len(key) == 3 and key[0] == "tags" and key[2] == "name"  # noqa: PLR2004


def _stored_dataset(package: Any, context: Context) -> Mapping[str, Any]:
    stored = context.get("original_package")
    if stored and stored.get("id") == package.id:
        return stored
    show = logic.fresh_context(context, ignore_auth=True)
    return tk.get_action("package_show")(show, {"id": package.id})


def _publishes(data: Mapping[Key, Any], stored: Mapping[str, Any], context: Context) -> bool:
    """Whether more people than before will see the dataset, its files included."""
    if data.get(("state",)) == "active" and stored.get("state") != "active":
        return True
    private = core("boolean_validator")(data.get(("private",)), context)
    return bool(stored.get("private")) and not private


def _describes_the_same(
    data: Mapping[Key, Any], stored: Mapping[str, Any], schema: Mapping[str, Any]
) -> bool:
    if data.get(("tag_string",)) not in (None, "", tk.missing):
        return False
    for field in schema["dataset_fields"]:
        name = field["field_name"]
        new = data.get((name,), tk.missing)
        if name == "state" or (new is tk.missing and name in _KEPT):
            continue
        if not _same(new, stored.get(name)):
            return False
    names = {value for key, value in data.items() if is_tag_name(key)}
    return names == {tag["name"] for tag in stored.get("tags", [])}


def _same_resources(
    data: Mapping[Key, Any], stored: Mapping[str, Any], schema: Mapping[str, Any]
) -> frozenset[int]:
    by_id = {resource["id"]: resource for resource in stored.get("resources", [])}
    names = [field["field_name"] for field in schema["resource_fields"]]
    places = {key[1] for key in data if key[0] == "resources" and len(key) > 1}
    return frozenset(
        place
        for place in places
        if (old := by_id.get(data.get(("resources", place, "id")))) is not None
        and all(_same(data.get(("resources", place, name)), old.get(name)) for name in names)
    )


def _same(new: Any, old: Any) -> bool:
    if new is tk.missing or values.is_blank(new):
        return values.is_blank(old)
    return new == old
