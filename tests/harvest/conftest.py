"""The portal over real HTTP, and the center that harvests it."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from ckan import model
from ckan.common import config
from ckan.tests.helpers import _get_test_app
from werkzeug.serving import WSGIRequestHandler, make_server

from ckanext.pcio.standard.fields import dataset_fields, field_vocabulary_name, resource_fields
from ckanext.pcio.standard.vocabulary import vocabularies
from tests.dashboard.builders import loaded_plugins

SCHEMA = "center"
# What CKAN's own schema holds already.
CORE = frozenset(
    {"title", "name", "notes", "url", "license_id", "maintainer", "maintainer_email", "owner_org"}
    | {"tag_string", "private", "state", "author", "author_email", "version"}
)
CORE_OF_RESOURCES = frozenset({"url", "name", "description", "format"})


class _Quiet(WSGIRequestHandler):
    def log(self, *_args):
        pass


@pytest.fixture(scope="module")
def portal_process(reset_db, migrate_db_for, reset_index):
    """Our portal with an empty database, answering over HTTP; its address."""
    with loaded_plugins():
        reset_db()
        for plugin in ("activity", "pcio"):
            migrate_db_for(plugin)
        reset_index()
        server = make_server(
            "127.0.0.1", 0, _get_test_app().app, threaded=True, request_handler=_Quiet
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


def _schema_of(fields, core):
    known = []
    for name, field in fields.items():
        if name in core:
            continue
        entry = {"field_name": name, "label": name}
        words = vocabularies().get(field_vocabulary_name(field))
        if words:
            terms = words.terms
            entry["choices"] = [{"value": term.value, "label": term.value} for term in terms]
            entry["preset"] = "multiple_checkbox" if words.multiple else "select"
        else:
            entry["validators"] = "ignore_missing unicode_safe"
        known.append(entry)
    return known


def _write_ini(folder: Path) -> Path:
    """Write the center's settings: this run's services, a database schema and an id of its own."""
    schema = {
        "scheming_version": 2,
        "dataset_type": "dataset",
        "about": "The fields of the standard",
        "about_url": "https://example.org",
        "dataset_fields": _schema_of(dataset_fields(), CORE),
        "resource_fields": _schema_of(resource_fields(), CORE_OF_RESOURCES),
    }
    # ckanext-scheming finds schema files beside a module.
    module = folder / "center_fields"
    module.mkdir()
    (module / "__init__.py").touch()
    (module / "fields.yaml").write_text(
        yaml.safe_dump(schema, allow_unicode=True), encoding="utf-8"
    )
    settings = configparser.RawConfigParser()
    settings.optionxform = str  # names of settings keep their case
    settings["app:main"] = {
        "use": "egg:ckan",
        "SECRET_KEY": "for-tests-only",
        "sqlalchemy.url": f"{config['sqlalchemy.url']}?options=-csearch_path={SCHEMA}",
        "ckan.redis.url": config["ckan.redis.url"],
        "solr_url": config["solr_url"],
        "ckan.site_id": "pcio_center",
        "ckan.site_url": "http://center.example",
        "ckan.storage_path": str(folder),
        "ckan.plugins": "pcio_test_center scheming_datasets harvest ckan_harvester",
        "scheming.dataset_schemas": "center_fields:fields.yaml",
        "scheming.presets": "ckanext.scheming:presets.json",
        "ckan.auth.create_unowned_dataset": "true",
    }
    ini = folder / "center.ini"
    with ini.open("w", encoding="utf-8") as file:
        settings.write(file)
    # CKAN finds plugins among the entry points of what is installed.
    dist = folder / "pcio_test_center-1.dist-info"
    dist.mkdir()
    (dist / "METADATA").write_text("Metadata-Version: 2.1\nName: pcio-test-center\nVersion: 1\n")
    (dist / "entry_points.txt").write_text("[ckan.plugins]\npcio_test_center = center:Center\n")
    return ini


class Center:
    """The running center: each `harvest` is one job."""

    def __init__(self, folder: Path, url: str) -> None:
        ini = _write_ini(folder)
        self.result = folder / "result.json"
        self.log = folder / "center.log"
        with model.meta.engine.begin() as connection:
            connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
            connection.execute(sa.text(f"CREATE SCHEMA {SCHEMA}"))
        program = str(Path(__file__).with_name("center.py"))
        with self.log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, program, str(ini), url, str(self.result)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(folder)},
                text=True,
            )

    def _wait_for(self, word: str) -> None:
        for line in self.process.stdout:
            if line.strip() == word:
                return
        raise AssertionError(self.log.read_text(encoding="utf-8")[-4000:])

    def ready(self) -> None:
        self._wait_for("ready")

    def harvest(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self._wait_for("done")
        return json.loads(self.result.read_text(encoding="utf-8"))

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
        with model.meta.engine.begin() as connection:
            connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


@pytest.fixture(scope="module")
def center(portal_process, tmp_path_factory):
    """A center that harvests `portal_process`."""
    running = Center(tmp_path_factory.mktemp("center"), portal_process)
    try:
        yield running
    finally:
        running.stop()
