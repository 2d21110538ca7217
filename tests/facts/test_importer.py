"""Records of live portals come in unchanged, once, and every oddity is said."""

from __future__ import annotations

import json
from pathlib import Path

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.importer import Importer

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

FILE = Path(__file__).parents[1] / "data" / "real_records.json"
RECORDS = json.loads(FILE.read_text(encoding="utf-8"))


def number_of_datasets() -> int:
    query = sa.select(sa.func.count()).select_from(model.Package)
    return model.Session.execute(query).scalar_one()


def test_the_command_takes_in_every_real_record_once(cli, office):
    arguments = ["pcio", "import-portal", str(FILE), "--organization", "office"]

    rehearsed = cli.invoke(ckan, [*arguments, "--dry-run", "--lang", "en"])
    assert rehearsed.exit_code == 0, rehearsed.output
    assert "nothing was written" in rehearsed.output
    assert number_of_datasets() == 0

    first = cli.invoke(ckan, [*arguments, "--lang", "en"])
    assert first.exit_code == 0, first.output
    assert f"{len(RECORDS)} datasets created" in first.output
    assert number_of_datasets() == len(RECORDS)
    assert sync.check() == []
    # Oddities of R41, R27, R37: a tag CKAN refuses, a licence of another spelling, a text "False".
    for told in ("#กำลังแรงงานรวม", "Creative Commons Non-Commercial", "“False”"):
        assert told in first.output, told

    again = cli.invoke(ckan, [*arguments, "--lang", "en"])
    assert f"0 datasets created, 0 updated, {len(RECORDS)} unchanged" in again.output


def test_ids_and_names_are_kept(office):
    record = next(each for each in RECORDS if each["_id"] == "R15")
    Importer("office").take(record)
    kept = tk.get_action("package_show")({"ignore_auth": True}, {"id": record["id"]})
    assert kept["id"] == record["id"]
    assert kept["resources"][0]["id"] == record["resources"][0]["id"]
    assert "_iso" not in kept
    assert kept["resources"][0].get("_official_statistics_displayed") is None


def test_a_record_is_given_to_its_own_office_when_it_is_here(office):
    record = {"name": "water", "title": "น้ำ", "organization": {"title": "สำนักงานจังหวัด"}}
    assert Importer().take(record).outcome == "created"


def test_a_record_without_an_office_is_refused_and_says_why(office):
    result = Importer().take({"name": "water", "title": "น้ำ", "owner_org": "elsewhere"})
    assert result.outcome == "refused"
    assert any("--organization" in remark.text("en") for remark in result.remarks)
    assert number_of_datasets() == 0


def test_a_private_dataset_stays_private(office):
    Importer("office").take({"name": "water", "title": "น้ำ", "private": "True"})
    assert model.Package.get("water").private is True


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", ""), (b"<html>", "")],
)
def test_a_file_that_is_no_catalog_is_one_sentence(cli, office, tmp_path, content, told):
    file = tmp_path / "file.json"
    file.write_bytes(content)
    done = cli.invoke(
        ckan, ["pcio", "import-portal", str(file), "--organization", "office", "--lang", "en"]
    )
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert told in done.output
    assert number_of_datasets() == 0


def test_an_office_that_does_not_exist_is_one_sentence(cli):
    done = cli.invoke(ckan, ["pcio", "import-portal", str(FILE), "--organization", "nowhere"])
    assert done.exit_code == 1
    assert "Traceback" not in done.output
