"""The import itself: datasets written in batches, each dataset wholly or not at all.

A batch is one transaction that holds the datasets, their facts, what became of each row, and how
far the import is. A worker that is killed leaves the batch undone as a whole, and the next one
begins with it. Where a row of a batch cannot be saved, each of its rows gets a transaction alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import signals
from sqlalchemy.exc import IntegrityError

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.dictionary import store as dictionaries
from ckanext.pcio.catalog.personal import watch

from . import states, store, wanted, world
from .checking import Cancelled, as_row
from .judging import (
    Place,
    Rules,
    Verdict,
    import_context,
    judge,
    new_package,
    refusals,
)
from .wanted import Wanted

BATCH = 50
Progress = Callable[[int], None]
Row = dict[str, Any]


def write(
    import_id: str, rules: Rules, progress: Progress, still_allowed: Callable[[], object]
) -> None:
    """Write the rows that are not written yet; raises `Cancelled` when told to stop.

    `still_allowed` raises where the person has lost the right to import meanwhile.
    """
    while rows := store.to_write(import_id, BATCH):
        still_allowed()
        try:
            _write_batch(import_id, rows, rules)
        except (tk.ValidationError, IntegrityError):
            # CKAN has rolled back the whole transaction: one by one, to know which row it was.
            model.Session.rollback()
            for row in rows:
                _write_alone(import_id, row, rules)
        progress(len(rows))
    model.Session.rollback()


def _write_alone(import_id: str, row: Row, rules: Rules) -> None:
    try:
        _write_batch(import_id, [row], rules)
    except (tk.ValidationError, IntegrityError) as error:
        model.Session.rollback()
        place = Place(row["sheet"], row["row"])
        said = getattr(error, "error_dict", None) or {"": [tk._("This row could not be saved.")]}
        remarks = [*row["remarks"], *refusals(said, place)]
        refused = {"outcome": "refused", "remarks": remarks, "warned": False}
        _settle(import_id, [{"number": row["number"], **refused}])
        _move(import_id, 1)
        model.Session.commit()


def _write_batch(import_id: str, rows: Sequence[Row], rules: Rules) -> None:
    # Held here, so that the session knows the office whenever CKAN asks for it by its id.
    office = model.Session.get(model.Group, rules.office.id)
    wishes = {row["number"]: Wanted(**row["wanted"]) for row in rows}
    around = world.look(list(wishes.values()), rules.office)
    _lock(around)
    saved: list[tuple[str, str, dict[str, Any]]] = []
    settled: list[Row] = []
    for row in rows:
        wish = wishes[row["number"]]
        outcome = _confirmed(row, wish, around, rules)
        if outcome["outcome"] in states.WRITES:
            action, package = _package(wish, outcome, rules)
            outcome["package_id"] = _save(action, package, rules)
            saved.append((action, outcome["package_id"], package))
        settled.append({"number": row["number"], **outcome})
    _settle(import_id, settled)
    model.Session.flush()
    _follow([package_id for _, package_id, _ in saved])
    _move(import_id, len(rows))
    model.Session.commit()
    for action, package_id, package in saved:
        _tell_others(action, package_id, package, rules)
    del office
    model.Session.expunge_all()


def _follow(package_ids: list[str]) -> None:
    """Do for all datasets at once what follows from a save; CKAN asks for it dataset by dataset."""
    watch.foresee(package_ids)
    dictionaries.forget_gone(*package_ids)
    sync.write_once(*package_ids)


def _lock(around: world.World) -> None:
    """Wait for whoever saves one of the datasets, and let nobody change them until the commit."""
    if around.stored:
        query = sa.select(model.Package.id).where(model.Package.id.in_(around.stored))
        model.Session.execute(query.order_by(model.Package.id).with_for_update())


def _confirmed(row: Row, wish: Wanted, around: world.World, rules: Rules) -> dict[str, Any]:
    """Return what the check decided; where the dataset changed since, what is right now."""
    target = around.by_id.get(row["package_id"]) if row["package_id"] else None
    as_checked = target is not None and target.modified == row["base"]
    if row["outcome"] == "new":
        as_checked = wish.name not in around.by_name and wish.id not in around.by_id
    if as_checked:
        return {"outcome": row["outcome"], "package_id": row["package_id"]}
    verdict: Verdict = judge(wish, Place(row["sheet"], row["row"]), around, rules, set())
    kept = ("outcome", "warned", "package_id", "changes", "remarks", "name")
    found = as_row(verdict, wish)
    return {name: found[name] for name in kept}


def _package(wish: Wanted, outcome: dict[str, Any], rules: Rules) -> tuple[str, dict[str, Any]]:
    if outcome["outcome"] == "new":
        return "package_create", new_package(wish, rules)
    shown = tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False, "user": rules.user}, {"id": outcome["package_id"]}
    )
    package = wanted.merged(shown, wish)
    package["name"] = wish.name or shown["name"]
    package.pop("metadata_modified", None)
    return "package_update", package


def _save(action: str, package: dict[str, Any], rules: Rules) -> str:
    """Save a dataset by CKAN's own action, with the person's own rights.

    The commit, the search index and the activity stream follow for a whole batch at once, so the
    action is called without the signal that would draw the activity of each dataset by itself.
    """
    context: Any = import_context(rules, [])
    context.update({"defer_commit": True, "return_id_only": True})
    plain: Any = getattr(tk.get_action(action), "__wrapped__", None) or tk.get_action(action)
    context["__auth_audit"] = [(action, id(plain))]
    return plain(context, package)


def _tell_others(action: str, package_id: str, package: dict[str, Any], rules: Rules) -> None:
    """Send CKAN's signal of a finished action to everybody but the activity stream."""
    context: Any = import_context(rules, [])
    for receiver in signals.action_succeeded.receivers_for(action):
        if not getattr(receiver, "__module__", "").startswith("ckanext.activity."):
            receiver(action, context=context, data_dict=package, result=package_id)


def _settle(import_id: str, settled: Sequence[Row]) -> None:
    store.settle(import_id, [{**row, "written": True, "wanted": None} for row in settled])


def _move(import_id: str, by: int) -> None:
    found = store.get(import_id)
    if found is None or not store.change(
        import_id, only_in=("importing",), done=found["done"] + by
    ):
        model.Session.rollback()
        raise Cancelled
