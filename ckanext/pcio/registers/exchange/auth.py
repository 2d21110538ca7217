"""Who may do what with the register: offices' people read it, a dataset's editors change it.

Legal bases, accounts and figures are internal, so nobody else reads the register itself; the survey
counts its exchanges for everybody. Visitors without a login are let in as far as here, so that they
are refused with the same sentence as everybody else.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.pcio.catalog import queries as catalog
from ckanext.pcio.catalog.model import TABLE as FACTS

from . import people, store


@tk.auth_allow_anonymous_access
def pcio_exchange_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the dataset; without a dataset, who may change any."""
    reference = data_dict.get("dataset")
    if not people.may_change_some(context):
        return _refused(tk._("Only editors and administrators of an office record exchanges."))
    if not reference:
        return {"success": True}
    return _changes_of(context, model.Package.get(reference))


@tk.auth_allow_anonymous_access
def pcio_exchange_update(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the exchange's dataset."""
    return _changes(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_exchange_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Allow who may change the exchange's dataset."""
    return _changes(context, data_dict)


@tk.auth_allow_anonymous_access
def pcio_exchange_show(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the action shows exchanges of datasets they may see."""
    return _member(context)


@tk.auth_allow_anonymous_access
def pcio_exchange_list(context: Context, _data_dict: DataDict) -> AuthResult:
    """Allow people of an office; the list holds exchanges of datasets they may see."""
    return _member(context)


def _member(context: Context) -> AuthResult:
    if people.viewer(context).member:
        return {"success": True}
    return _refused(tk._("The register of exchanges is for people who belong to an office."))


def _changes(context: Context, data_dict: DataDict) -> AuthResult:
    if not people.may_change_some(context):
        return _refused(tk._("Only editors and administrators of an office record exchanges."))
    stored = store.get(data_dict["id"])
    if stored is None:
        raise tk.ObjectNotFound(tk._("There is no such exchange."))
    return _changes_of(context, model.Package.get(stored["dataset_id"]))


def _changes_of(context: Context, dataset: model.Package | None) -> AuthResult:
    """Judge by the dataset; one the caller may not even see is not there for him."""
    if dataset is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    if people.may_change(context, dataset.owner_org):
        return {"success": True}
    if not catalog.total(catalog.visible(context) & (FACTS.c.package_id == dataset.id)):
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return _refused(tk._("Only editors and administrators of the dataset's office may do this."))


def _refused(reason: str) -> AuthResult:
    return {"success": False, "msg": reason}
