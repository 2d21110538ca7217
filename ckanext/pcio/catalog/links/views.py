"""`/dataset/<id>/check-links`: the button of the dataset page."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint
from werkzeug.wrappers import Response

from ckanext.pcio.standard import forgery
from ckanext.pcio.standard.helpers import pcio_messages

pcio_links = Blueprint("pcio_links", __name__)
pcio_links.before_request(forgery.protect)

_SECONDS = 60


@pcio_links.route("/dataset/<id>/check-links", methods=["POST"])
def check(id: str) -> Response:
    """Have the addresses asked again, and go back to the page."""
    try:
        found = tk.get_action("pcio_links_check")({}, {"id": id})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized as error:
        return tk.abort(403, error.message or "")
    except tk.ValidationError as error:
        tk.h.flash_error("; ".join(pcio_messages(error.error_dict)))
    else:
        if found["asked"]:
            message = tk._("The links are being checked. Open this page again in a minute.")
            tk.h.flash_success(message)
        else:
            message = tk._("The links were checked just now. Try again in {minutes} minutes.")
            tk.h.flash_notice(message.format(minutes=-(-found["wait_seconds"] // _SECONDS)))
    return tk.redirect_to(tk.h.url_for("dataset.read", id=id) + "#quality-links")
