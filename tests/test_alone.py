"""The extension with no other plugin than the schemas': pages open, and nothing hidden is told."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action

from tests.schema.records import mandatory

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", "pcio scheming_datasets scheming_organizations"),
    pytest.mark.usefixtures("with_plugins"),
]
SECRET = re.compile(r"SECRET-(TITLE|FILE|PARTNER|REUSE)")
LISTS = (
    *("/", "/dataset/", "/dataset/open", "/readiness", "/readiness/list/open", "/privacy"),
    "/readiness/survey/pcio-2567/form",
    *("/usage", "/usage/dataset/open", "/usage/organization/office", "/usage/list/datasets"),
    *("/usage/list/resources", "/usage/list/organizations", "/usage/series.json"),
    *("/usage/table.csv", "/usage/table.json?table=resources", "/usage/daily.csv"),
    *("/reuse", "/reuse/new", "/reuse/new?dataset=hidden", "/reuse?dataset=hidden"),
    *("/reuse/review", "/reuse/export.csv", "/exchange", "/exchange/new", "/exchange/csv"),
    *("/demand", "/demand/new", "/demand/moderation", "/demand/export.csv"),
    *("/organization/other", "/api/3/action/pcio_assessment_show"),
    *("/readiness/worklist?organization=", "/readiness/worklist/offices"),
    *("/readiness/inventory", "/readiness/inventory/datasets", "/readiness/inventory/file.csv"),
    *("/readiness/worklist/file.csv?organization=", "/api/3/action/pcio_worklist_list"),
    *("/export", "/export/file?format=jsonl", "/export/file?format=datasets"),
    *("/export?organization=office", "/export/file?format=resources"),
    *("/api/3/action/pcio_reuse_list", "/api/3/action/pcio_exchange_list"),
    *("/api/3/action/pcio_demand_list", "/api/3/action/pcio_usage_list?table=resources"),
)


def dataset(owner: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    site_user = call_action("get_site_user")["name"]
    record = mandatory(name=name, owner_org=owner["id"], **changes)
    record["resources"] = [{"name": "SECRET-FILE", "url": "http://x.example/a", "format": "CSV"}]
    context = {"user": site_user, "ignore_auth": True}
    made = call_action("package_create", context, **record)
    if name == "open":
        changed = {"id": made["resources"][0]["id"], "name": "file"}
        call_action("resource_patch", {"user": site_user, "ignore_auth": True}, **changed)
    return made


def reuse(**told: Any) -> str:
    entry = {"how": "แผนที่", "user_kind": "citizen", "type": "application", **told}
    made = call_action("pcio_reuse_create", **entry)
    call_action("pcio_reuse_review", id=made["id"], version=1, decision="approve")
    return made["id"]


def exchange(name: str, partner: str) -> str:
    entry = {"dataset": name, "partner": partner, "tier": "province", "method": "api"}
    return call_action("pcio_exchange_create", **entry, status="linked", starts_on="2026-01-05")[
        "id"
    ]


def said(answer: Any) -> str:
    """Return what an answer says; of a workbook, what is in its sheets."""
    if not answer.data.startswith(b"PK"):
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def test_pages_open_and_keep_what_is_hidden(reset_db, migrate_db_for, reset_index):
    reset_db()
    migrate_db_for("pcio")
    reset_index()
    office = factories.Organization(name="office", title="สำนักงาน", image_url="")
    other = factories.Organization(name="other", title="อีกแห่ง", image_url="")
    file = dataset(office, "open", title="เปิด")["resources"][0]["id"]
    hidden = dataset(other, "hidden", title="SECRET-TITLE")
    both = reuse(title="แอป", datasets=["open", "hidden"])
    alone = reuse(title="SECRET-REUSE", datasets=["hidden"])
    seen, unseen = exchange("open", "โรงพยาบาล"), exchange("hidden", "SECRET-PARTNER")
    asked = call_action("pcio_demand_create", title="ขอข้อมูล", organization="office")["id"]
    version = call_action("pcio_demand_update", id=asked, moderation="public")["version"]
    met = {"answer": "fulfilled", "dataset": "hidden"}
    call_action("pcio_demand_answer", id=asked, version=version, **met)
    site_user = call_action("get_site_user")["name"]
    context = {"user": site_user, "ignore_auth": True}
    call_action("package_patch", context, id="hidden", private=True)
    editor = factories.UserWithToken()
    call_action("organization_member_create", id="office", username=editor["name"], role="editor")
    sysadmin = factories.SysadminWithToken()
    app: Any = helpers._get_test_app()
    dictionary = f"/dataset/open/resource/{file}/dictionary"
    lists = (
        *LISTS,
        dictionary,
        f"{dictionary}/edit",
        f"{dictionary}.csv",
        f"/reuse/{both}",
        f"/exchange/{seen}",
        f"/demand/{asked}",
    )
    resource = hidden["resources"][0]["id"]
    refused = (
        *("/usage/dataset/hidden", f"/usage/resource/{resource}"),
        *(f"/usage/series.json?resource_id={resource}", "/usage/daily.csv?dataset_id=hidden"),
        *("/usage/table.json?table=resources&dataset_id=hidden", f"/reuse/{alone}"),
        f"/dataset/hidden/resource/{resource}/dictionary",
        *(f"/exchange/{unseen}", f"/exchange/{unseen}/edit", f"/demand/{asked}/delete"),
    )
    led = {page for page in lists if page.startswith("/readiness/worklist")}
    for who in (None, editor, sysadmin):
        headers = {"Authorization": who["token"]} if who else {}
        for address in lists:
            answer = app.get(address, headers=headers, follow_redirects=False)
            # A visitor is shown the page, refused, or where it is an office's, led to the login.
            known = (200,) if who else (302,) if address in led else (200, 403)
            assert answer.status_code in known, (address, answer.status_code)
            assert who is sysadmin or not SECRET.search(said(answer)), address
        for address in refused:
            answer = app.get(address, headers=headers, follow_redirects=False)
            known = (200,) if who is sysadmin else (403, 404)
            assert answer.status_code in known, (address, answer.status_code)
            assert who is sysadmin or not SECRET.search(said(answer)), address
