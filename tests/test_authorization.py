"""Every action of the extension × every role: who is refused, and how much the others see."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.pcio.catalog.personal import states, store
from ckanext.pcio.standard.workbook import writing
from ckanext.pcio.survey.response.model import (
    ANSWER,
    ASSIGNMENT,
    CONTRIBUTION,
    EVIDENCE,
    RESPONSE,
    RESULT,
    SNAPSHOT,
)
from tests.schema.records import mandatory

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

COLUMNS = {"fields": [{"id": "year", "type": "int"}], "records": [{"year": 2567}]}
REFUSED = "refused"
ROLES = ("anonymous", "stranger", "member", "editor", "admin", "other_admin", "sysadmin", "revoked")
# Datasets seen of the portal made below: one open and one private of "office", one open of "other".
SEEN = dict.fromkeys(ROLES, 2) | dict.fromkeys(("member", "editor", "admin", "sysadmin"), 3)
# Changing the DataStore is for who may change the dataset.
CHANGES = dict.fromkeys(ROLES, REFUSED) | dict.fromkeys(("editor", "admin", "sysadmin"), "done")
EVERYBODY = dict.fromkeys(ROLES, "done")
MEMBERS = EVERYBODY | dict.fromkeys(("anonymous", "stranger", "revoked"), REFUSED)
WORK = SEEN | dict.fromkeys(("anonymous", "stranger", "revoked"), REFUSED)
ADMINISTRATOR = dict.fromkeys(ROLES, REFUSED) | {"sysadmin": "done"}
EXPECTED: dict[str, dict[str, Any]] = {
    "pcio_counts_show": SEEN,
    "pcio_facts_list": SEEN,
    "pcio_assessment_show": SEEN,
    # What to mend is told to who can mend it.
    "pcio_quality_show": CHANGES,
    "pcio_links_check": CHANGES,
    # What is left to do: for people of an office, on datasets they may see.
    "pcio_worklist_list": WORK,
    "pcio_worklist_summary": WORK,
    # What would raise the province's answers: told to people of an office.
    "pcio_improvement_list": MEMBERS,
    # Databases and linkage: over the datasets the caller may see.
    "pcio_inventory_show": SEEN,
    "pcio_inventory_list": SEEN,
    "datastore_create": CHANGES,
    "datastore_delete": CHANGES,
    "package_update": CHANGES,
    "package_create_default_resource_views": CHANGES,
    # CKAN's own rule: who may change the organization.
    "bulk_update_public": ADMINISTRATOR | {"admin": "done"},
    "status_show": EVERYBODY,
    # Registration with GD Catalog: offices' people read, sysadmins enter.
    "pcio_registration_show": MEMBERS,
    "pcio_registration_list": MEMBERS,
    "pcio_registration_update": ADMINISTRATOR,
    # Dictionaries: as the files they describe.
    "pcio_dictionary_show": EVERYBODY,
    "pcio_dictionary_update": CHANGES,
    "pcio_dictionary_delete": CHANGES,
    "pcio_dictionary_import": CHANGES,
    # Numbers of use: of what the caller may see.
    "pcio_usage_show": EVERYBODY,
    "pcio_usage_list": EVERYBODY,
    # Personal data in files: what was found, and the decision, are the dataset's editors'.
    "pcio_personal_show": CHANGES,
    "pcio_personal_confirm": CHANGES,
    "pcio_personal_withdraw": CHANGES,
    "pcio_personal_scan": CHANGES,
    "pcio_personal_list": CHANGES | {"other_admin": "done"},
    "resource_view_list": EVERYBODY,
    "datastore_upsert": CHANGES,
    # Reuses: anyone tells, officers of the datasets' offices decide.
    "pcio_reuse_create": EVERYBODY,
    "pcio_reuse_update": CHANGES,
    "pcio_reuse_review": CHANGES,
    "pcio_reuse_delete": CHANGES,
    # An entry that waits; an approved one is everybody's.
    "pcio_reuse_show": CHANGES,
    "pcio_reuse_list": EVERYBODY,
    # Exchanges: offices' people read, the dataset's editors record.
    "pcio_exchange_create": CHANGES,
    "pcio_exchange_update": CHANGES,
    "pcio_exchange_delete": CHANGES,
    "pcio_exchange_show": MEMBERS,
    "pcio_exchange_list": MEMBERS,
    # Requests for data: anyone asks and supports, the office asked answers.
    "pcio_demand_create": EVERYBODY,
    "pcio_demand_update": CHANGES,
    "pcio_demand_answer": CHANGES,
    "pcio_demand_delete": ADMINISTRATOR,
    "pcio_demand_show": EVERYBODY,
    "pcio_demand_list": EVERYBODY,
    "pcio_demand_support": EVERYBODY,
    "pcio_demand_unsupport": dict.fromkeys(ROLES, "done")
    | dict.fromkeys(("anonymous", "revoked"), REFUSED),
    "pcio_demand_import": ADMINISTRATOR,
    # Imports of workbooks: editors of some office begin, those of the import's office go on.
    "pcio_import_create": CHANGES,
    "pcio_import_show": CHANGES,
    "pcio_import_list": CHANGES | {"other_admin": "done"},
    "pcio_import_rows": CHANGES,
    "pcio_import_run": CHANGES,
    "pcio_import_cancel": CHANGES,
    "pcio_import_delete": CHANGES,
    # The survey: its secretary opens, confirms and locks, offices answer what was put to them.
    **dict.fromkeys(
        (
            *("pcio_survey_open", "pcio_survey_update", "pcio_survey_assign"),
            *("pcio_survey_unassign", "pcio_survey_remind", "pcio_survey_lock"),
            *("pcio_survey_unlock", "pcio_answer_update", "pcio_answer_accept"),
            "pcio_answer_reopen",
        ),
        ADMINISTRATOR,
    ),
    **dict.fromkeys(
        (
            *("pcio_contribution_update", "pcio_contribution_withdraw"),
            "pcio_evidence_create",
        ),
        CHANGES,
    ),
    # What an office attached to a draft is its own until it is sent.
    "pcio_evidence_delete": CHANGES | {"sysadmin": REFUSED},
    **dict.fromkeys(("pcio_survey_show", "pcio_survey_missing", "pcio_survey_history"), MEMBERS),
    # Official results: the secretary enters, offices' people read.
    **dict.fromkeys(("pcio_result_list", "pcio_score_show", "pcio_gd_catalog_show"), MEMBERS),
    **dict.fromkeys(("pcio_result_update", "pcio_result_delete"), ADMINISTRATOR),
    # An office's own evidence; the committee's is every reader's once the answer is confirmed.
    "pcio_evidence_show": CHANGES | {"member": "done", "sysadmin": REFUSED},
}
DATASET = "open"


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


# What tells how many datasets somebody saw, of the actions that count or list them.
SEEN = {
    "pcio_inventory_show": lambda result: result["total"]["all"]["datasets"],
    "pcio_facts_list": lambda result: result["count"],
    "pcio_worklist_list": lambda result: result["count"],
    "pcio_inventory_list": lambda result: result["count"],
    "pcio_worklist_summary": lambda result: result["datasets"],
    "pcio_counts_show": lambda result: result["all"]["datasets"],
    "pcio_assessment_show": lambda result: result["counts"]["all"]["datasets"],
}


def outcome(app, action: str, arguments: dict[str, Any], token: str | None) -> Any:
    """What a request over the API gets: datasets seen, "done", or "refused"."""
    headers = {"Authorization": token} if token else {}
    sent = {"data": arguments} if "upload" in arguments else {"json": arguments}
    response = app.post(f"/api/3/action/{action}", headers=headers, **sent)
    if response.status_code == 403:
        return REFUSED
    assert response.status_code == 200, response.json
    result = response.json["result"]
    return SEEN[action](result) if action in SEEN else "done"


def _reuse(**more: Any) -> dict[str, Any]:
    """What tells a reuse of the open dataset."""
    told = {"title": "แอปพลิเคชัน", "how": "แสดงข้อมูลบนแผนที่", "user_kind": "citizen"}
    return {**told, "type": "application", "datasets": [DATASET], **more}


def _exchange(**more: Any) -> dict[str, Any]:
    """What records an exchange of the open dataset."""
    recorded = {"dataset": DATASET, "partner": "โรงพยาบาล", "tier": "province", "method": "api"}
    return {**recorded, "status": "linked", "starts_on": "2026-01-05", **more}


def _made_reuse() -> dict[str, Any]:
    return {"id": call_action("pcio_reuse_create", **_reuse())["id"], "version": 1}


def _made_exchange() -> dict[str, Any]:
    return {"id": call_action("pcio_exchange_create", **_exchange())["id"], "version": 1}


def _made_demand() -> dict[str, Any]:
    asked = call_action("pcio_demand_create", title="ตารางเดินรถ", organization="office")
    shown = call_action("pcio_demand_update", id=asked["id"], moderation="public")
    return {"id": asked["id"], "version": shown["version"]}


def _dictionary(**more: Any) -> dict[str, Any]:
    """What is asked about the dictionary of the open dataset's file, as it is now."""
    resource = call_action("package_show", id=DATASET)["resources"][0]["id"]
    version = call_action("pcio_dictionary_show", resource_id=resource)["version"]
    return {"resource_id": resource, "version": version, **more}


