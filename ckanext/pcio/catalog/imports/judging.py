"""What an import would make of one row, and what there is to tell about it. Nothing is written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckan import model
from ckan.lib import plugins as lib_plugins
from ckan.types import Context

from ckanext.pcio.catalog import records
from ckanext.pcio.catalog.extract import FactsSettings, facts_from_dataset
from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard.fields import dataset_fields
from ckanext.pcio.standard.helpers import pcio_messages
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.record import flat
from ckanext.pcio.standard.thai import fold

from . import wanted as wishes
from .remarks import Remark, remark
from .wanted import Wanted
from .world import Office, Target, World, names_for

# Keys of a stored dataset that a save takes, beside the schema's fields.
_SAVED = ("id", "name", "owner_org", "private", "state", "type", "tags", "resources")


@dataclass(frozen=True)
class Rules:
    """What decides about every row of one import."""

    office: Office
    user: str
    """Name of the person who imports."""
    person: model.User | None = None
    """The same person, so that CKAN does not look him up again for each dataset."""
    sysadmin: bool = False
    publish: bool = False
    """Whether new datasets that are complete and open become public."""
    owner_text: str = ""
    """Only rows whose cell of the owner says this; "" takes all."""


@dataclass
class Place:
    """Where a row stands: what its remarks point to."""

    sheet: str
    row: int
    letters: Mapping[str, str] = field(default_factory=dict)
    """Letter of the column of each field."""

    def tell(self, message: Message | str, name: str = "", **more: Any) -> Remark:
        """Return a remark about the field `name`, or about the row."""
        column = self.letters.get(name, "")
        return remark(self.sheet, self.row, message, field=name, column=column, **more)


@dataclass
class Verdict:
    """What becomes of a row."""

    outcome: str
    name: str = ""
    package_id: str | None = None
    base: str | None = None
    changes: list[dict[str, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def warned(self) -> bool:
        """Whether there is something to tell about a row that is taken in."""
        return bool(self.remarks) and self.outcome not in ("refused", "skipped")


def judge(wish: Wanted, place: Place, world: World, rules: Rules, taken: set[str]) -> Verdict:
    """Return what becomes of a row; `wish` gets its name and how it will be seen.

    `taken` holds the names of the rows before it, and gets this one's.
    """
    if rules.owner_text and fold(wish.owner) != fold(rules.owner_text):
        message = N_('the row is of "{owner}", so it was left out')
        told = place.tell(Message(message, {"owner": wish.owner}), "owner_org", value=wish.owner)
        return Verdict("skipped", wish.name, remarks=[told])
    told = _other_owner(wish, place, rules)
    target, problem = _find(wish, world, rules.office, taken)
    if problem is not None:
        refused = place.tell(problem, "name", value=wish.name or wish.title, refused=True)
        return Verdict("refused", wish.name, remarks=[*told, refused])
    taken.add(wish.name)
    if target is None:
        verdict = _new(wish, place, rules)
    else:
        verdict = _existing(wish, place, world, target, rules)
    verdict.name = wish.name
    verdict.remarks[:0] = told
    return verdict


def _other_owner(wish: Wanted, place: Place, rules: Rules) -> list[Remark]:
    office = rules.office
    known = {fold(text) for text in (office.id, office.name, office.title) if text}
    if not wish.owner or rules.owner_text or fold(wish.owner) in known:
        return []
    message = N_('the row names "{owner}"; it is taken in for {office}')
    shown = {"owner": wish.owner, "office": office.title or office.name}
    return [place.tell(Message(message, shown), "owner_org", value=wish.owner)]


def _find(
    wish: Wanted, world: World, office: Office, taken: set[str]
) -> tuple[Target | None, Message | None]:
    """Return the dataset a row means, or why it can be none; gives the row its name."""
    if wish.id and (target := world.by_id.get(wish.id)) is not None:
        return _found_by_id(wish, target, world, office, taken)
    if wish.name:
        return _found_by_name(wish, world, office, taken)
    for name in names_for(wish, office):
        holder = world.by_name.get(name)
        same = holder is None or (
            _usable(holder, office) and fold(holder.title) == fold(wish.title)
        )
        if same and name not in taken:
            wish.name = name
            return holder, None
    return None, Message(_TWICE)


def _found_by_id(
    wish: Wanted, target: Target, world: World, office: Office, taken: set[str]
) -> tuple[Target | None, Message | None]:
    if not _usable(target, office):
        return None, Message(_NOT_OURS)
    wish.name = wish.name or target.name
    if world.by_name.get(wish.name, target).id != target.id:
        return None, Message(_HELD)
    return (None, Message(_TWICE)) if wish.name in taken else (target, None)


def _found_by_name(
    wish: Wanted, world: World, office: Office, taken: set[str]
) -> tuple[Target | None, Message | None]:
    holder = world.by_name.get(wish.name)
    if wish.name in taken:
        return None, Message(_TWICE)
    if holder is None or _usable(holder, office):
        return holder, None
    deleted = holder.state == model.State.DELETED and holder.owner_org == office.id
    return None, Message(_DELETED if deleted else _HELD)


_NOT_OURS = N_("the dataset of this id is not one that this office may change")
_HELD = N_("a dataset of another office, or another dataset, has this name; choose another name")
_TWICE = N_("an earlier row of the workbook is the same dataset")
_DELETED = N_("this name is that of a dataset that was deleted; choose another name")


def _usable(target: Target, office: Office) -> bool:
    return (
        target.owner_org == office.id
        and target.type == records.DATASET_TYPE
        and target.state != model.State.DELETED
    )


# ---- a dataset that is not here yet


def _new(wish: Wanted, place: Place, rules: Rules) -> Verdict:
    if not wish.title:
        return Verdict("refused", remarks=[place.tell(_UNTITLED, "title", refused=True)])
    package = new_package(wish, rules)
    checked, told, errors = validate(package, None, place, rules)
    if errors:
        return Verdict("refused", remarks=[*told, *errors])
    facts = _facts(checked)
    problems = len(told)
    wish.as_draft = wish.draft or not facts.complete
    wish.as_private = True
    if wish.as_draft:
        if not facts.complete:
            told.append(place.tell(Message(_DRAFT, {"ok": 14 - _open_items(facts)})))
    elif rules.publish:
        wish.as_private = bool(wish.private) or bool(problems) or not facts.disclosable
        if wish.as_private:
            told.append(place.tell(Message(_why_private(wish, facts)), "private"))
    return Verdict("new", remarks=told)


_UNTITLED = Message(N_("the row has no title, so it is no dataset"))
_DRAFT = N_("saved as a draft: {ok} of the 14 mandatory items are there")


def _open_items(facts: DatasetFacts) -> int:
    return len(facts.missing) + len(facts.invalid)


def _why_private(wish: Wanted, facts: DatasetFacts) -> str:
    if wish.private:
        return N_("stays private, as the workbook says")
    if not facts.disclosable:
        return N_("stays private: its category and level do not allow everybody to see it")
    return N_("stays private until what is told about it is put right")


def new_package(wish: Wanted, rules: Rules) -> dict[str, Any]:
    """Return the package dict that makes a new dataset of a row."""
    package = {
        **wish.careful,
        **wish.fields,
        **{"name": wish.name, "owner_org": rules.office.id, "private": wish.as_private},
        "tags": [{"name": name} for name in wish.tags or ()],
        "resources": [wishes.new_resource(each) for each in wish.resources],
        "type": records.DATASET_TYPE,
    }
    if wish.as_draft:
        package["state"] = "draft"
    if rules.sysadmin and _is_uuid(wish.id):
        package["id"] = wish.id
    return package


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


# ---- a dataset that is here


def _existing(wish: Wanted, place: Place, world: World, target: Target, rules: Rules) -> Verdict:
    stored = world.stored[target.id]
    verdict = Verdict("unchanged", package_id=target.id, base=target.modified)
    if wish.private is not None and wish.private != target.private:
        verdict.remarks.append(place.tell(Message(_SEEN_AS_BEFORE), "private"))
    after = wishes.merged(stored, wish)
    if not _differences(stored, after, wish, target):
        return verdict
    checked, told, errors = validate(
        {name: after[name] for name in (*dataset_fields(), *_SAVED) if name in after}
        | {"id": target.id, "name": wish.name, "type": records.DATASET_TYPE},
        target,
        place,
        rules,
    )
    if errors:
        verdict.outcome = "refused"
        verdict.remarks += [*told, *errors]
        return verdict
    verdict.changes = _differences(stored, flat(checked), wish, target)
    if not verdict.changes:
        return verdict
    if leaks(stored, checked, target):
        verdict.outcome = "refused"
        verdict.remarks.append(place.tell(Message(_LEAK), "data_classification", refused=True))
        return verdict
    verdict.outcome = "update"
    verdict.remarks += told
    for name in wishes.left_alone(stored["resources"], wish):
        verdict.remarks.append(place.tell(Message(_STAYS, {"name": name}), "resources"))
    return verdict


_SEEN_AS_BEFORE = N_("an import does not change who sees a dataset that is here already")
_LEAK = N_(
    "the dataset is public, and this level does not allow that; make the dataset private first"
)
_STAYS = N_('the resource "{name}" is not in the workbook; it stays')


def _differences(
    stored: Mapping[str, Any], after: Mapping[str, Any], wish: Wanted, target: Target
) -> list[dict[str, str]]:
    found = wishes.differences(stored, after)
    if wish.name and wish.name != target.name:
        found.insert(0, {"field": "name", "old": target.name, "new": wish.name})
    return found


def leaks(before: Mapping[str, Any], after: Mapping[str, Any], target: Target) -> bool:
    """Return whether a public dataset would get a level that is not for everybody."""
    if target.private or target.state != model.State.ACTIVE:
        return False
    open_levels = (None, "open")
    return (
        _facts(before).effective_level in open_levels
        and _facts(after).effective_level not in open_levels
    )


def _facts(dataset: Mapping[str, Any]) -> DatasetFacts:
    return facts_from_dataset(dataset, FactsSettings())


# ---- as a save would see it


def import_context(rules: Rules, warnings: list[dict[str, Any]]) -> Context:
    """Return the context of a save by the person who imports: import mode, and no more rights."""
    context: Any = {"user": rules.user, "model": model, "session": model.Session}
    context.update({"pcio_import": True, "pcio_warnings": warnings})
    if rules.person is not None:
        context["auth_user_obj"] = rules.person
    return context


def validate(
    package: dict[str, Any], target: Target | None, place: Place, rules: Rules
) -> tuple[dict[str, Any], list[Remark], list[Remark]]:
    """Return `package` as a save would store it, what there is to tell, and what refuses it."""
    warnings: list[dict[str, Any]] = []
    context: Any = import_context(rules, warnings)
    plugin = lib_plugins.lookup_package_plugin(records.DATASET_TYPE)
    if target is None:
        schema, action = plugin.create_package_schema(), "package_create"
    else:
        schema, action = plugin.update_package_schema(), "package_update"
        context["package"] = model.Session.get(model.Package, target.id)
    checked, errors = lib_plugins.plugin_validate(plugin, context, package, schema, action)
    told = [warned(each, place, package) for each in warnings]
    return checked, told, refusals(errors, place)


def warned(warning: Mapping[str, Any], place: Place, package: Mapping[str, Any]) -> Remark:
    """Return what a validator told as a remark; of a resource, with its name."""
    name = warning["field"]
    value = package.get(name)
    parts = name.split(".")
    if parts[0] == "resources" and len(parts) > 2:  # noqa: PLR2004 - resources.<place>.<field>
        resource = package["resources"][int(parts[1])]
        value = resource.get(parts[2])
        label = resource.get("name") or resource.get("url") or str(int(parts[1]) + 1)
        message = Message(_OF_RESOURCE, {"name": label, "message": warning["message"]})
        return place.tell(message, f"resources.{parts[2]}", value=wishes.shown(value or ""))
    shown = wishes.shown(wishes.comparable(value)) if value is not None else ""
    return place.tell(warning["message"], parts[0], value=shown)


_OF_RESOURCE = N_('resource "{name}": {message}')


def refusals(errors: Mapping[str, Any], place: Place) -> list[Remark]:
    """Return the errors of a validation as remarks that refuse the row."""
    return [
        place.tell(sentence, name, refused=True)
        for name, said in errors.items()
        for sentence in pcio_messages(said)
    ]


def without_repeats(of_cells: list[Remark], of_rules: list[Remark]) -> list[Remark]:
    """Return all remarks, without what a rule says again of a cell that was told already."""
    told = {each["field"] for each in of_cells if each["field"]}
    return [*of_cells, *(each for each in of_rules if each["refused"] or each["field"] not in told)]
