"""API action: having the addresses of a dataset asked again."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.logic import validate
from ckan.types import Context

from . import asking_again, schema


@validate(schema.links_check)
def pcio_links_check(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Have the addresses of a dataset's resources asked again, in the background.

    A dataset's addresses are asked at most every ten minutes, because they are other people's
    servers.

    :param id: id or name of the dataset

    :returns: `asked` (whether a check was asked for now), `addresses` (how many), `wait_seconds`
        (how long until the next one may be asked for)
    """
    tk.check_access("pcio_links_check", context, data_dict)
    package = model.Package.get(data_dict["id"])
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    try:
        return asking_again.ask(package.id)
    except asking_again.NoQueueError:
        message = tk._("The check cannot be asked for now. Try again later.")
        raise tk.ValidationError({"id": [message]}) from None
