"""What is done once, inside CKAN, before the portal opens: tables, administrator, sample data."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from .console import Step, _
from .layout import write_private

ADMIN_NAME = "admin"


def create_administrator(file: Path) -> bool:
    """Create the administrator and keep name, password and API token in `file`.

    Nothing happens where the file is there already and its account exists.

    Returns:
        Whether an account was made now.

    """
    if file.exists() and model.User.get(ADMIN_NAME):
        return False
    password = secrets.token_urlsafe(12)
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    context: Context = {"ignore_auth": True, "user": site_user["name"]}
    account = {
        "name": ADMIN_NAME,
        "email": "admin@example.org",
        "fullname": "Administrator",
        "password": password,
        "sysadmin": True,
    }
    existing = model.User.get(ADMIN_NAME)
    if existing is None:
        tk.get_action("user_create")(context, account)
    else:
        # The file was lost, or the first start was interrupted before it was written.
        tk.get_action("user_update")(context, {**account, "id": existing.id})
    token = tk.get_action("api_token_create")(
        {"ignore_auth": True, "user": ADMIN_NAME}, {"user": ADMIN_NAME, "name": "pcio"}
    )
    content = {"name": ADMIN_NAME, "password": password, "token": token["token"]}
    write_private(file, json.dumps(content, indent=2) + "\n")
    return True


def load_demo() -> None:
    """Load the sample province, going on where an interrupted load stopped."""
    # The demo is needed on the first start only, and costs memory to import.
    from .demo.loader import load_demo as load  # noqa: PLC0415

    with Step(_("Loading the sample province")) as step:
        load(progress=step.progress)
