"""What anybody may send to the actions and pages of use and the registers gets a sentence, no 500.

Each action and each page is sent every hostile value in each of its arguments, by somebody who may
do everything, so that the values reach as far as they can.
"""

from __future__ import annotations

import inspect
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import ckan.plugins as p
import pytest
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.pcio.standard.workbook.writing import template
from tests.dashboard import builders

HUGE = 10**30
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1e308, 2**31, HUGE, " ", str(HUGE), "²"),
    *("a\x00b", "\ud800", "{0}%s", "<script>alert(1)</script>", "0001-01-01", "http://["),
    *("x" * 5000, [], ["a\x00b"], [{}], {}, {"a": []}),
)
IN_ADDRESSES = tuple(value for value in VALUES if isinstance(value, str) and len(value) < 6000)
_INTERNALS = re.compile(
    r"Traceback|psycopg2|sqlalchemy|SELECT |Internal Server Error|werkzeug", re.IGNORECASE
)


@pytest.fixture(scope="module")
def portal(reset_db, migrate_db_for, reset_index) -> Iterator[dict[str, Any]]:
    """An office with a dataset, one entry in each register, and a token that may do everything."""
    with builders.loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        office = factories.Organization(name="office", title="สำนักงาน", image_url="")
        dataset = builders.create(office["id"], name="open")
        exchange = {"dataset": "open", "partner": "โรงพยาบาล", "tier": "province"}
        reuse = {"title": "แอป", "how": "แผนที่", "user_kind": "citizen", "type": "application"}
        made = {
            "pcio_exchange": call_action(
                "pcio_exchange_create", **exchange, method="api", status="preparing"
            )["id"],
            "pcio_reuse": call_action("pcio_reuse_create", **reuse, datasets=["open"])["id"],
            "pcio_demand": call_action("pcio_demand_create", title="ตารางเดินรถ")["id"],
        }
        call_action("pcio_demand_update", id=made["pcio_demand"], moderation="public")
        made |= {"pcio_import": _import(), "pcio_evidence": _survey()}
        yield {
            "ids": made,
            "dataset": dataset["id"],
            "file": dataset["resources"][0]["id"],
            "token": factories.SysadminWithToken()["token"],
            "app": helpers._get_test_app(),
        }


def _import() -> str:
    content = io.BytesIO()
    template(content)
    content.seek(0)
    sent = {"upload": FileStorage(content, filename="a.xlsx"), "organization": "office"}
    return call_action("pcio_import_create", **sent)["id"]


def _survey() -> str:
    """A survey that is open, with a question put to the office, and the id of a proof of it."""
    call_action("pcio_survey_open", edition=EDITION)
    put = {"questions": ["P1.5"], "organizations": ["office"]}
    call_action("pcio_survey_assign", edition=EDITION, **put)
    return call_action("pcio_evidence_create", **EVIDENCE)["id"]


