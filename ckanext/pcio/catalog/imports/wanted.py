"""What a row of a workbook asks for, and what becomes of a stored dataset when it is given that.

Pure. A row that came out of a catalog (it has an id) says everything its sheet has a column for:
its blanks clear. Any other row says only what is filled in: a blank keeps what is stored. A
resource that the workbook does not name always stays, because with it would go its file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ckanext.pcio.standard import values
from ckanext.pcio.standard.fields import dataset_fields, resource_fields
from ckanext.pcio.standard.record import mappings, read_private, text_of
from ckanext.pcio.standard.workbook.found import DatasetRow

Dataset = Mapping[str, Any]

# Not values of the dataset itself: where it belongs and how it is seen are decided elsewhere.
_APART = frozenset({"name", "owner_org", "tag_string", "tags", "private", "state", "resources"})
_APART_OF_RESOURCE = frozenset({"id", "url_type", "package_id"})
# Files and tables of this portal: their address is the portal's own.
_OWN_URL = ("upload", "datastore")


@dataclass
class Wanted:
    """What a row asks for; made of JSON only."""

    id: str = ""
    name: str = ""
    title: str = ""
    owner: str = ""
    """What the cell of the owner says."""
    private: bool | None = None
    """None where the workbook does not say."""
    draft: bool = False
    fields: dict[str, Any] = field(default_factory=dict)
    careful: dict[str, Any] = field(default_factory=dict)
    """Values for a new dataset only: the workbook does not state them."""
    tags: list[str] | None = None
    resources: list[dict[str, Any]] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    as_private: bool = True
    """How a new dataset is seen, as the check decided."""
    as_draft: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the wish as it is stored."""
        return asdict(self)


def read(row: DatasetRow, columns: Iterable[str]) -> Wanted:
    """Return what `row` asks for; `columns` are the fields its sheet has a column for."""
    record = row.record
    known = dataset_fields()
    stated = {
        name: value
        for name, value in record.items()
        if name in known and name not in _APART and not values.is_blank(value)
    }
    careful = {name: stated.pop(name) for name in row.assumed if name in stated}
    identifier = text_of(record.get("id"))
    tags = [text_of(tag.get("name")) for tag in mappings(record.get("tags"))]
    cleared = []
    if identifier:
        cleared = [name for name in columns if name in known and name not in {*stated, *_APART}]
        if "tags" in columns or "tag_string" in columns:
            tags = tags or []
    return Wanted(
        id=identifier,
        name=text_of(record.get("name")),
        title=text_of(record.get("title")),
        owner=text_of(record.get("owner_org")),
        private=None if "private" in row.assumed else read_private(record.get("private")),
        draft=text_of(record.get("state")) == "draft",
        fields=stated,
        careful=careful,
        tags=list(dict.fromkeys(filter(None, tags))) if tags or identifier else None,
        resources=[_resource(each) for each in mappings(record.get("resources"))],
        cleared=cleared,
    )


def _resource(record: Mapping[str, Any]) -> dict[str, Any]:
    named = {*resource_fields(), "id", "mimetype", "mimetype_inner", "resource_type", "hash"}
    return {
        name: value
        for name, value in record.items()
        if name in {*named, "url_type"} and not values.is_blank(value)
    }


# ---- joined with what is stored


def merged(stored: Dataset, wanted: Wanted) -> dict[str, Any]:
    """Return the whole dataset as it is after the wish; `stored` is a package dict."""
    package = {**stored, **wanted.fields}
    for name in wanted.cleared:
        package.pop(name, None)
    if wanted.tags is not None:
        package["tags"] = [{"name": name} for name in wanted.tags]
    package["resources"] = merged_resources(list(mappings(stored.get("resources"))), wanted)
    return package


def merged_resources(stored: Sequence[Dataset], wanted: Wanted) -> list[dict[str, Any]]:
    """Return the resources after the wish: those stored in their order, then new ones."""
    result = [dict(each) for each in stored]
    free = set(range(len(result)))
    for resource in wanted.resources:
        place = _place(resource, stored, free)
        if place is None:
            result.append(new_resource(resource))
            continue
        free.discard(place)
        result[place].update(
            {name: value for name, value in resource.items() if name not in _APART_OF_RESOURCE}
        )
        if stored[place].get("url_type") in _OWN_URL:
            result[place]["url"] = stored[place]["url"]
    return result


def new_resource(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource that is not here yet: what was another portal's file becomes a link."""
    return {name: value for name, value in resource.items() if name not in _APART_OF_RESOURCE}


def _place(resource: Mapping[str, Any], stored: Sequence[Dataset], free: set[int]) -> int | None:
    """Return which stored resource is meant: by id, then by address, then by name."""
    for key in ("id", "url", "name"):
        said = text_of(resource.get(key))
        if not said:
            continue
        for place in sorted(free):
            if text_of(stored[place].get(key)) == said:
                return place
    return None


def left_alone(stored: Sequence[Dataset], wanted: Wanted) -> list[str]:
    """Return the names of stored resources that the workbook does not name."""
    free = set(range(len(stored)))
    for resource in wanted.resources:
        place = _place(resource, stored, free)
        if place is not None:
            free.discard(place)
    return [
        text_of(stored[place].get("name")) or text_of(stored[place].get("url"))
        for place in sorted(free)
    ]


# ---- differences


def differences(before: Dataset, after: Dataset) -> list[dict[str, str]]:
    """Return the fields that differ, {field, old, new}, in the form's order; values as texts."""
    found = []
    for name in dataset_fields():
        if name in _APART:
            continue
        old, new = comparable(before.get(name)), comparable(after.get(name))
        if old != new:
            found.append({"field": name, "old": shown(old), "new": shown(new)})
    old_tags, new_tags = _tags(before), _tags(after)
    if old_tags != new_tags:
        found.append({"field": "tag_string", "old": shown(old_tags), "new": shown(new_tags)})
    old_files = list(mappings(before.get("resources")))
    new_files = list(mappings(after.get("resources")))
    for place, resource in enumerate(new_files):
        if place >= len(old_files):
            label = text_of(resource.get("name")) or text_of(resource.get("url"))
            found.append({"field": "resources", "old": "", "new": shown(label)})
            continue
        found.extend(_resource_differences(old_files[place], resource))
    return found


def _resource_differences(before: Dataset, after: Dataset) -> Iterable[dict[str, str]]:
    for name in resource_fields():
        old, new = comparable(before.get(name)), comparable(after.get(name))
        if old != new:
            yield {"field": f"resources.{name}", "old": shown(old), "new": shown(new)}


def _tags(dataset: Dataset) -> tuple[str, ...]:
    return tuple(sorted(text_of(tag.get("name")) for tag in mappings(dataset.get("tags"))))


def comparable(value: Any) -> Any:
    """Return a value such that two ways of storing the same are equal."""
    if values.is_blank(value):
        return ""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return value.strip()
    if isinstance(value, (list, tuple)):
        kept = tuple(comparable(each) for each in value if not values.is_blank(each))
        return next(iter(kept), "") if len(kept) < 2 else kept  # noqa: PLR2004
    return value.strip() if isinstance(value, str) else text_of(value) or str(value)


def shown(value: Any) -> str:
    """Return a value as a text of a report."""
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_LONGEST = 300
