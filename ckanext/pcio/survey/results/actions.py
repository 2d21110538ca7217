"""API actions of official results and what is counted from them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.survey.response import access, entry

from . import entering, gd_catalog, present, schema, store


@tk.side_effect_free
@validate(schema.result_list)
def pcio_result_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the province's official results that were entered, the newest year first.

    :param history: also return what happened to them (optional, default false)

    :returns: `count` and `results`: `year` (Buddhist era), `edition` (whose pillars are meant),
        `overall` and `level`, `pillars` (`score` and `level` by pillar number), `source`,
        `version`, `changed_at` and `changed_by`; `history`, newest first: `at`, `kind`, `actor`,
        `year` and `detail`
    """
    tk.check_access("pcio_result_list", context, data_dict)
    rows = present.results(store.every())
    found: dict[str, Any] = {"count": len(rows), "results": rows}
    if data_dict["history"]:
        found["history"] = present.history(store.history())
    return found


@validate(schema.result_update)
def pcio_result_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Enter the official result of a year, or change it.

    :param year: year of the survey in the Buddhist era
    :param edition: id of the edition whose pillars are meant; needed for results of pillars
    :param overall: score from 0 to 100 (optional)
    :param level: level reached, a whole number (optional)
    :param pillars: `{"1": {"score": 41.2, "level": 3}}`, as a mapping or as JSON (optional)
    :param source: where the result stands: the letter, its number and day
    :param version: version of the result that was seen; 0 for a new one (optional, default 0)

    :returns: the result as `pcio_result_list` returns it
    """
    tk.check_access("pcio_result_update", context, data_dict)
    entering.check(data_dict)
    wanted = data_dict["year"]
    store.lock(wanted)
    stored = store.of_year(wanted)
    entry.check_version(stored, data_dict["version"])
    actor = access.person(context).id
    values = entering.values(data_dict)
    version = data_dict["version"] + 1
    changed = {"version": version, "changed_at": store.moment(), "changed_by": actor or None}
    store.write(wanted, {**values, **changed})
    store.record(wanted, "result_changed" if stored else "result_entered", actor, values)
    entry.commit(context)
    written = store.of_year(wanted)
    return present.results([written] if written else [])[0]


@validate(schema.result_delete)
def pcio_result_delete(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Delete the official result of a year; what it was stays in the history.

    :param year: year of the survey in the Buddhist era
    :param version: version of the result that was seen

    :returns: `year`
    """
    tk.check_access("pcio_result_delete", context, data_dict)
    wanted = data_dict["year"]
    store.lock(wanted)
    stored = store.of_year(wanted)
    if stored is None:
        raise tk.ObjectNotFound(tk._("No result of this year was entered."))
    entry.check_version(stored, data_dict["version"])
    detail = entering.values(present.results([stored])[0])
    store.remove(wanted)
    store.record(wanted, "result_deleted", access.person(context).id, detail)
    entry.commit(context)
    return {"year": wanted}


@tk.side_effect_free
@validate(schema.score_show)
def pcio_score_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return how much of a survey is answered and proven, and an estimated score where told how.

    :param edition: id of the edition
    :param lang: language of our sentences, `th` or `en` (optional, default `th`)

    :returns: `edition`, `coverage` (of each pillar and of the whole, whose `pillar` is None:
        `answers`, `confirmed`, `ready` and `evidence`, each with `part`, `whole` and `ratio`, and
        `skipped`), `estimate`: None without points in the settings, else `overall`, `level`,
        `weight` (per cent of the survey that has points), `pillars`, `left_out`, `assumptions`,
        `notes` and sources; `problem`: what is wrong with the file of points, else None
    """
    tk.check_access("pcio_score_show", context, data_dict)
    instrument = entry.instrument(data_dict["edition"])
    return present.score(instrument, data_dict["lang"])


@tk.side_effect_free
@validate(schema.gd_catalog_show)
def pcio_gd_catalog_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the GD Catalog indicator of 2567 and the open datasets that fail it.

    A dataset counts when it is open, up to date, has all 14 mandatory items, and is registered with
    GD Catalog. Counted are the datasets the caller may see.

    :param organization: id or name of one organization, for the list (optional)
    :param reason: only datasets that fail in this: `current`, `complete` or `registered` (optional)
    :param own: list only the province's own datasets (optional, default false)
    :param lang: language of the sentences, `th` or `en` (optional, default `th`)
    :param limit: rows, at most `ckanext.pcio.list_rows_max` (optional, default 50)
    :param offset: rows to pass over (optional)

    :returns: `as_of`; `all` and `own`, each with `open`, `standard` (those that count) and how many
        are `current`, `complete` and `registered`; `organizations` with the same numbers; `count`
        and `results` of the list: names, `own`, `state`, `may_edit` and `reasons` (`condition`,
        `sentence` and the `field` where it is mended)
    """
    tk.check_access("pcio_gd_catalog_show", context, data_dict)
    return gd_catalog.shown(context, data_dict)
