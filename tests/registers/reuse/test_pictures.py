"""The picture of a reuse: read by its content, written anew, kept no longer than its entry."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.uploader import get_storage_path
from PIL import Image

from .conftest import person, picture, sent, stored, told


def send_picture(app, content, filename="picture.png", token=None, mimetype="image/png"):
    form = {**told("rice", link="", datasets="rice"), "picture_alt": "หน้าจอแอป"}
    form["picture_upload"] = (io.BytesIO(content), filename, mimetype)
    headers = {"Authorization": token} if token else {}
    return app.post("/api/3/action/pcio_reuse_create", data=form, headers=headers)


def folder():
    return Path(get_storage_path()) / "storage" / "uploads" / "pcio_reuse"


def files():
    return sorted(path.name for path in folder().glob("*"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_written_anew(app, api, office, kind):
    before = files()
    content = picture(kind, (3000, 1000)) + b"<script>alert(1)</script>"
    assert send_picture(app, content, "x.svg").status_code == 200
    (name,) = set(files()) - set(before)
    assert name.endswith((".jpg", ".jpeg", ".jpe"))
    kept = (folder() / name).read_bytes()
    assert b"script" not in kept
    assert Image.open(io.BytesIO(kept)).size == (1280, 427)


def test_a_photograph_tells_no_place(app, office):
    before = files()
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    assert send_picture(app, picture("JPEG", exif=exif), "a.jpg").status_code == 200
    (name,) = set(files()) - set(before)
    assert b"SECRET-PLACE" not in (folder() / name).read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
        b"GIF89a<script>alert(1)</script>",
        b"<html><script>alert(1)</script>",
        b"",
        b"x" * 10_000_000,
        pytest.param(picture("PNG", (9000, 9000)), id="bomb"),
        picture("PNG")[:60],
        picture("BMP"),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_picture_is_refused_by_its_content(app, office, content):
    before = files()
    answer = send_picture(app, content)
    assert answer.status_code == 409
    assert re.search("[\u0e01-\u0e5b]", str(answer.json["error"]["picture_upload"]))
    assert files() == before
    assert stored() == 0


def test_a_picture_is_replaced_and_removed_with_its_entry(app, api, office):
    editor = person(office)
    before = set(files())
    made = send_picture(app, picture()).json["result"]
    (first,) = set(files()) - before
    assert made["picture_url"] is None
    headers = {"Authorization": editor}
    form = {
        "id": made["id"],
        "version": "1",
        "picture_upload": (io.BytesIO(picture("JPEG")), "b.jpg", "image/jpeg"),
    }
    answer = app.post("/api/3/action/pcio_reuse_update", data=form, headers=headers)
    (second,) = set(files()) - before
    assert second != first
    url = answer.json["result"]["picture_url"]
    assert app.get(url.replace("http://test.ckan.net", "")).headers["Content-Type"] == "image/jpeg"
    late = {"id": made["id"], "version": 1, "picture_clear": True}
    assert api("pcio_reuse_update", late, editor)["status"] == 409
    assert set(files()) - before == {second}
    api("pcio_reuse_update", {**late, "version": 2}, editor)
    assert set(files()) == before
    again = send_picture(app, picture()).json["result"]
    api("pcio_reuse_delete", {"id": again["id"]}, editor)
    assert set(files()) == before
    assert api("pcio_reuse_show", {"id": again["id"]}, editor)["status"] == 403
    left = model.Session.scalar(sa.text("select count(*) from pcio_reuse_dataset"))
    assert left == 1


def test_a_chosen_picture_survives_a_mistake_in_the_form(app, api, office):
    before = set(files())
    file = (io.BytesIO(picture("JPEG", (2000, 900))), "a.jpg", "image/jpeg")
    page = sent(app, title="", link="", picture_upload=file)
    kept = re.search(r'name="picture_data" value="([^"]+)"', page.body)[1]
    assert set(files()) == before
    assert sent(app, link="", picture_data=kept).status_code == 302
    (name,) = set(files()) - before
    assert Image.open(folder() / name).size == (1280, 576)
    for wrong in ("x", "ก", "AAAA", ["x"], 5):
        assert api("pcio_reuse_create", told("rice", picture_data=wrong))["picture_upload"]


def test_a_picture_is_small_whatever_is_on_it(app, office):
    before = set(files())
    noise = Image.effect_noise((1300, 1300), 100)
    written = io.BytesIO()
    noise.save(written, "JPEG", quality=80)
    assert send_picture(app, written.getvalue(), "a.jpg").status_code == 200
    (name,) = set(files()) - before
    assert (folder() / name).stat().st_size <= 300_000
