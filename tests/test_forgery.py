"""No page of another site can send a form of ours in the name of who is logged in."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


def test_no_view_that_changes_anything_takes_a_form_without_its_token(monkeypatch):
    """Also after a visitor asked for the view, which frees it from CKAN's own check for good."""
    app = helpers._get_test_app().flask_app
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    adapter = app.url_map.bind("test.ckan.net")
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("pcio_") and "POST" in (rule.methods or ())
    ]
    addresses = [adapter.build(r.endpoint, dict.fromkeys(r.arguments, "1")) for r in rules]
    assert {address.split("/")[1] for address in addresses} == {
        *("reuse", "exchange", "demand", "import", "personal", "dataset", "readiness"),
    }
    token = factories.SysadminWithToken()["token"]
    user: Any = model.User.get(factories.Sysadmin()["name"])
    with app.test_client() as visitor:
        for address in addresses:
            visitor.get(address)
            assert visitor.post(address).status_code == 400, address
    with app.test_client() as program:
        for address in addresses:
            answer = program.post(address, headers={"Authorization": token})
            assert answer.status_code != 400, address
    with app.test_client() as person:
        with person.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
            session["last_active"] = datetime.now(timezone.utc)
        for address in addresses:
            assert person.post(address).status_code == 400, address
            forged = person.post(address, headers={"Authorization": "made-up"})
            assert forged.status_code in (400, 403), address