def _found_in_file(**more: Any) -> dict[str, Any]:
    """What decides about the open dataset's file, in which personal data was found."""
    package = call_action("package_show", id=DATASET)
    resource = package["resources"][0]["id"]
    store.request(resource, package["id"], "file", holds=True, state=states.FOUND)
    model.Session.commit()
    version = call_action("pcio_personal_show", id=resource)["files"][0]["version"]
    return {"id": resource, "version": version, **more}


def _workbook(**more: Any) -> dict[str, Any]:
    """What uploads a workbook of one dataset."""
    content = io.BytesIO()
    writing.write([mandatory(name="imported")], content)
    content.seek(0)
    return {"upload": (content, "workbook.xlsx"), "organization": "office", **more}


def _made_import() -> dict[str, Any]:
    content, name = _workbook()["upload"]
    upload = FileStorage(content, filename=name)
    return {"id": call_action("pcio_import_create", **_workbook(upload=upload))["id"]}


EDITION = "pcio-2567"


def _no_survey(**more: Any) -> dict[str, Any]:
    """Nobody has opened the survey yet."""
    for table in (ANSWER, ASSIGNMENT, CONTRIBUTION, EVIDENCE, RESPONSE, SNAPSHOT):
        model.Session.execute(table.delete())
    model.Session.commit()
    return {"edition": EDITION, **more}


