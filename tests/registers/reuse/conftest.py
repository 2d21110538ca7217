"""Two offices, their people and datasets, and entries told over the API."""

from __future__ import annotations

import io
from typing import Any

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from PIL import Image

from ckanext.pcio.usage import buffer
from tests.schema.records import mandatory


@pytest.fixture(autouse=True)
def _portal(with_plugins, clean_db, clean_index):
    """An empty portal whose visitors have sent nothing within the hour."""
    redis = buffer.connection()
    for key in redis.scan_iter(f"{buffer.prefix()}rate:*"):
        redis.delete(key)


@pytest.fixture
def office() -> dict[str, Any]:
    return factories.Organization(name="office", title="สำนักงานเกษตรจังหวัด", image_url="")


@pytest.fixture
def other() -> dict[str, Any]:
    return factories.Organization(name="other", title="สำนักงานสถิติจังหวัด", image_url="")


def dataset(owner: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    """Create a published dataset of an office."""
    site_user = call_action("get_site_user")["name"]
    record = mandatory(name=name, owner_org=owner["id"], **{"title": f"ข้อมูล {name}", **changes})
    return call_action("package_create", {"user": site_user, "ignore_auth": True}, **record)


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
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()
