"""API actions of data dictionaries: what each column of a resource means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.standard.columns import PARTS, Column, Problem

from . import incoming, present, schema, source, store


@tk.side_effect_free
@validate(schema.dictionary_show)
def pcio_dictionary_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the data dictionary of a resource: for whoever may see the resource.

    :param resource_id: id of the resource

    :returns: `source` (`datastore`, `stored` or `none`), `version`, `described` (whether every
        column has name, type and description) and `columns`, each with `name`, `type`, `label`,
        `description`, `required` and `example`; of a table in the DataStore also `native_type`
        and `type_override`
    """
    tk.check_access("pcio_dictionary_show", context, data_dict)
    return present.dictionary(source.load(data_dict["resource_id"]))


@validate(schema.dictionary_update)
def pcio_dictionary_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Replace the whole data dictionary of a resource: for whoever may change the resource.

    Of a table in the DataStore the words about its columns change; columns and types stay.

    :param resource_id: id of the resource
    :param version: the version that was looked at, as `pcio_dictionary_show` tells it; someone
        else's change since is an error
    :param columns: every column in order, each with `name`, and where known `type` (key of a
        type, or another tool's word for it), `label`, `description`, `required`, `example`; for
        the DataStore also `type_override`, what the column is to be loaded as next time

    :returns: what `pcio_dictionary_show` answers
    """
    tk.check_access("pcio_dictionary_update", context, data_dict)
    given: Sequence[Mapping[str, Any]] = data_dict.get("columns") or ()
    columns = tuple(Column(**{part: each[part] for part in PARTS}) for each in given)
    overrides = {each["name"]: each["type_override"] for each in given if "type_override" in each}
    return _write(context, data_dict, columns, overrides)


@validate(schema.dictionary_delete)
def pcio_dictionary_delete(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Remove the data dictionary of a resource: for whoever may change the resource.

    Of a table in the DataStore the words about its columns are removed, never a column.

    :param resource_id: id of the resource
    :param version: the version that was looked at (optional)

    :returns: `resource_id`
    """
    tk.check_access("pcio_dictionary_delete", context, data_dict)
    resource = source.resource_of(data_dict["resource_id"])
    store.lock(resource.id)
    found = source.load(resource.id)
    if data_dict.get("version") and data_dict["version"] != found.version:
        _overtaken(found)
    source.remove(context, found)
    return {"resource_id": resource.id}


@validate(schema.dictionary_import)
def pcio_dictionary_import(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Read a data dictionary from a CSV or XLSX file: for whoever may change the resource.

    Nothing is written unless `save` is true. A part of a column for which the file has no heading
    stays as it was.

    :param resource_id: id of the resource
    :param upload: the file (multipart)
    :param content: the text of a CSV file, for clients that send JSON (optional)
    :param save: replace the dictionary; refused where a row cannot be taken in (optional)
    :param version: the version that was looked at; needed to save

    :returns: `columns` as they are or would be, `remarks` (`row`, `part`, `message`), `unread`
        headings, the names of the columns `added`, `removed` and `changed`, `version` and `saved`
    """
    tk.check_access("pcio_dictionary_import", context, data_dict)
    found = source.load(data_dict["resource_id"])
    laid = incoming.lay_over(found, incoming.read(data_dict))
    told = present.laid(laid)
    if not data_dict["save"]:
        return {**told, "version": found.version, "saved": False}
    if not data_dict.get("version"):
        raise tk.ValidationError({"version": [tk._("Missing value")]})
    if laid.remarks:
        sentences = [present.remark_line(remark) for remark in told["remarks"]]
        raise tk.ValidationError({"upload": sentences})
    written = _write(context, data_dict, laid.columns, {})
    return {**told, "version": written["version"], "saved": True}


def _write(
    context: Context,
    data_dict: Mapping[str, Any],
    columns: Sequence[Column],
    overrides: Mapping[str, str],
) -> dict[str, Any]:
    resource = source.resource_of(data_dict["resource_id"])
    if not columns:
        none = tk._("Describe one column at least. To have no dictionary, delete it.")
        raise tk.ValidationError({"columns": [none]})
    store.lock(resource.id)
    found = source.load(resource.id)
    if data_dict["version"] != found.version:
        _overtaken(found)
    problems = source.problems(found, columns, overrides)
    if problems:
        model.Session.rollback()
        raise tk.ValidationError({"columns": _by_column(problems)})
    source.write(context, found, columns, overrides, present.user_id(context))
    return present.dictionary(source.load(resource.id))


def _by_column(problems: Sequence[Problem]) -> list[str | dict[str, Any]]:
    """Return the problems as CKAN tells those of a list: one dict for each column."""
    told: list[dict[str, Any]] = [{} for _ in range(1 + max(each.row for each in problems))]
    for problem in problems:
        sentence = present.sentence(problem.message)
        told[problem.row].setdefault(problem.part, []).append(sentence)
    return list(told)


def _overtaken(found: source.Dictionary) -> None:
    model.Session.rollback()
    sentences = [
        tk._(
            "Someone else has changed this dictionary in the meantime. Nothing was overwritten: "
            "look at what it says now, and save again what should be different."
        )
    ]
    if name := present.user_name(found.by):
        sentences.append(tk._("Last changed by {name}.").format(name=name))
    raise tk.ValidationError({"version": sentences})