def _survey(**more: Any) -> dict[str, Any]:
    """The survey is open, and one question is put to the dataset's office."""
    call_action("pcio_survey_open", **_no_survey())
    put = {"questions": ["P1.5"], "organizations": ["office"]}
    call_action("pcio_survey_assign", edition=EDITION, **put)
    return {"edition": EDITION, **more}


def _answered(**more: Any) -> dict[str, Any]:
    given = {"question": "P1.5", "answer": {"option": "none"}, "organization": "office"}
    call_action("pcio_contribution_update", **_survey(**given))
    call_action("pcio_answer_update", edition=EDITION, **{**given, "organization": None})
    return {"edition": EDITION, "question": "P1.5", "version": 1, **more}


def _locked(**more: Any) -> dict[str, Any]:
    call_action("pcio_survey_lock", **_survey(version=1))
    return {"edition": EDITION, "version": 2, **more}


def _result(**more: Any) -> dict[str, Any]:
    """An official result nobody has entered yet."""
    model.Session.execute(RESULT.delete())
    model.Session.commit()
    return {"year": 2566, "overall": 40.5, "source": "หนังสือแจ้งผล", **more}


def _entered() -> dict[str, Any]:
    call_action("pcio_result_update", **_result())
    return {"year": 2566, "version": 1}


def _evidence() -> dict[str, Any]:
    place = {"question": "P1.5", "place": "guidelines.linkage", "organization": "office"}
    return {**place, "url": "https://example.go.th/order.pdf"}


def _attached() -> dict[str, Any]:
    return {"id": call_action("pcio_evidence_create", **_survey(), **_evidence())["id"]}


