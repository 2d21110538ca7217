"""What is committed stays, whatever happens to the process or the directory."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pysolr
import pytest
import requests

from tests.search.conftest import ROOT, command
from tests.search.helpers import dataset


def refused(directory: Path, port: int, *more: str) -> subprocess.CompletedProcess[str]:
    """Run a service that cannot start."""
    return subprocess.run(
        command(directory, port, *more),
        capture_output=True,
        text=True,
        timeout=30,
        cwd=ROOT,
        check=False,
    )


def hits(service, core="ckan"):
    return service.solr(core).search("*:*").hits


def test_kill_between_add_and_commit(own_service):
    own_service.start()
    solr = own_service.solr()
    solr.add([dataset("committed")], commit=True)
    solr.add([dataset("pending")])
    own_service.kill()
    own_service.start()
    assert [doc["name"] for doc in own_service.solr().search("*:*")] == ["committed"]
    # The writer works again after the crash.
    own_service.solr().add([dataset("later")], commit=True)
    assert hits(own_service) == 2


def test_every_acknowledged_commit_survives_a_kill(own_service):
    own_service.start()
    for n in range(20):
        own_service.solr().add([dataset(f"d{n}")], commit=True)
    own_service.kill()
    own_service.start()
    assert hits(own_service) == 20


def test_a_clean_stop_commits_what_is_pending(own_service):
    own_service.start()
    own_service.solr().add([dataset("a")])
    assert own_service.stop() == 0
    own_service.start()
    assert hits(own_service) == 1


def test_two_services_on_one_directory(own_service):
    own_service.start()
    second = refused(own_service.directory, 1, "--wait", "0")
    assert second.returncode == 1
    assert second.stderr == f"Another search service already uses {own_service.directory}.\n"
    assert hits(own_service) == 0


def damage_meta(index):
    (index / "meta.json").write_text("{", encoding="utf-8")


def damage_segments(index):
    for path in index.glob("*.*"):
        if path.suffix in (".store", ".fast", ".term"):
            path.write_bytes(b"\x00" * 64)


def lose_segments(index):
    for path in index.glob("*.store"):
        path.unlink()


def age_layout(index):
    (index / "pcio-layout.json").write_text(json.dumps({"layout": "0"}), encoding="utf-8")


def lose_layout(index):
    (index / "pcio-layout.json").unlink()


@pytest.mark.parametrize(
    "damage", [damage_meta, damage_segments, lose_segments, age_layout, lose_layout]
)
def test_an_unusable_index_is_set_aside(own_service, damage):
    own_service.start()
    own_service.solr().add([dataset("a", "Title")], commit=True)
    own_service.stop()
    damage(own_service.directory / "ckan")
    own_service.start()
    assert hits(own_service) == 0
    log = own_service.log.read_text()
    assert "ckan search-index rebuild" in log
    assert len(list(own_service.directory.glob("ckan.unusable-*"))) == 1
    own_service.solr().add([dataset("b")], commit=True)
    assert hits(own_service) == 1


def test_a_directory_that_vanishes_is_an_error_answer_and_repaired_by_a_restart(own_service):
    own_service.start()
    own_service.solr().add([dataset("a")], commit=True)
    shutil.rmtree(own_service.directory / "ckan")
    with pytest.raises(pysolr.SolrError, match=r"HTTP 503.*cannot be written"):
        own_service.solr().add([dataset("b")], commit=True)
    own_service.stop()
    own_service.start()
    own_service.solr().add([dataset("c")], commit=True)
    assert hits(own_service) == 1


def test_a_port_in_use_is_one_line_and_an_exit(own_service, tmp_path):
    own_service.start()
    second = refused(tmp_path / "other", own_service.port)
    assert second.returncode == 1
    assert second.stderr == (
        f"The address 127.0.0.1:{own_service.port} cannot be used: Address already in use\n"
    )


def test_only_the_owner_can_read_the_index(own_service):
    own_service.start()
    own_service.solr().add([dataset("secret", capacity="private")], commit=True)
    for path in own_service.directory.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_ready_is_said_once_everything_is_loaded(own_service):
    own_service.start()
    address = f"http://127.0.0.1:{own_service.port}/solr"
    assert f"Search service ready: {address}\n" in own_service.log.read_text()
    assert requests.get(f"{address}/ckan/admin/ping", timeout=5).ok
    own_service.stop()
    assert own_service.process.returncode == 0
