"""Three offices and everybody by role, made once for a file of tests."""

from __future__ import annotations

import pytest
from ckan.tests import factories

from tests.dashboard import builders

OFFICES = ("province", "health", "roads")


@pytest.fixture(scope="module")
def people(reset_db, migrate_db_for, reset_index):
    """Names of users by role, ids of offices by name under "offices"."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        users = {name: factories.User() for name in ("secretary", "editor", "member", "stranger")}
        tokens = {name: factories.UserWithToken() for name in ("secretary_token", "editor_token")}
        made = {name: user["name"] for name, user in (users | tokens).items()}
        made |= {f"{name}_value": user["token"] for name, user in tokens.items()}
        members = {
            "province": [("secretary", "admin"), ("secretary_token", "admin")],
            "health": [("editor", "editor"), ("editor_token", "editor"), ("member", "member")],
            "roads": [],
        }
        made["offices"] = {
            name: factories.Organization(
                name=name,
                title=f"สำนักงาน {name}",
                image_url="",
                users=[{"name": made[who], "capacity": role} for who, role in members[name]],
            )["id"]
            for name in OFFICES
        }
        yield made