# What each action is asked; those that change an entry get a new one for each role.
ARGUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "package_update": lambda: call_action("package_show", id=DATASET),
    "package_create_default_resource_views": lambda: {
        "package": call_action("package_show", id=DATASET)
    },
    "bulk_update_public": lambda: {
        "datasets": [call_action("package_show", id=DATASET)["id"]],
        "org_id": call_action("organization_show", id="office")["id"],
    },
    "pcio_facts_list": lambda: {"slice": "datasets"},
    "pcio_quality_show": lambda: {"id": DATASET},
    "pcio_links_check": lambda: {"id": DATASET},
    "pcio_dictionary_show": _dictionary,
    "pcio_dictionary_update": lambda: _dictionary(columns=[{"name": "year", "label": "ปี"}]),
    "pcio_dictionary_delete": _dictionary,
    "pcio_dictionary_import": lambda: _dictionary(content="name,type\nyear,integer\n"),
    "pcio_personal_show": lambda: {"id": DATASET},
    "pcio_personal_confirm": lambda: _found_in_file(reason="ทะเบียนนิติบุคคล"),
    "pcio_personal_withdraw": lambda: _found_in_file(reason="เจ้าของไม่ยินยอม"),
    "pcio_personal_scan": lambda: {"id": DATASET},
    "pcio_usage_show": lambda: {"dataset_id": DATASET},
    "pcio_registration_show": lambda: {"id": DATASET},
    "pcio_registration_update": lambda: {"id": DATASET, "state": "COMPLETED"},
    "pcio_reuse_create": _reuse,
    "pcio_reuse_update": lambda: {**_made_reuse(), "title": "เว็บไซต์"},
    "pcio_reuse_review": lambda: {**_made_reuse(), "decision": "approve"},
    "pcio_reuse_delete": _made_reuse,
    "pcio_reuse_show": _made_reuse,
    "pcio_exchange_create": _exchange,
    "pcio_exchange_update": lambda: {**_made_exchange(), "purpose": "วางแผน"},
    "pcio_exchange_delete": _made_exchange,
    "pcio_exchange_show": _made_exchange,
    "pcio_demand_create": lambda: {"title": "ตารางเดินรถ"},
    "pcio_demand_update": lambda: {**_made_demand(), "purpose": "เดินทาง"},
    "pcio_demand_answer": lambda: {**_made_demand(), "answer": "fulfilled", "dataset": DATASET},
    "pcio_demand_delete": _made_demand,
    "pcio_demand_show": _made_demand,
    "pcio_demand_support": _made_demand,
    "pcio_demand_unsupport": _made_demand,
    "pcio_import_create": _workbook,
    "pcio_import_show": _made_import,
    "pcio_import_rows": _made_import,
    "pcio_import_run": _made_import,
    "pcio_import_cancel": _made_import,
    "pcio_import_delete": _made_import,
    "pcio_survey_open": _no_survey,
    "pcio_survey_show": _survey,
    "pcio_survey_missing": _survey,
    "pcio_survey_history": _survey,
    "pcio_survey_update": lambda: _survey(version=1, note="ส่งภายในวันศุกร์"),
    "pcio_survey_assign": lambda: _survey(organizations=["other"]),
    "pcio_survey_unassign": lambda: _survey(organizations=["office"]),
    "pcio_survey_remind": _survey,
    "pcio_survey_lock": lambda: _survey(version=1),
    "pcio_survey_unlock": lambda: _locked(reason="แก้ตามมติ"),
    "pcio_answer_update": lambda: _survey(question="G1", answer={"option": "yes"}),
    "pcio_answer_accept": lambda: _survey(questions=["P2.2.1.1"]),
    "pcio_answer_reopen": _answered,
    "pcio_contribution_update": lambda: _survey(
        question="P1.5", organization="office", answer={"option": "none"}
    ),
    "pcio_contribution_withdraw": lambda: _answered(organization="office"),
    "pcio_evidence_create": lambda: {**_survey(), **_evidence()},
    "pcio_evidence_delete": _attached,
    "pcio_evidence_show": _attached,
    "pcio_result_update": _result,
    "pcio_result_delete": _entered,
    "pcio_score_show": lambda: {"edition": EDITION},
    "pcio_demand_import": lambda: {"content": "ชื่อชุดข้อมูล\nตารางเดินรถ\n", "year": 2567},
}


def test_no_action_is_missing_from_the_table():
    assert actions().keys() == EXPECTED.keys()


def test_every_action_of_every_role(app, portal):
    resource = portal["resource"]
    table = {"resource_id": resource, "force": True, **COLUMNS}
    assert outcome(app, "datastore_create", table, portal["tokens"]["sysadmin"]) == "done"
    arguments = ARGUMENTS | {
        "datastore_create": lambda: table,
        "datastore_upsert": lambda: {
            "resource_id": resource,
            "force": True,
            "method": "insert",
            "records": [{"year": 2568}],
        },
        "resource_view_list": lambda: {"id": resource},
        # A filter that fits nothing, so that the table is there for the next role.
        "datastore_delete": lambda: {
            "resource_id": resource,
            "force": True,
            "filters": {"year": 1},
        },
    }
    found = {
        action: {
            role: outcome(app, action, arguments.get(action, dict)(), portal["tokens"][role])
            for role in ROLES
        }
        for action in EXPECTED
    }
    assert found == EXPECTED


def test_every_action_of_ours_asks_validates_and_explains_itself():
    """A chained action follows CKAN's own, which asks and validates before it."""
    plugin = p.get_plugin("pcio")
    ours = {name: action for name, action in actions().items() if name.startswith("pcio_")}
    # CKAN's own, asked after it: whether readers get a file that is checked for personal data.
    chained = {"resource_show"}
    assert plugin.get_auth_functions().keys() == ours.keys() | chained
    for name, action in actions().items():
        assert inspect.getdoc(action), name
    for name, action in ours.items():
        source = inspect.getsource(inspect.unwrap(action))
        assert f'tk.check_access("{name}", context, data_dict)' in source
        assert "@validate(schema." in source