EDITION = "pcio-2567"
ASKED = {"edition": EDITION, "question": "P1.5"}
EVIDENCE = {
    **ASKED,
    **{"place": "guidelines.linkage", "organization": "office", "url": "https://x.example/a.pdf"},
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "pcio_survey_open": {"edition": EDITION},
    "pcio_survey_update": {"edition": EDITION, "version": 1},
    "pcio_survey_assign": {"edition": EDITION, "organizations": ["office"]},
    "pcio_survey_unassign": {"edition": EDITION, "organizations": ["nobody"]},
    "pcio_survey_remind": {"edition": EDITION},
    "pcio_survey_show": {"edition": EDITION},
    "pcio_survey_missing": {"edition": EDITION},
    "pcio_survey_history": {"edition": EDITION},
    "pcio_survey_lock": {"edition": EDITION, "version": 99_999},
    "pcio_survey_unlock": {"edition": EDITION, "version": 99_999, "reason": "x"},
    "pcio_answer_update": {**ASKED, "answer": {"option": "none"}},
    "pcio_answer_accept": {"edition": EDITION, "questions": ["P1.5"]},
    "pcio_answer_reopen": {**ASKED, "version": 1},
    "pcio_contribution_update": {
        **ASKED,
        **{"answer": {"option": "none"}, "organization": "office"},
    },
    "pcio_contribution_withdraw": {**ASKED, "organization": "office", "version": 1},
    "pcio_evidence_create": EVIDENCE,
    "pcio_evidence_delete": {"id": "nobody"},
    "pcio_evidence_show": {"id": "pcio_evidence"},
    "pcio_import_create": {"organization": "office"},
    "pcio_import_show": {"id": "pcio_import"},
    "pcio_import_list": {},
    "pcio_import_rows": {"id": "pcio_import"},
    "pcio_import_run": {"id": "pcio_import"},
    "pcio_import_cancel": {"id": "pcio_import"},
    "pcio_import_delete": {"id": "nobody"},
    "pcio_counts_show": {},
    "pcio_facts_list": {"slice": "datasets"},
    "pcio_assessment_show": {},
    "pcio_quality_show": {"id": "open"},
    "pcio_links_check": {"id": "open"},
    "pcio_worklist_list": {},
    "pcio_worklist_summary": {},
    "pcio_improvement_list": {},
    "pcio_inventory_show": {},
    "pcio_inventory_list": {},
    "pcio_result_list": {},
    "pcio_result_update": {"year": 2566, "edition": EDITION, "overall": 40, "source": "x"},
    "pcio_result_delete": {"year": 2566, "version": 1},
    "pcio_score_show": {"edition": EDITION},
    "pcio_gd_catalog_show": {"organization": "office"},
    "pcio_usage_show": {"dataset_id": "open"},
    "pcio_usage_list": {"table": "resources"},
    "pcio_reuse_create": {
        **{"title": "แอป", "how": "แผนที่", "user_kind": "citizen", "type": "application"},
        "datasets": ["open"],
    },
    "pcio_reuse_update": {"id": "pcio_reuse", "version": 1},
    "pcio_reuse_review": {"id": "pcio_reuse", "version": 1, "decision": "reject", "reason": "x"},
    "pcio_reuse_delete": {"id": "pcio_reuse", "version": 99, "unknown": 1},
    "pcio_reuse_show": {"id": "pcio_reuse"},
    "pcio_reuse_list": {},
    "pcio_exchange_create": {
        **{"dataset": "open", "partner": "กรม", "tier": "province", "method": "api"},
        **{"status": "linked", "starts_on": "2026-01-05"},
    },
    "pcio_exchange_update": {"id": "pcio_exchange", "version": 1},
    "pcio_exchange_delete": {"id": "pcio_exchange", "version": 99, "unknown": 1},
    "pcio_exchange_show": {"id": "pcio_exchange"},
    "pcio_exchange_list": {},
    "pcio_demand_create": {"title": "ตารางเดินรถ"},
    "pcio_demand_update": {"id": "pcio_demand", "version": 1},
    "pcio_demand_answer": {
        **{"id": "pcio_demand", "version": 2, "answer": "fulfilled", "dataset": "open"},
    },
    "pcio_demand_delete": {"id": "nobody"},
    "pcio_demand_show": {"id": "pcio_demand"},
    "pcio_demand_list": {},
    "pcio_demand_support": {"id": "pcio_demand"},
    "pcio_demand_unsupport": {"id": "pcio_demand"},
    "pcio_dictionary_show": {"resource_id": "file"},
    "pcio_dictionary_update": {"resource_id": "file", "version": "0", "columns": [{"name": "a"}]},
    "pcio_dictionary_delete": {"resource_id": "file"},
    "pcio_dictionary_import": {"resource_id": "file", "content": "name,type\na,text\n"},
    "pcio_personal_show": {"id": "open"},
    "pcio_personal_confirm": {"id": "file", "reason": "เหตุผลที่ยาวพอ", "version": 1},
    "pcio_personal_withdraw": {"id": "file", "reason": "เหตุผลที่ยาวพอ", "version": 1},
    "pcio_personal_scan": {"id": "open"},
    "pcio_personal_list": {},
    "pcio_registration_show": {"id": "open"},
    "pcio_registration_list": {"state": "COMPLETED", "organization": "office"},
    "pcio_registration_update": {"id": "open", "state": "WAIT", "validated_on": "2026-02-03"},
    "pcio_demand_import": {"content": "ชื่อชุดข้อมูล\nข้อมูล\n", "year": 2567, "dry_run": True},
}


