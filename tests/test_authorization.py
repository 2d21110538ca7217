"""Every action of the extension × every role: who is refused, and how much the others see."""

from __future__ import annotations

import inspect
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

from tests.schema.records import mandatory

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

COLUMNS = {"fields": [{"id": "year", "type": "int"}], "records": [{"year": 2567}]}
REFUSED = "refused"
ROLES = ("anonymous", "stranger", "member", "editor", "admin", "other_admin", "sysadmin", "revoked")
# Datasets seen of the portal made below: one open and one private of "office", one open of "other".
SEEN = dict.fromkeys(ROLES, 2) | dict.fromkeys(("member", "editor", "admin", "sysadmin"), 3)
# Changing the DataStore is for who may change the dataset.
CHANGES = dict.fromkeys(ROLES, REFUSED) | dict.fromkeys(("editor", "admin", "sysadmin"), "done")
EXPECTED: dict[str, dict[str, Any]] = {
    "pcio_counts_show": SEEN,
    "pcio_facts_list": SEEN,
    "pcio_assessment_show": SEEN,
    "datastore_create": CHANGES,
    "datastore_delete": CHANGES,
}


@pytest.fixture
def portal():
    """Two offices, three datasets, and a token of every role; `revoked` was the sysadmin's."""
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    offices = {name: factories.Organization(name=name)["id"] for name in ("office", "other")}
    made = {}
    for name, owner, private in (
        ("open", "office", False),
        ("waiting", "office", True),
        ("elsewhere", "other", False),
    ):
        record = mandatory(name=name, title=f"ข้อมูล {name}", private=private)
        record["owner_org"] = offices[owner]
        record["resources"] = [{"name": "ข้อมูล", "url": "http://x.example/a.csv", "format": "CSV"}]
        made[name] = tk.get_action("package_create")(
            {"ignore_auth": True, "user": site_user}, record
        )
    tokens: dict[str, str | None] = {"anonymous": None}
    for role, office, capacity in (
        ("stranger", None, ""),
        ("member", "office", "member"),
        ("editor", "office", "editor"),
        ("admin", "office", "admin"),
        ("other_admin", "other", "admin"),
    ):
        user = factories.UserWithToken()
        tokens[role] = user["token"]
        if office:
            call_action(
                "organization_member_create", id=office, username=user["name"], role=capacity
            )
    tokens["sysadmin"] = factories.SysadminWithToken()["token"]
    revoked = factories.SysadminWithToken()["token"]
    call_action("api_token_revoke", token=revoked)
    tokens["revoked"] = revoked
    return {"tokens": tokens, "resource": made["open"]["resources"][0]["id"]}


def actions() -> dict[str, Any]:
    return p.get_plugin("pcio").get_actions()


def outcome(app, action: str, arguments: dict[str, Any], token: str | None) -> Any:
    """What a request over the API gets: datasets seen, "done", or "refused"."""
    headers = {"Authorization": token} if token else {}
    response = app.post(f"/api/3/action/{action}", json=arguments, headers=headers)
    if response.status_code == 403:
        return REFUSED
    assert response.status_code == 200, response.json
    result = response.json["result"]
    if action == "pcio_facts_list":
        return result["count"]
    if action == "pcio_counts_show":
        return result["all"]["datasets"]
    if action == "pcio_assessment_show":
        return result["counts"]["all"]["datasets"]
    return "done"


def test_no_action_is_missing_from_the_table():
    assert actions().keys() == EXPECTED.keys()


def test_every_action_of_every_role(app, portal):
    resource = portal["resource"]
    table = {"resource_id": resource, "force": True, **COLUMNS}
    assert outcome(app, "datastore_create", table, portal["tokens"]["sysadmin"]) == "done"
    arguments = {
        "pcio_facts_list": {"slice": "datasets"},
        "datastore_create": table,
        # A filter that fits nothing, so that the table is there for the next role.
        "datastore_delete": {"resource_id": resource, "force": True, "filters": {"year": 1}},
    }
    found = {
        action: {
            role: outcome(app, action, arguments.get(action, {}), portal["tokens"][role])
            for role in ROLES
        }
        for action in EXPECTED
    }
    assert found == EXPECTED


def test_every_action_of_ours_asks_validates_and_explains_itself():
    """A chained action follows CKAN's own, which asks and validates before it."""
    plugin = p.get_plugin("pcio")
    ours = {name: action for name, action in actions().items() if name.startswith("pcio_")}
    assert plugin.get_auth_functions().keys() == ours.keys()
    for name, action in actions().items():
        assert inspect.getdoc(action), name
    for name, action in ours.items():
        source = inspect.getsource(inspect.unwrap(action))
        assert f'tk.check_access("{name}", context, data_dict)' in source
        assert "@validate(schema." in source
