"""Datasets as package dicts, read in bulk: a few queries for a thousand of them.

`package_show` for each would cost a second for fifty. What is given out has the shape of
`package_show`, so that `import-portal` and `assess` read it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import munge
from ckan.lib.plugins import get_permission_labels
from ckan.types import Context

from ckanext.pcio.catalog import queries
from ckanext.pcio.catalog import records as stored
from ckanext.pcio.standard.fields import dataset_fields as fields_of_datasets
from ckanext.pcio.standard.fields import (
    dataset_fields_of,
    field_vocabulary_name,
    resource_fields,
    resource_fields_of,
)
from ckanext.pcio.standard.values import split_terms
from ckanext.pcio.standard.vocabulary import vocabulary

# What only the portal itself has a use for.
_OWN = ("pcio_labels", "creator_user_id")
_OF_RESOURCE = ("datastore_fields", "package_id")


def read(context: Context, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the datasets among `ids` that the caller may see now, in the order of `ids`."""
    labels = _labels(context)
    for start in range(0, len(ids), stored.CHUNK):
        chunk = ids[start : start + stored.CHUNK]
        found = {dataset["id"]: dataset for dataset in stored.read(chunk)}
        for package_id in chunk:
            dataset = found.get(package_id)
            # What became private while the file is written is not in it.
            if dataset and (labels is None or labels & set(dataset["pcio_labels"])):
                yield _package_dict(dataset)


def _labels(context: Context) -> set[str] | None:
    if queries.sees_everything(context):
        return None
    user = context.get("auth_user_obj") or model.User.get(context.get("user"))
    return set(get_permission_labels().get_user_dataset_labels(user))


def _package_dict(dataset: dict[str, Any]) -> dict[str, Any]:
    package = {name: value for name, value in dataset.items() if name not in _OWN}
    package["type"] = stored.DATASET_TYPE
    for name in dataset_fields_of("pcio_terms"):
        _as_list(package, name, fields_of_datasets()[name])
    package["resources"] = [_resource_dict(each, package["id"]) for each in package["resources"]]
    return package


def _resource_dict(resource: Mapping[str, Any], package_id: str) -> dict[str, Any]:
    found = {name: value for name, value in resource.items() if name not in _OF_RESOURCE}
    for name in resource_fields_of("pcio_terms"):
        _as_list(found, name, resource_fields()[name])
    found["url"] = _address(resource, package_id)
    return found


def _as_list(record: dict[str, Any], name: str, field: Mapping[str, Any]) -> None:
    """Give out as a list what the database holds as JSON."""
    if name in record:
        record[name] = split_terms(vocabulary(field_vocabulary_name(field)), record[name])


def _address(resource: Mapping[str, Any], package_id: str) -> str:
    """Return the address of a file as `package_show` does; an upload is stored by its name."""
    url = resource["url"] or ""
    if resource["url_type"] == "upload":
        return tk.url_for(
            "dataset_resource.download",
            id=package_id,
            resource_id=resource["id"],
            filename=munge.munge_filename(url.rsplit("/")[-1]),
            qualified=True,
            locale="default",
        )
    if resource["url_type"] == "datastore" and p.plugin_loaded("datastore"):
        return tk.url_for(
            "datastore.dump", resource_id=resource["id"], qualified=True, locale="default"
        )
    return url