def ours() -> dict[str, Any]:
    plugin: Any = p.get_plugin("pcio")
    actions = plugin.get_actions()
    return {name: action for name, action in actions.items() if name.startswith("pcio_")}


def named(action: Any) -> list[str]:
    """Return the arguments an action explains, with those its explanation only mentions."""
    explained = inspect.getdoc(action) or ""
    before = explained.partition(":returns:")[0]
    found = re.findall(r":param (\w+):", before) + re.findall(r"`(\w+)`", before)
    return sorted({*found, "id", "unknown", "__extras", "__junk"})


def test_every_action_is_tried(portal):
    assert ours().keys() == ARGUMENTS.keys()


@pytest.mark.parametrize("action", sorted(ARGUMENTS))
def test_no_value_breaks_an_action(portal, action):
    usual = {**ARGUMENTS[action]}
    if usual.get("id") in portal["ids"]:
        usual["id"] = portal["ids"][usual["id"]]
    for name in ("id", "resource_id"):
        if usual.get(name) == "file":
            usual[name] = portal["file"]
    broken = []
    for name in named(ours()[action]):
        for value in VALUES:
            sent = {**usual, name: value}
            answer = portal["app"].post(
                f"/api/3/action/{action}", json=sent, headers={"Authorization": portal["token"]}
            )
            if answer.status_code >= 500 or _INTERNALS.search(answer.body[:3000]):
                broken.append((name, repr(value)[:40], answer.status_code))
    assert broken == []


_DEEP = 5_000
ANSWERS = (
    *('{"option": NaN}', '{"option": "partial", "values": NaN}', '{"option": ["partial"]}'),
    '{"option": "partial", "values": {"guidelines": {"linkage": %s}}}' % ("9" * 4000),
    '{"option": "partial", "values": {"guidelines": "a\\u0000b\\ud800"}}',
    '{"option": "no", "values": {"reason": "a\\u0000b\\ud800"}}',
    '{"option": "a\\u0000b"}',
    '{"\\ud800": 1, "option": "none"}',
    '{"option": "none", "values": ' + '{"a":' * _DEEP + "1" + "}" * _DEEP + "}",
    "[" * _DEEP + "]" * _DEEP,
)


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
def test_no_answer_breaks_the_survey(portal, answer):
    question = call_action("pcio_survey_show", edition=EDITION)["questions"]
    for asked in [each["id"] for each in question][:12]:
        sent = {"edition": EDITION, "question": asked, "answer": answer, "organization": "office"}
        for action in ("pcio_answer_update", "pcio_contribution_update"):
            for version in (0, 1):
                told = portal["app"].post(
                    f"/api/3/action/{action}",
                    data=json.dumps({**sent, "version": version}),
                    headers={
                        "Authorization": portal["token"],
                        "Content-Type": "application/json",
                    },
                )
                assert told.status_code < 500, (action, asked)


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"null", b"{", b'{"a": \xff}', b"[[1]]"])
def test_no_body_breaks_an_action(portal, body):
    for action in ours():
        answer = portal["app"].post(
            f"/api/3/action/{action}",
            data=body,
            headers={"Authorization": portal["token"], "Content-Type": "application/json"},
        )
        assert answer.status_code < 500, action


