"""What strangers may send: spam, scripts, huge texts, and files that are no pictures."""

from __future__ import annotations

import io
import re
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.uploader import get_storage_path
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ckanext.pcio.registers import spam
from ckanext.pcio.registers.reuse import links, store
from ckanext.pcio.registers.reuse.model import REUSE

from .conftest import person, picture, told

SCRIPT = '"><script>alert(1)</script>'


def sent(app, *, age=10, **changes):
    """Fill in the form `age` seconds after it was opened, and send it."""
    form = {**told("rice", email="", link=""), **changes}
    if "form_token" not in changes:
        with freeze_time(datetime.now(timezone.utc) - timedelta(seconds=age)):
            form["form_token"] = spam.token("reuse")
    return app.post("/reuse/new", data=form, follow_redirects=False)


def stored() -> int:
    return store.total(sa.true())


def test_a_form_filled_in_by_a_person_is_taken(app, office):
    answer = sent(app)
    assert answer.status_code == 302
    assert stored() == 1
    page = app.get(answer.headers["location"])
    assert "ขอบคุณ ได้รับรายการของท่านแล้ว" in page.body
    assert page.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"homepage_address": "https://spam.example"}, "ช่องที่ซ่อนไว้"),
        ({"age": 1}, "เร็วกว่าที่คนทั่วไปจะกรอกได้"),
        ({"age": 90_000}, "เปิดค้างไว้นานเกินไป"),
        ({"form_token": ""}, "เปิดค้างไว้นานเกินไป"),
        ({"form_token": "InJldXNlIg.made.up"}, "เปิดค้างไว้นานเกินไป"),
        ({"how": "www.a.example http://b.example https://c.example"}, "ไม่เกิน 2 ลิงก์"),
    ],
)
def test_what_no_person_sends_is_refused_and_nothing_is_lost(app, office, changes, sentence):
    page = sent(app, title="ผลงาน <ของ> ฉัน", **changes)
    assert page.status_code == 200
    assert sentence in page.body
    assert 'value="ผลงาน &lt;ของ&gt; ฉัน"' in page.body
    assert 'value="rice"' in page.body
    assert "checked" in re.search(r'value="company"[^>]*', page.body)[0]
    assert stored() == 0


def test_a_token_is_for_one_register_and_outlives_a_mistake(app, office):
    with app.flask_app.test_request_context():
        token = spam.token("reuse")
        assert spam.token("reuse", {"form_token": token}) == token
        assert spam.token("demand", {"form_token": token}) != token
        assert spam.token("reuse", {"form_token": "made.up"}) != "made.up"


@pytest.mark.ckan_config("ckanext.pcio.registers.submissions_per_hour", 2)
def test_visitors_are_limited_over_the_form_and_the_api(app, api, office):
    wrong = told("rice", title="")
    assert all(api("pcio_reuse_create", wrong)["status"] == 409 for _ in range(4))
    assert "key" in api("pcio_reuse_create", told("rice", link=None))
    assert "key" in api("pcio_reuse_create", told("rice", link=None))
    refused = api("pcio_reuse_create", told("rice", link=None))
    assert "ไม่เกิน 2 รายการต่อชั่วโมง" in refused["submission"][0]
    page = sent(app, title="ยังอยู่", link="")
    assert "ไม่เกิน 2 รายการต่อชั่วโมง" in page.body
    assert "ยังอยู่" in page.body
    assert stored() == 2
    person_with_login = person()
    assert "key" in api("pcio_reuse_create", told("rice", link=None), person_with_login)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("link", "javascript:alert(1)"),
        ("link", "data:text/html,<script>"),
        ("link", "https://user@evil.example"),
        ("link", "https://a b.example"),
        ("link", "ftp://a.example"),
        ("link", "https://a.example/" + "x" * 3000),
        ("title", "ก" * 201),
        ("title", ""),
        ("title", "   \u200b "),
        ("title", {"a": 1}),
        ("how", "x" * 10_000),
        ("how", None),
        ("user_kind", "martian"),
        ("type", ["application"]),
        ("type", {}),
        ("datasets", [{"id": "rice"}]),
        ("datasets", ["rice"] + [f"x{number}" for number in range(30)]),
        ("used_on", "2999-01-01"),
        ("used_on", "31/02/2567"),
        ("email", "not an address"),
        ("email", "a@b.c" + "x" * 300),
        ("picture_upload", "text"),
    ],
)
def test_a_wrong_value_is_a_sentence_and_writes_nothing(api, office, field, value):
    refused = api("pcio_reuse_create", {**told("rice"), field: value})
    assert refused["status"] == 409
    assert re.search("[\u0e01-\u0e5b]", str(refused[field])), refused
    assert stored() == 0


