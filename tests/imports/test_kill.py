"""`ckan pcio import`, killed on its way and given again, ends as if it had not been."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ckan import model
from ckan.common import config
from ckan.tests.helpers import call_action

from ckanext.pcio.catalog import sync
from ckanext.pcio.catalog.imports import store, writing

from .conftest import activities, command, datasets

pytestmark = pytest.mark.usefixtures("empty")

NUMBER = 130


@pytest.fixture
def many(workbook):
    """A workbook of datasets that fills more than two batches."""
    assert 2 * writing.BATCH < NUMBER
    return workbook(
        *({"name": f"many-{number}", "title": f"ชุดที่ {number}"} for number in range(NUMBER)),
        resources=[{"dataset_name": f"many-{number}"} for number in range(NUMBER)],
    )


def ckan_import(path) -> subprocess.Popen:
    ckan = str(Path(sys.executable).with_name("ckan"))
    arguments = ["pcio", "import", str(path), "--organization", "office", "--lang", "en"]
    return subprocess.Popen(
        [ckan, "-c", config["__file__"], *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(os.environ),
    )


def wait_for(process: subprocess.Popen, reached) -> None:
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        found = reached()
        model.Session.rollback()
        if found:
            return
        time.sleep(0.01)
    raise AssertionError(process.stdout.read())


def rows_on_record() -> int:
    return sum(store.number_of_rows(each) for each in store.ids())


def written() -> int:
    return model.Session.query(model.Package).count()


def test_killed_while_checking_and_while_writing(many):
    for reached in (rows_on_record, written):
        process = ckan_import(many)
        wait_for(process, reached)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert written() < NUMBER

    done = ckan_import(many)
    output = done.communicate(timeout=300)[0].decode()
    assert done.returncode == 0, output
    assert re.search(rf"\b{NUMBER} datasets new", output)
    found = datasets()
    assert len(found) == NUMBER
    assert all(len(each["resources"]) == 1 for each in found.values())
    assert sync.check() == []
    assert all(
        [what for what, _ in activities(each["id"])] == ["new package"] for each in found.values()
    )
    search = call_action("package_search", include_private=True, rows=0)
    assert search["count"] == NUMBER
    assert len(store.ids()) == 1

    again = command(str(many), "--organization", "office", "--lang", "en")
    assert again.exit_code == 0, again.output
    assert f"{NUMBER} unchanged" in again.output


def test_the_command_reports_and_its_exit_code_says_whether_rows_were_refused(workbook):
    path = workbook({}, {"name": "rice", "title": "ข้าว", "last_updated_date": "เมื่อวานนี้"})
    dry = command(str(path), "--organization", "office", "--dry-run", "--lang", "en")
    assert dry.exit_code == 1, dry.output
    assert "Temp2_Meta_Record" in dry.output
    assert "เมื่อวานนี้" in dry.output
    assert "nothing was written" in dry.output
    assert datasets() == {}
    done = command(str(path), "--organization", "office", "--publish", "--lang", "en")
    assert done.exit_code == 1
    assert set(datasets()) == {"tourists"}


def test_an_office_that_is_not_here_is_a_sentence(workbook):
    done = command(str(workbook({})), "--organization", "nowhere", "--lang", "en")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
