"""Two offices, their people and datasets, and entries told over the API."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers
from ckan.tests.helpers import call_action
from freezegun import freeze_time
from PIL import Image

from ckanext.pcio.registers import spam
from ckanext.pcio.registers.reuse import store
from ckanext.pcio.registers.reuse.model import REUSE, REUSE_DATASET
from ckanext.pcio.usage import buffer
from tests.dashboard.builders import loaded_plugins
from tests.schema.records import mandatory


@pytest.fixture(scope="package")
def portal(reset_db, migrate_db_for, reset_index) -> Iterator[dict[str, Any]]:
    """Two offices with a dataset each, and the tokens of their people; made once for all files."""
    with loaded_plugins():
        reset_db()
        migrate_db_for("activity")
        migrate_db_for("pcio")
        reset_index()
        offices = {
            "office": factories.Organization(
                name="office", title="สำนักงานเกษตรจังหวัด", image_url=""
            ),
            "other": factories.Organization(name="other", title="สำนักงานสถิติจังหวัด", image_url=""),
        }
        dataset(offices["office"], "rice")
        dataset(offices["other"], "fish")
        yield offices


@pytest.fixture(autouse=True)
def _empty_register(portal) -> None:
    """Nothing was told yet, and no visitor has sent anything within the hour."""
    model.Session.execute(sa.delete(REUSE_DATASET))
    model.Session.execute(sa.delete(REUSE))
    model.Session.commit()
    forget_visitors()


def forget_visitors() -> None:
    """Make the rate limit begin anew."""
    redis = buffer.connection()
    for key in redis.scan_iter(f"{buffer.prefix()}rate:*"):
        redis.delete(key)


@pytest.fixture
def office(portal) -> dict[str, Any]:
    """The office of the dataset `rice`."""
    return portal["office"]


@pytest.fixture
def other(portal) -> dict[str, Any]:
    """The office of the dataset `fish`."""
    return portal["other"]


@pytest.fixture(scope="package")
def app(portal) -> Any:
    return helpers._get_test_app()


def dataset(owner: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    """Create a published dataset of an office."""
    record = mandatory(name=name, owner_org=owner["id"], **{"title": f"ข้อมูล {name}", **changes})
    return _as_site_user("package_create", **record)


def _as_site_user(action: str, **arguments: Any) -> dict[str, Any]:
    site_user = call_action("get_site_user")["name"]
    return call_action(action, {"user": site_user, "ignore_auth": True}, **arguments)


def make_private(name: str) -> None:
    _as_site_user("package_patch", id=name, private=True)


def remove(name: str) -> None:
    _as_site_user("package_delete", id=name)


def person(owner: dict[str, Any] | None = None, capacity: str = "editor") -> str:
    """Return the token of a new user, in a role of an office where one is given."""
    user = factories.UserWithToken()
    if owner:
        call_action(
            "organization_member_create", id=owner["id"], username=user["name"], role=capacity
        )
    return user["token"]


def told(*datasets: str, **changes: Any) -> dict[str, Any]:
    """Return what somebody tells of a reuse."""
    return {
        "title": "แอปเตือนภัยแล้ง",
        "how": "นำข้อมูลพื้นที่เพาะปลูกไปเตือนเกษตรกร",
        "user_kind": "company",
        "user_name": "บริษัทตัวอย่าง",
        "type": "application",
        "datasets": list(datasets),
        "link": "https://app.example.com/",
        "used_on": "2024-05-01",
        "email": "dev@example.com",
        **changes,
    }


class Api:
    """A client of the action API."""

    def __init__(self, app) -> None:
        self._app = app

    def __call__(self, action: str, arguments: dict[str, Any], token: str | None = None) -> Any:
        """Return the result; an error answer is returned as its `error` with its HTTP status."""
        headers = {"Authorization": token} if token else {}
        answer = self._app.post(f"/api/3/action/{action}", json=arguments, headers=headers)
        if answer.status_code == 200:
            return answer.json["result"]
        return {"status": answer.status_code, **answer.json["error"]}


@pytest.fixture
def api(app) -> Api:
    return Api(app)


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **options)
    return written.getvalue()


def sent(app, *, age=10, **changes):
    """Fill in the form `age` seconds after it was opened, and send it."""
    form = {**told("rice", email="", link=""), **changes}
    if "form_token" not in changes:
        with freeze_time(datetime.now(timezone.utc) - timedelta(seconds=age)):
            form["form_token"] = spam.token("reuse")
    return app.post("/reuse/new", data=form, follow_redirects=False)


def stored() -> int:
    return store.total(sa.true())