def test_scripts_markup_and_emoji_are_shown_as_text(app, api, office):
    editor = person(office)
    how = f"{SCRIPT}\r\n\r\n\r\n**หนา** [x](javascript:alert(1)) 🌾👩🏽‍🌾\x00\u202e"
    made = api(
        "pcio_reuse_create",
        told("rice", title=SCRIPT, how=how, user_name=SCRIPT, link=f"https://a.example/{SCRIPT}"),
    )
    decision = {"id": made["id"], "version": 1, "decision": "approve"}
    api("pcio_reuse_review", decision, editor)
    for address in ("/reuse", f"/reuse/{made['id']}", "/dataset/rice"):
        page = app.get(address).body
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
        assert 'href="javascript' not in page
    page = app.get(f"/reuse/{made['id']}").body
    assert "**หนา**" in page
    assert "🌾" in page
    assert "\x00" not in page
    assert "\u202e" not in page


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


def test_two_officers_in_the_same_moment(app, api, office):
    """The second waits for the first one's transaction and then finds another version."""
    editor = person(office)
    made = api("pcio_reuse_create", told("rice"))
    answers = []
    with model.meta.engine.begin() as connection:
        change = sa.update(REUSE).values(state="approved", version=2)
        connection.execute(change.where(REUSE.c.id == made["id"]))
        arguments = {"id": made["id"], "version": 1, "decision": "reject", "reason": "x"}
        second = threading.Thread(
            target=lambda: answers.append(api("pcio_reuse_review", arguments, editor))
        )
        second.start()
        second.join(0.5)
        assert second.is_alive()
    second.join(20)
    assert answers[0]["status"] == 409
    assert answers[0]["version"]
    assert api("pcio_reuse_show", {"id": made["id"]}, editor)["state"] == "approved"


def test_the_same_link_in_the_same_moment(app, api, office):
    made = api("pcio_reuse_create", told("rice", link="https://a.example"))
    answers = []
    with model.meta.engine.begin() as connection:
        row = connection.execute(sa.select(REUSE).where(REUSE.c.id == made["id"])).mappings().one()
        twin = {**row, "id": "twin", "link_key": "b.example"}
        connection.execute(sa.insert(REUSE).values(twin))
        second = threading.Thread(
            target=lambda: answers.append(
                api("pcio_reuse_create", told("rice", link="https://b.example"))
            )
        )
        second.start()
        second.join(0.7)
        assert second.is_alive()
    second.join(20)
    assert answers[0]["status"] == 409
    assert answers[0]["link"]
    assert stored() == 2


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_links(text):
    assert isinstance(links.key(text), str)
    taken = links.web_address(text)
    assert taken is None or taken == text


@given(
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["a.example", "A.Example", "www.a.example"]),
    st.sampled_from(["", "/"]),
    st.sampled_from(["", "#top", "?utm_source=x", "?fbclid=1#x"]),
)
def test_what_makes_no_difference_in_a_link(scheme, host, slash, rest):
    assert links.key(f"{scheme}://{host}/x{slash}{rest}") == "a.example/x"
