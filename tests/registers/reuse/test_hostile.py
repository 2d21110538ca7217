"""What strangers may send: spam, scripts, huge texts, and files that are no pictures."""

from __future__ import annotations

import re
import threading

import pytest
import sqlalchemy as sa
from ckan import model
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.registers import spam
from ckanext.pcio.registers.reuse import links
from ckanext.pcio.registers.reuse.model import REUSE

from .conftest import person, sent, stored, told

SCRIPT = '"><script>alert(1)</script>'


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
