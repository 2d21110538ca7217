"""What stands beside the register: the survey's records, letters, the migration, the words."""

from __future__ import annotations

from datetime import date
from email import message_from_string
from email.header import decode_header, make_header

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.cli.db import _run_migrations
from ckan.lib import jobs
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.pcio.registers import vocabulary
from ckanext.pcio.registers.reuse import notify, queries
from ckanext.pcio.registers.reuse.model import REUSE, REUSE_DATASET

from .conftest import told

REVIEW = "http://test.ckan.net/reuse/review"


def approved(api, *datasets, **changes):
    made = api("pcio_reuse_create", told(*datasets, **changes))
    sysadmin = factories.SysadminWithToken()["token"]
    decision = {"id": made["id"], "version": 1, "decision": "approve"}
    return api("pcio_reuse_review", decision, sysadmin)


def test_the_survey_reads_the_sentences_of_its_table(api):
    rice, fish = (call_action("package_show", id=name)["id"] for name in ("rice", "fish"))
    approved(api, "rice", "fish", how="บรรทัดหนึ่ง\n\nบรรทัดสอง")
    approved(api, "fish", title="ข่าว", user_kind="citizen", user_name="", link="", used_on="")
    api("pcio_reuse_create", told("rice", title="ยังรอ", link=None))
    first, second = queries.records(None)
    assert first.datasets == (rice, fish)
    assert first.how == "แอปเตือนภัยแล้ง: บรรทัดหนึ่ง บรรทัดสอง"
    assert first.who == "บริษัทตัวอย่าง (ภาคเอกชน)"
    assert (first.link, first.date) == ("https://app.example.com/", date(2024, 5, 1))
    assert first.approved
    assert second.approved
    assert (second.who, second.link, second.date) == ("ประชาชนทั่วไป", None, None)
    (seen,) = queries.records(frozenset({rice}))
    assert seen.datasets == (rice,)
    assert queries.records(frozenset()) == ()


def test_officers_get_a_letter_where_the_portal_is_set_to(api, office, mail_server, monkeypatch):
    editor = factories.User(email="editor@office.example.go.th")
    member = factories.User(email="member@office.example.go.th")
    for user, role in ((editor, "editor"), (member, "member")):
        call_action("organization_member_create", id=office["id"], username=user["name"], role=role)
    rice = call_action("package_show", id="rice")["id"]
    with_letters = {"ckanext.pcio.registers.notify_officers": True}
    api("pcio_reuse_create", told("rice", link=None))
    notify.officers_later("x", "แอป", [rice])
    assert mail_server.get_smtp_messages() == []
    for name, value in with_letters.items():
        monkeypatch.setitem(tk.config, name, value)
    notify.officers("x", "แอป {title}", [rice], REVIEW)
    letters = mail_server.get_smtp_messages()
    letter = message_from_string(letters[0][3])
    assert "รอการอนุมัติ" in str(make_header(decode_header(letter["Subject"])))
    text = letter.get_payload(decode=True) or letter.get_payload()[0].get_payload(decode=True)
    assert "แอป {title}" in text.decode("utf-8")
    assert "/reuse/review" in text.decode("utf-8")
    sent = [message[2] for message in letters]
    assert ["editor@office.example.go.th"] in sent
    assert ["member@office.example.go.th"] not in sent


def test_the_letter_is_the_workers_to_write(api, office, mail_server, monkeypatch):
    """Told over the API with letters on, the job that waits is one the worker can run."""
    editor = factories.User(email="two@office.example.go.th")
    call_action(
        "organization_member_create", id=office["id"], username=editor["name"], role="editor"
    )
    monkeypatch.setitem(tk.config, "ckanext.pcio.registers.notify_officers", True)
    jobs.get_queue().empty()
    api("pcio_reuse_create", told("rice"))
    assert mail_server.get_smtp_messages() == []
    (job,) = jobs.get_queue().jobs
    job.perform()
    sent = [message[2] for message in mail_server.get_smtp_messages()]
    assert ["two@office.example.go.th"] in sent


def test_no_letter_ever_stops_an_entry(api, monkeypatch):
    monkeypatch.setitem(tk.config, "ckanext.pcio.registers.notify_officers", True)
    monkeypatch.setattr(tk, "enqueue_job", lambda *_a, **_k: 1 / 0)
    assert "key" in api("pcio_reuse_create", told("rice"))
    monkeypatch.setitem(tk.config, "smtp.server", "127.0.0.1:9")
    notify.officers("x", "แอป", [call_action("package_show", id="rice")["id"]], REVIEW)


def test_every_key_has_its_words_in_both_languages():
    for name in (vocabulary.REUSE_TYPE, vocabulary.REUSE_USER):
        thai, english = vocabulary.choices(name, "th"), vocabulary.choices(name, "en")
        assert [key for key, _ in thai] == [key for key, _ in english]
        assert all(text != key for key, text in (*thai, *english))
    assert vocabulary.label(vocabulary.REUSE_TYPE, "gone", "th") == "gone"


def test_the_migration_goes_down_and_up_again(api, reset_db, migrate_db_for):
    """Down from full tables leaves nothing of them; up again they are as the model says."""
    approved(api, "rice", "fish")
    model.Session.remove()
    _run_migrations("pcio", version="7d20a9c4e6b1", forward=False)
    names = {"pcio_reuse", "pcio_reuse_dataset"}
    assert not names & set(sa.inspect(model.meta.engine).get_table_names())
    _run_migrations("pcio", version="head", forward=True)
    looked = sa.inspect(model.meta.engine)
    for table in (REUSE, REUSE_DATASET):
        columns = {c["name"]: c["nullable"] for c in looked.get_columns(table.name)}
        assert columns == {c.name: c.nullable for c in table.columns}
        indexes = {i["name"]: i["unique"] for i in looked.get_indexes(table.name)}
        assert indexes == {i.name: bool(i.unique) for i in table.indexes}
    assert "key" in api("pcio_reuse_create", told("rice"))
