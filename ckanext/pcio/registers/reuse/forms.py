"""What the pages of the register read out of addresses and forms, and give their templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response
from werkzeug.datastructures import MultiDict

from . import entry, picture

FIELDS = (
    *("title", "how", "type", "user_kind", "user_name"),
    *("link", "picture_alt", "used_on", "email"),
)
_ROWS, _MORE = 2, 3
_LAST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class Query:
    """The filters of the list and the page of it, as the address has them."""

    q: str = ""
    type: str = ""
    user: str = ""
    dataset: str = ""
    organization: str = ""
    page: int = 1

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Query:
        """Read the address; what makes no sense is left out."""
        number = args.get("page", "")
        page = int(number) if number.isdecimal() and len(number) < len(str(_LAST_PAGE)) else 1
        texts = {
            name: args.get(name, "").replace("\x00", "").strip()[:500]
            for name in ("q", "type", "user", "dataset", "organization")
        }
        return cls(**texts, page=max(1, page))

    @property
    def filtered(self) -> bool:
        """Whether anything but the page was asked."""
        return any((self.q, self.type, self.user, self.dataset, self.organization))

    def action_dict(self, size: int) -> dict[str, Any]:
        """Return the arguments of `pcio_reuse_list`."""
        filters = {name: value for name, value in self.address().items() if name != "page"}
        return {**filters, "limit": size, "offset": (self.page - 1) * size}

    def address(self, page: int | None = None) -> dict[str, Any]:
        """Return the parameters of the address of this list, at `page`."""
        query = self if page is None else replace(self, page=page)
        values = {name: getattr(query, name) for name in self.__slots__}
        return {
            name: value for name, value in values.items() if value and (name, value) != ("page", 1)
        }


def data(form: MultiDict[str, str]) -> dict[str, Any]:
    """Return what was written, so that a form shown again has lost nothing."""
    written: dict[str, Any] = {name: form.get(name, "") for name in FIELDS}
    written["datasets"] = [text for text in form.getlist("datasets") if text.strip()]
    return written


def action_dict(form: MultiDict[str, str], files: MultiDict[str, Any]) -> dict[str, Any]:
    """Return the arguments of `pcio_reuse_create` and `_update` that the form gives."""
    sent = {"picture_upload": files.get("picture_upload"), "picture_data": form.get("picture_data")}
    return {**data(form), **sent}


def kept_picture(form: MultiDict[str, str], files: MultiDict[str, Any]) -> str:
    """Return the picture that was sent, as text for the form that is shown again.

    A browser forgets the chosen file; so the picture, checked and made small, goes back with it.
    """
    try:
        content = entry.picture_sent(action_dict(form, files))
    except tk.ValidationError:
        return ""
    return picture.as_text(content) if content else ""


def of_reuse(reuse: Mapping[str, Any], named: list[str]) -> dict[str, Any]:
    """Return what the form of an existing reuse begins with."""
    return {**{name: reuse[name] or "" for name in FIELDS}, "datasets": named}


def rows(named: list[str], *, more: bool = False) -> list[str]:
    """Return the lines for datasets: those written, and free ones."""
    free = _MORE if more else max(0, _ROWS - len(named))
    return [*named, *([""] * free)]


def labels() -> dict[str, str]:
    """Return the labels of the form's fields in its order, for the list of what was refused."""
    return {
        "title": tk._("What was made"),
        "type": tk._("Type of reuse"),
        "how": tk._("How the data is used"),
        "datasets": tk._("Datasets used"),
        "user_kind": tk._("Who uses it"),
        "user_name": tk._("Name of the user"),
        "used_on": tk._("Date of use"),
        "link": tk._("Link"),
        "picture_upload": tk._("Picture"),
        "picture_alt": tk._("What the picture shows"),
        "email": tk._("E-mail for questions"),
        "reason": tk._("Reason"),
    }


def sentences(refusal: tk.ValidationError) -> dict[str, list[str]]:
    """Return the sentences of a refusal by field."""
    return {
        name: [str(part) for part in (said if isinstance(said, list) else [said])]
        for name, said in refusal.error_dict.items()
    }


def keep_private(response: Response) -> None:
    """Let no cache on the way keep the answer; without the mark CKAN calls every answer public."""
    tk.request.environ["__no_cache__"] = True
    response.cache_control.no_store = True


def act(action: str, data_dict: dict[str, Any]) -> Any:
    """Run an action for the visitor; a refusal or a wrong address becomes its HTTP error."""
    try:
        return tk.get_action(action)({}, data_dict)
    except (tk.NotAuthorized, tk.ObjectNotFound):
        # Whether there is such an entry is nobody's business who may not see it.
        return tk.abort(404, tk._("There is no such reuse."))
