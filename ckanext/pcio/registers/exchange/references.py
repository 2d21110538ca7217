"""What an entry names and only CKAN knows: the dataset's level, an organization, an account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.pcio.catalog.facts import DatasetFacts
from ckanext.pcio.standard import values
from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.vocabulary import vocabulary

from .entry import LINKED, Reading


def resolve(
    reading: Reading,
    raw: Mapping[str, Any],
    dataset: DatasetFacts | None,
    stored: Mapping[str, Any] | None,
) -> None:
    """Add the ids of what the entry names to the reading, and what is wrong with them.

    `dataset` is None where none was named. The partner's name of an organization of this portal is
    the organization's.
    """
    if dataset is None:
        reading.refuse("dataset", Message(N_("choose one")))
    else:
        reading.values["dataset_id"] = dataset.id
        _check_dataset(reading, raw, dataset, stored)
    organization = _named(reading, raw, "partner_organization", stored, _organization)
    reading.values["partner_organization_id"] = organization
    if organization:
        _name_partner(reading, organization, dataset)
    elif not reading.values["partner"]:
        reading.refuse("partner", Message(N_("name the agency the data are exchanged with")))
    reading.values["account_id"] = _named(reading, raw, "account", stored, _account)


def _check_dataset(
    reading: Reading,
    raw: Mapping[str, Any],
    dataset: DatasetFacts,
    stored: Mapping[str, Any] | None,
) -> None:
    """Refuse another dataset than before, and one whose level does not allow sharing.

    An exchange whose dataset was classed higher later on can still be corrected or ended; only
    linking it anew is refused.
    """
    if stored and raw.get("dataset") not in (None, "", dataset.id, dataset.name):
        reading.refuse(
            "dataset",
            Message(
                N_(
                    "the dataset of an exchange cannot be changed; remove this exchange and record "
                    "another one"
                )
            ),
        )
    if dataset.linkable_level:
        return
    if stored is None or (reading.values["status"] == LINKED and stored["status"] != LINKED):
        term = vocabulary("data_classification").by_key(dataset.effective_level)
        level: Any = _Label(term) if term else Message(N_("not stated"))
        reading.refuse(
            "dataset",
            Message(
                N_(
                    "the level of “{title}” is: {level}. Only datasets whose level is open or "
                    "internal use can be shared with other agencies"
                ),
                {"title": values.shown(dataset.title or dataset.name), "level": level},
            ),
        )


class _Label:
    """A term of a vocabulary in the reader's language."""

    def __init__(self, term: Any) -> None:
        self._term = term

    def text(self, language: str = "th") -> str:
        return self._term.label(language)


def _named(
    reading: Reading,
    raw: Mapping[str, Any],
    name: str,
    stored: Mapping[str, Any] | None,
    find: Callable[[str, str | None], str],
) -> str | None:
    """Return the id of what a field names; what is left out stays as it was."""
    before = stored[f"{name}_id"] if stored else None
    if name not in raw:
        return before
    try:
        reference = values.storable(values.text(raw[name], 200))
        return find(reference, before) if reference else None
    except values.Refused as refused:
        reading.refuse(name, refused.message)
        return None


def _organization(reference: str, before: str | None) -> str:
    found = model.Group.get(reference)
    usable = found is not None and found.is_organization and found.state == model.State.ACTIVE
    if found is None or not (usable or found.id == before):
        raise values.Refused(
            Message(
                N_("there is no organization named “{value}” on this portal"),
                {"value": values.shown(reference)},
            ),
            reference,
        )
    return found.id


def _account(reference: str, before: str | None) -> str:
    # By name or id, never by e-mail: a list of addresses must not be tried out here.
    query = sa.select(model.User.id).where(
        (model.User.name == reference) | (model.User.id == reference),
        (model.User.state == model.State.ACTIVE) | (model.User.id == before),
    )
    found = model.Session.execute(query).scalar()
    if found is None:
        raise values.Refused(
            Message(
                N_("there is no active user named “{value}” on this portal"),
                {"value": values.shown(reference)},
            ),
            reference,
        )
    return found


def _name_partner(reading: Reading, organization_id: str, dataset: DatasetFacts | None) -> None:
    found = model.Group.get(organization_id)
    if found is None:  # removed since; the name that was recorded stays
        return
    reading.values["partner"] = found.title or found.name
    reading.problems.pop("partner", None)
    if dataset and found.name == dataset.organization:
        reading.refuse(
            "partner_organization",
            Message(N_("an office does not exchange its own data with itself; choose another")),
        )
