"""States, their Thai texts, what is asked about, published names."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.pcio.catalog.registration import listed, states, words

# The table of the reference (§7.2): state, the portal's Thai text.
APPROVING = "อยู่ระหว่างกระบวนการอนุมัติ ควรหลีกเลี่ยงการแก้ไข"
REVOKING = "อยู่ระหว่างกระบวนการเพิกถอน"
TEXTS = {
    "WAIT": "พร้อมลงทะเบียน",
    "WAIT_VALIDATE": APPROVING,
    "VALIDATE": APPROVING,
    "WAIT_VALIDATE_MODIFIED": APPROVING,
    "VALIDATE_MODIFIED": APPROVING,
    "APPROVAL": APPROVING,
    "COMPLETED": "ลงทะเบียนแล้ว",
    "REJECT": "ไม่ผ่านเกณฑ์",
    "WAIT_REVOKE": REVOKING,
    "VALIDATE_REVOKE": REVOKING,
    "REVOKE": REVOKING,
    "DELETED": "เพิกถอนแล้ว",
}


def test_every_state_has_the_text_of_the_reference():
    assert {key: state.text("th") for key, state in states.states().items()} == TEXTS
    for state in states.states().values():
        assert words.editing(state).text("th") != words.editing(state).text("en")


def test_a_rejected_dataset_that_was_changed_says_so():
    early, late = (datetime(2026, 1, day, tzinfo=timezone.utc) for day in (1, 2))
    changed = states.changed_since(late, early)
    assert states.label("REJECT", "th", changed_since=changed) == "ไม่ผ่านเกณฑ์ (ปรับปรุงแล้ว)"
    assert states.label("REJECT", "th", changed_since=states.changed_since(early, late)) == (
        "ไม่ผ่านเกณฑ์"
    )
    assert states.label("COMPLETED", "th", changed_since=True) == "ลงทะเบียนแล้ว"
    assert states.changed_since(late, None) is False


def test_a_state_of_a_later_version_is_shown_as_it_is():
    assert states.label("ESCALATED", "th") == "ESCALATED"
    assert words.deleting(states.state_of("ESCALATED")) is None


@pytest.mark.parametrize(
    ("state", "told"),
    [
        *((key, True) for key in ("COMPLETED", "VALIDATE", "APPROVAL", "WAIT_REVOKE", "REVOKE")),
        *((key, False) for key in ("", "WAIT", "REJECT", "DELETED")),
    ],
)
def test_who_deletes_a_dataset_known_there_is_told_what_to_do(state, told):
    sentence = words.deleting(states.state_of(state))
    assert (sentence is not None) is told
    if sentence:
        assert "เพิกถอน" in sentence.text("th")
        assert "revoked" in sentence.text("en")


@pytest.mark.parametrize(
    ("record", "asked"),
    [
        ({}, True),
        ({"type": "dataset", "allow_harvest": "True"}, True),
        ({"allow_harvest": ""}, True),
        ({"allow_harvest": "False"}, False),
        ({"allow_harvest": "false"}, False),
        ({"allow_harvest": False}, False),
        ({"type": "harvest"}, False),
        ({"type": "showcase", "allow_harvest": "True"}, False),
        ({"reference_url_catalog": "https://gdcatalog.go.th/dataset/x"}, False),
        ({"reference_url_catalog": ""}, True),
        ({"reference_url_catalog": "-"}, True),
        ({"extras": [{"key": "allow_harvest", "value": "False"}]}, False),
    ],
)
def test_what_is_asked_about(record, asked):
    assert states.is_asked_about(record) is asked


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("impexp_product", "gdpublish-impexp-product"),  # R33
        ("lpd04", "gdpublish-lpd04"),  # R39
        ("a_b_c-d", "gdpublish-a-b-c-d"),
    ],
)
def test_the_name_of_the_published_copy(name, published):
    assert states.published_name(name) == published


@given(st.binary(max_size=400))
def test_whatever_a_list_holds_it_is_read_or_told(content):
    with suppress(listed.ListError):
        for row in listed.read_list(content):
            assert row.reason is not None or row.state in TEXTS


def test_a_list_out_of_a_spreadsheet_is_read():
    text = (
        "ชุดข้อมูล,สถานะการลงทะเบียน,วันที่\r\n"
        "water,ลงทะเบียนแล้ว,2 พฤษภาคม 2566\r\n"
        "roads,reject,2023-05-02\r\n"
        "rain,อนุมัติ,\r\n"
        "wind,WAIT,02/03/66\r\n"
        ",WAIT,\r\n"
    )
    for content in (text.encode("utf-8-sig"), text.encode("cp874")):
        rows = listed.read_list(content)
        assert [(row.row, row.dataset, row.state, str(row.day)) for row in rows[:2]] == [
            (2, "water", "COMPLETED", "2023-05-02"),
            (3, "roads", "REJECT", "2023-05-02"),
        ]
        assert [row.row for row in rows if row.reason] == [4, 5, 6]
