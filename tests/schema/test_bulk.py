"""Publishing several datasets at once, on the organization's page and over the API."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from .records import mandatory

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")


@pytest.fixture
def office():
    """An office with a private dataset that is fit to be seen, and one that lacks a file's type."""
    editor = factories.UserWithToken()
    made = factories.Organization(users=[{"name": editor["name"], "capacity": "admin"}])
    site_user = call_action("get_site_user")["name"]
    ids = {}
    # CKAN guesses the type of a file by its name, where it has one.
    for name, kind in (("fit", "CSV"), ("unfit", "")):
        record = mandatory(name=name, title=f"ข้อมูล {name}", owner_org=made["id"], private=True)
        record["resources"] = [{"name": "x", "url": "http://x.example/api", "format": kind}]
        if name == "unfit":
            record |= {"state": "draft"}
        context = {"user": site_user, "ignore_auth": True}
        ids[name] = call_action("package_create", context, **record)["id"]
    # A draft becomes active behind CKAN's back, as old catalogs hold them.
    model.Package.get("unfit").state = "active"
    model.Session.commit()
    return {"id": made["id"], "name": made["name"], "editor": editor, "datasets": ids}


def private():
    return {name: model.Package.get(name).private for name in ("fit", "unfit")}


def test_all_or_none(office):
    asked = {"org_id": office["id"], "datasets": list(office["datasets"].values())}
    context = {"user": office["editor"]["name"]}
    with pytest.raises(tk.ValidationError) as error:
        tk.get_action("bulk_update_public")(dict(context), dict(asked))
    assert "ข้อมูล unfit" in error.value.error_dict["datasets"][0]
    assert private() == {"fit": True, "unfit": True}
    asked["datasets"] = [office["datasets"]["fit"]]
    tk.get_action("bulk_update_public")(dict(context), asked)
    model.Session.expire_all()
    assert private() == {"fit": False, "unfit": True}


def test_the_page_says_why(app, office):
    form = {f"dataset_{each}": "on" for each in office["datasets"].values()}
    answer = app.post(
        f"/organization/bulk_process/{office['name']}",
        data={**form, "bulk_action.public": "public"},
        headers={"Authorization": office["editor"]["token"]},
    )
    assert answer.status_code == 200
    assert "ข้อมูล unfit" in answer.body
    assert private() == {"fit": True, "unfit": True}
