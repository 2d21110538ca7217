"""Documents as CKAN sends them, and a search as CKAN asks for it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from ckanext.pcio.search.index import Core
from ckanext.pcio.search.protocol import Params
from ckanext.pcio.search.select import select

CKAN_QUERY = {
    "defType": "dismax",
    "tie": "0.1",
    "mm": "2<-1 5<80%",
    "qf": "name^4 title^4 tags^2 groups^2 text",
    "df": "text",
    "q.op": "AND",
}


def dataset(name: str, title: str = "", **fields: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "index_id": f"index-{name}",
        "id": f"id-{name}",
        "name": name,
        "site_id": "default",
        "entity_type": "package",
        "dataset_type": "dataset",
        "state": "active",
        "capacity": "public",
        "permission_labels": ["public"],
        "metadata_created": "2024-01-01T00:00:00Z",
        "metadata_modified": "2024-01-01T00:00:00Z",
        "data_dict": "{}",
        "validated_data_dict": "{}",
    }
    if title:
        document |= {"title": title, "title_string": title}
    return document | fields


def fill(core: Core, *documents: dict[str, Any]) -> None:
    core.add(documents)
    core.commit()


def ask(core: Core, q: str = "*:*", **params: Any) -> dict[str, Any]:
    """Ask with the standard parser unless told otherwise; dots are written as two underscores."""
    values: MultiDict[str, str] = MultiDict({"q": q, "rows": "1000"})
    for name, value in params.items():
        values.setlist(name.replace("__", "."), value if isinstance(value, list) else [str(value)])
    return select(core, Params(values))


def names(core: Core, q: str = "*:*", **params: Any) -> list[str]:
    return [doc["name"] for doc in ask(core, q, **params)["response"]["docs"]]


def typed(core: Core, q: str, **params: Any) -> list[str]:
    """What the search box finds."""
    defaults = {name.replace(".", "__"): value for name, value in CKAN_QUERY.items()}
    return names(core, q, **(defaults | params))
