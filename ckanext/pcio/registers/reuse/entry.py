"""Writing an entry of the register: what it may hold, whole or not at all, and nobody overtaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context
from sqlalchemy.exc import IntegrityError

from ckanext.pcio.catalog.model import TABLE as FACTS
from ckanext.pcio.catalog.queries import visible
from ckanext.pcio.registers import datasets

from . import links, picture, states, store

WRITTEN = (
    *("title", "how", "user_kind", "user_name", "type"),
    *("link", "picture_alt", "used_on", "email"),
)


class Problems:
    """Refusals gathered, so that a person mends a form once and not field by field."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def of(self, step: Callable[[], Any]) -> Any:
        """Return what `step` returns, or None and keep why it refused."""
        try:
            return step()
        except tk.ValidationError as refusal:
            self.found.update(refusal.error_dict)
            return None

    def raise_any(self) -> None:
        """Raise `ValidationError` with every refusal there was."""
        if self.found:
            raise tk.ValidationError(self.found)


def row_of(reuse_id: str) -> dict[str, Any]:
    """Return the row `reuse_id`; raises `ObjectNotFound`."""
    row = store.get(reuse_id)
    if row is None:
        raise tk.ObjectNotFound(tk._("There is no such reuse."))
    return row


def picture_sent(data_dict: dict[str, Any]) -> bytes | None:
    """Return the picture that was sent along, if one was; raises `ValidationError`."""
    upload = data_dict.get(picture.FIELD)
    # A form whose field for a file was left empty sends a file without a name.
    if upload is not None and getattr(upload, "filename", upload):
        return picture.read(upload)
    return picture.read_text(text) if (text := data_dict.get(picture.DATA)) else None


def changed_datasets(
    context: Context, row: dict[str, Any], data_dict: dict[str, Any]
) -> list[str] | None:
    """Return the datasets after a change: those named, and those the caller may not see."""
    if "datasets" not in data_dict:
        return None
    seen = visible(context)
    before = store.dataset_ids(row["id"])
    shown = {dataset["id"] for dataset in store.datasets([row["id"]], seen)[row["id"]]}
    # One that was made private later may stay.
    allowed = ~FACTS.c.private | FACTS.c.package_id.in_(before)
    named = datasets.resolve(data_dict["datasets"], store.existing(seen) & allowed)
    return list(dict.fromkeys([*named, *(d for d in before if d not in shown)]))


def free_link(link: str | None, besides: str | None) -> str | None:
    """Return the key of `link`; raise where another entry has it."""
    if not link:
        return None
    found = links.key(link)
    if store.same_link(found, besides):
        raise _taken()
    return found


def _taken() -> tk.ValidationError:
    return tk.ValidationError(
        {"link": [tk._("A reuse with this link has been told already. Thank you!")]}
    )


def change(
    row: dict[str, Any], version: int, values: dict[str, Any], used: list[str] | None
) -> None:
    """Change a row that nobody has changed since `version`; does not commit."""
    if not store.change(row["id"], version, values, used):
        raise overtaken(row["id"])


def overtaken(reuse_id: str) -> tk.ValidationError:
    """Return what an officer is told whose colleague was faster: by whom, and what holds now."""
    row = row_of(reuse_id)
    now = states.STATES[row["state"]]
    sentences = [
        tk._(
            'Someone else has changed this entry in the meantime; it is now "{state}".'
            " Nothing was overwritten: look at it again and decide then."
        ).format(state=tk._(now))
    ]
    if by := store.user_names([row["reviewed_by"]]).get(row["reviewed_by"]):
        sentences.append(tk._("Last decision by {name}.").format(name=by))
    return tk.ValidationError({"version": sentences})


def save(
    values: dict[str, Any], content: bytes | None, gone: str | None, write: Callable[[], None]
) -> None:
    """Write row and picture: both or neither; the picture that was there goes last.

    `write` reads `values`, which get the name of the picture `content` is kept under.
    """
    stored = picture.store(content) if content is not None else None
    if stored is not None:
        values["picture"] = stored
    try:
        write()
        model.Session.commit()
    except IntegrityError as error:
        model.Session.rollback()
        picture.remove(stored)
        # Two people told of the same link in the same moment.
        raise _taken() from error
    except BaseException:
        model.Session.rollback()
        picture.remove(stored)
        raise
    picture.remove(gone)
