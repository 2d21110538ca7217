"""`pcio_assessment_show`: the same JSON as the command, over what the caller may see."""

import json

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action, call_auth

from tests.schema.records import mandatory

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

INTERNAL = {
    "data_category": "ข้อมูลใช้ภายใน",
    "data_classification": "ชั้นเผยแพร่ภายในองค์กร",
}


@pytest.fixture
def make_dataset(with_plugins, clean_db, clean_index):
    office = factories.Organization(name="office")
    other = factories.Organization(name="other")
    owners = {"office": office["id"], "other": other["id"]}
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def make(name, owner="office", **changes):
        record = {**mandatory(name=name, title=f"ข้อมูล {name}"), "owner_org": owners[owner]}
        context = {"ignore_auth": True, "user": site_user}
        return tk.get_action("package_create")(context, {**record, **changes})

    return make


@pytest.fixture
def province(make_dataset):
    """Two open datasets, one in each office, and in "office" one that waits and one internal."""
    make_dataset("open")
    make_dataset("open-other", owner="other")
    make_dataset("waiting", private=True)
    make_dataset("internal", private=True, **INTERNAL, linkage_method=["API"])


@pytest.fixture
def people(province):
    editor = factories.User()
    call_action("organization_member_create", id="office", username=editor["name"], role="editor")
    return {
        "anonymous": "",
        "stranger": factories.User()["name"],
        "editor": editor["name"],
        "sysadmin": factories.Sysadmin()["name"],
    }


def show(name="", **arguments):
    context = {"user": name, "ignore_auth": False, "auth_user_obj": model.User.get(name)}
    return tk.get_action("pcio_assessment_show")(context, arguments)


def option(shown, question):
    return next(a for a in shown["answers"] if a["id"] == question)["option"]


# What each role sees of `province`: number of datasets, and the option of P2.2.3.1.
SEEN = {
    "anonymous": (2, "none"),
    "stranger": (2, "none"),
    "editor": (4, "available"),
    "sysadmin": (4, "available"),
}


def test_everybody_may_ask_and_answers_rest_on_what_they_may_see(people):
    """One test for all roles, because a database of its own for each costs seconds."""
    for role, (datasets, linked) in SEEN.items():
        context = {"user": people[role], "auth_user_obj": model.User.get(people[role])}
        assert call_auth("pcio_assessment_show", context) is True, role
        shown = show(people[role])
        assert shown["counts"]["all"]["datasets"] == datasets, role
        assert option(shown, "P2.2.3.1") == linked, role
        assert shown["source"]["sees_private"] is (role == "sysadmin"), role
        assert option(shown, "P2.2.1.1") == "partial", role
        text = json.dumps(shown, ensure_ascii=False)
        assert ("ข้อมูล waiting" in text) is (datasets == 4), role


def test_complete_is_proposed_only_to_who_sees_everything(make_dataset):
    make_dataset("open")
    assert option(show(), "P2.2.1.1") == "partial"
    assert option(show(factories.Sysadmin()["name"]), "P2.2.1.1") == "complete"


def test_an_empty_catalog():
    shown = call_action("pcio_assessment_show")
    assert set(shown["counts"]["all"].values()) == {0}
    assert option(shown, "P2.2.1.1") == "none"


@pytest.mark.usefixtures("province")
def test_arguments():
    shown = call_action("pcio_assessment_show", organization="other")
    assert shown["counts"]["all"]["datasets"] == 1
    with pytest.raises(tk.ObjectNotFound):
        call_action("pcio_assessment_show", organization="nobody")
    thai = call_action("pcio_assessment_show", survey="pcio-2567")
    english = call_action("pcio_assessment_show", lang="en")
    assert thai["survey"] == english["survey"] == "pcio-2567"
    assert thai["answers"][0]["reasons"] != english["answers"][0]["reasons"]
    for wrong in ({"survey": "pcio-2400"}, {"lang": "fr"}):
        with pytest.raises(tk.ValidationError) as refused:
            call_action("pcio_assessment_show", **wrong)
        assert refused.value.error_dict.keys() == wrong.keys()


@pytest.mark.ckan_config("ckanext.pcio.tick_threshold", 100)
@pytest.mark.ckan_config("ckanext.pcio.data_go_th_organization", "sample")
@pytest.mark.ckan_config("ckanext.pcio.own_system_url", "https://open.example.go.th")
@pytest.mark.usefixtures("province")
def test_settings_reach_the_rules():
    shown = call_action("pcio_assessment_show")
    assert option(shown, "P2.2.1.2") == ["agency_catalog", "data_go_th", "own_system"]
    answers = call_action("pcio_assessment_show", lang="en")["answers"]
    reasons = [reason for each in answers for reason in each["reasons"]]
    assert any("ticked from 100 per cent" in reason for reason in reasons)


@pytest.mark.usefixtures("province")
def test_over_the_api(app):
    response = app.get("/api/3/action/pcio_assessment_show?lang=en")
    assert response.json["result"]["counts"]["all"]["datasets"] == 2
    refused = app.get("/api/3/action/pcio_assessment_show?lang=fr", status=409)
    assert "lang" in refused.json["error"]


def test_the_number_of_statements_does_not_grow_with_the_catalog(make_dataset):
    def statements():
        seen = []
        engine = model.Session.get_bind()

        def note(*_):
            seen.append(1)

        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            call_action("pcio_assessment_show")
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    make_dataset("first")
    few = statements()
    for number in range(6):
        make_dataset(f"more-{number}")
    assert statements() <= few