PAGES: dict[str, tuple[str, ...]] = {
    "/readiness": ("sort", "page"),
    "/readiness/list/open": ("sort", "page", "organization", "own"),
    "/readiness/csv/open": ("sort", "organization", "own"),
    "/readiness/worklist": (
        *("organization", "kind", "question", "part", "data_type", "own", "sort", "page"),
    ),
    "/readiness/worklist/offices": ("own", "sort"),
    "/readiness/inventory": ("own", "sort"),
    "/readiness/inventory/datasets": ("organization", "database", "state", "own", "page"),
    "/readiness/inventory/datasets.csv": ("organization", "database", "state"),
    "/readiness/worklist/file.csv": ("organization", "kind", "question", "data_type", "sort"),
    "/readiness/worklist/file.xlsx": ("organization", "kind", "data_type"),
    "/usage": ("period", "start", "end", "by", "organization", "class", "data_type"),
    "/usage/organization/office": ("period", "start", "end", "by"),
    "/usage/dataset/open": ("period", "start", "end", "by"),
    "/usage/list/datasets": ("sort", "page", "organization", "dataset_id", "start", "class"),
    "/usage/list/resources": ("sort", "page", "organization", "dataset_id", "data_type"),
    "/usage/series.json": (
        *("dataset_id", "resource_id", "organization_id", "class", "data_type"),
        *("start", "end", "by", "lang"),
    ),
    "/usage/series.csv": ("dataset_id", "start", "lang"),
    "/usage/series.xlsx": ("dataset_id", "start", "lang"),
    "/usage/table.json": (
        *("table", "dataset_id", "organization_id", "class", "data_type", "start", "end"),
        *("sort", "trend", "limit", "offset", "lang"),
    ),
    "/usage/table.xlsx": ("table", "sort"),
    "/usage/daily.csv": ("dataset_id", "resource_id", "organization_id", "start", "end", "class"),
    "/reuse": ("q", "type", "user", "dataset", "organization", "page"),
    "/reuse/new": ("dataset",),
    "/reuse/review": ("state", "q", "dataset", "page"),
    "/reuse/export.csv": ("q",),
    "/exchange": (
        *("dataset", "organization", "partner", "tier", "status", "level", "ending"),
        *("sort", "page"),
    ),
    "/exchange/csv": ("dataset", "organization", "partner", "sort"),
    "/exchange/xlsx": ("partner",),
    "/exchange/new": ("dataset",),
    "/demand": ("q", "state", "year", "organization", "sort", "page"),
    "/demand/new": ("title",),
    "/demand/moderation": ("state",),
    "/demand/export.csv": ("q", "state", "year", "organization", "sort"),
    "/demand/import": ("year",),
    "/export": ("organization", "type"),
    "/export/file": ("format", "organization", "type", "public"),
    "/import": ("organization", "page"),
    "/import/pcio_import": ("kind", "page"),
    "/import/pcio_import/report.csv": ("kind",),
    "/import/pcio_import/report.xlsx": ("kind",),
    "/personal": ("state", "page"),
    "/dataset/open/resource/file/dictionary": ("x",),
    "/dataset/open/resource/file/dictionary/edit": ("x",),
}
PATHS = (
    *(
        "/readiness/list/",
        "/usage/organization/",
        "/usage/dataset/",
        "/usage/resource/",
        "/usage/list/",
    ),
    *("/reuse/", "/exchange/", "/demand/", "/import/", "/personal/"),
    *("/dataset/open/resource/", "/export/"),
)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_no_address_breaks_a_page(portal, page):
    broken = []
    address = page.replace("/pcio_import", "/" + portal["ids"]["pcio_import"])
    address = address.replace("/file/", f"/{portal['file']}/")
    for name in PAGES[page]:
        for value in (*map(_quoted, IN_ADDRESSES), "%ff%fe", "a&" + name + "=b"):
            answer = _get(portal, f"{address}?{name}={value}")
            if answer.status_code >= 500 or _runs(answer):
                broken.append((name, value[:40], answer.status_code))
    assert broken == []


_AFTER = {
    **dict.fromkeys(("/dictionary", "/dictionary/edit"), ("/dataset",)),
    "/status": ("/import",),
    "/delete": ("/reuse", "/exchange", "/demand", "/import"),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "after", ["", "/edit", "/delete", "/answer", "/status", "/dictionary", "/dictionary/edit"]
)
def test_no_path_breaks_a_page(portal, path, after):
    if after and not path.startswith(_AFTER.get(after, ("/reuse", "/exchange", "/demand"))):
        return
    broken = []
    for value in (*map(_quoted, IN_ADDRESSES), "%ff%fe"):
        answer = _get(portal, f"{path}{value}{after}")
        if answer.status_code >= 500 or _runs(answer):
            broken.append((value[:40], answer.status_code))
    assert broken == []


def _get(portal, address: str) -> Any:
    headers = {"Authorization": portal["token"]}
    return portal["app"].get(address, headers=headers, follow_redirects=False)


def _runs(answer: Any) -> bool:
    """Whether a browser would run what was sent; in a file it is a text."""
    return answer.mimetype == "text/html" and b"<script>alert" in answer.data


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
