"""API action: how good the description of a dataset is, explained."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic import validate
from ckan.types import Context

from ckanext.pcio.standard.dates import today_in_thailand

from . import present, reading, schema


@tk.side_effect_free
@validate(schema.quality_show)
def pcio_quality_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return what can be said of the quality of a dataset, and what to mend; for its editors.

    :param id: id or name of the dataset
    :param lang: language of the sentences, `th` (default) or `en`

    :returns: `id`, `name`, `as_of`; `items` (the 14 mandatory items with state and reason);
        `standard` and its five `dimensions` (each with `score` from 0 to 1, or null where a catalog
        cannot measure it, and its `measures` with numerator, denominator and findings);
        `stars` with the table's name; `freshness`; `dictionary`; `links`
    """
    tk.check_access("pcio_quality_show", context, data_dict)
    dataset = tk.get_action("package_show")(tk.fresh_context(context), {"id": data_dict["id"]})
    quality = reading.quality_of(dataset)
    return {
        "id": dataset["id"],
        "name": dataset["name"],
        "as_of": today_in_thailand().isoformat(),
        **present.in_words(quality, dataset, data_dict["lang"]),
    }
