"""What a caller asks about, found in CKAN, and refused where they may not see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.pcio.catalog import exchanged
from ckanext.pcio.catalog import queries as catalog
from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.predicates import Predicate, predicates
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.vocabulary import vocabulary

from .queries import Scope

ONE_OF = ("dataset_id", "resource_id", "organization_id")


@dataclass(frozen=True, slots=True)
class Found:
    """The scope of a question, with what an answer says about it."""

    scope: Scope
    type: str
    """dataset, resource, organization or portal."""
    id: str = ""
    name: str = ""
    title: str = ""
    where: Predicate | None = None
    """The datasets, over the facts table; None for one dataset."""
    exact: bool = True
    """Whether visitors are each counted once a day, and not once for each dataset."""
    everything: bool = False
    """Whether rows of datasets that are no longer there are added up too."""

    def described(self) -> dict[str, Any]:
        """Return what the answer says about the scope."""
        names = ("type", "id", "name", "title")
        found = {name: getattr(self, name) for name in names}
        return {**found, "dataset_id": self.scope.dataset_id} if self.scope.resource_id else found


def find(context: Context, data_dict: dict[str, Any]) -> Found:
    """Return whose numbers are asked for.

    Raises:
        tk.ValidationError: more than one thing is asked about.
        tk.ObjectNotFound: there is none of this name.
        tk.NotAuthorized: the caller may not see the dataset.

    """
    asked = [name for name in ONE_OF if data_dict.get(name)]
    if len(asked) > 1:
        wrong = tk._("Please ask about one dataset, one resource or one office at a time.")
        raise tk.ValidationError({name: [wrong] for name in asked})
    if asked and asked[0] != "organization_id":
        for name in ("class", "data_type"):
            if data_dict.get(name):
                wrong = tk._("This chooses among datasets, and one was asked about.")
                raise tk.ValidationError({name: [wrong]})
        one = _resource if asked[0] == "resource_id" else _dataset
        return one(context, data_dict[asked[0]])
    return _datasets(context, data_dict)


def _dataset(context: Context, reference: str) -> Found:
    package = model.Package.get(reference)
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    tk.check_access("package_show", context, {"id": package.id})
    title = package.title or package.name
    return Found(Scope(dataset_id=package.id), "dataset", package.id, package.name, title)


def _resource(context: Context, reference: str) -> Found:
    resource = model.Resource.get(reference)
    if resource is None or resource.package_id is None:
        raise tk.ObjectNotFound(tk._("Resource not found"))
    tk.check_access("package_show", context, {"id": resource.package_id})
    name = resource.name or resource.id
    scope = Scope(dataset_id=resource.package_id, resource_id=resource.id)
    return Found(scope, "resource", resource.id, name, name)


def _datasets(context: Context, data_dict: dict[str, Any]) -> Found:
    """Return the datasets of an office or of the portal, as far as the caller sees them."""
    everybody = catalog.sees_everything(context)
    chosen = chosen_datasets(data_dict)
    visible = catalog.visible(context)
    group = organization(data_dict.get("organization_id"))
    if group is None:
        everything = everybody and chosen is None
        where = visible if chosen is None else visible & chosen
        ids = sa.select(FACTS.c.package_id).where(where)
        # Documents of the catalog as a whole belong to no dataset, and everybody may read them.
        every_id = ids.union_all(sa.select(sa.literal(""))) if chosen is None else ids
        scope = Scope(
            datasets=None if everything else every_id,
            visitors_of_scope=everything,
        )
        return Found(scope, "portal", where=where, exact=everything, everything=everything)
    where = visible & (FACTS.c.organization_id == group.id)
    exact = chosen is None and (everybody or _sees_all_of(group.id, visible))
    if chosen is not None:
        where &= chosen
    scope = Scope(
        datasets=sa.select(FACTS.c.package_id).where(where),
        organization_id=group.id,
        visitors_of_scope=exact,
    )
    title = group.title or group.name
    return Found(scope, "organization", group.id, group.name, title, where, exact)


def organization(reference: str | None) -> Any:
    """Return the active organization of this id or name; None where none is asked for."""
    if not reference:
        return None
    group = model.Group.get(reference)
    if group is None or not group.is_organization or group.state != "active":
        raise tk.ObjectNotFound(tk._("Organization not found"))
    return group


def _sees_all_of(organization_id: str, visible: Predicate) -> bool:
    hidden = sa.exists().where((FACTS.c.organization_id == organization_id) & ~visible)
    return not model.Session.execute(sa.select(hidden)).scalar_one()


def classes() -> dict[str, Predicate]:
    """Return the predicates of the classes; a dataset may be both open and sharable."""
    today = today_in_thailand()
    rules = predicates(today, exchanged.on_record(today))
    # A level or category that is not stated makes a rule unknown: then it does not hold.
    is_open = sa.func.coalesce(rules["open"], sa.false())
    sharable = sa.func.coalesce(rules["sharable"], sa.false())
    return {"open": is_open, "sharable": sharable, "other": sa.not_(is_open | sharable)}


def chosen_datasets(data_dict: dict[str, Any]) -> Predicate | None:
    """Return the condition of the class and the data type asked for; None for every dataset."""
    found = None
    if data_dict.get("class"):
        found = classes()[data_dict["class"]]
    if data_dict.get("data_type"):
        term = _data_type(data_dict["data_type"])
        of_type = FACTS.c.data_type == term
        found = of_type if found is None else found & of_type
    return found


def _data_type(asked: str) -> str:
    words = vocabulary("data_type")
    term = words.by_key(asked) or words.find(asked)
    if term is None:
        wrong = tk._("There is no data type “{name}”.").format(name=asked[:80])
        raise tk.ValidationError({"data_type": [wrong]})
    return term.key
