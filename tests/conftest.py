"""Fixtures of the whole suite: CKAN's database with this extension's tables."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa
from ckan import model
from xdist.scheduler import LoadScopeScheduling


def pytest_configure(config):
    """Give each process of pytest-xdist a stack of its own."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        inis = os.environ["PCIO_TEST_INIS"].split(os.pathsep)
        config.option.ckan_ini = inis[int(worker["workerid"].removeprefix("gw"))]


def pytest_make_parametrize_id(config, val, argname):
    """Call a file by its length: archives hold their time, and each process has to agree."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) and len(val) > 40 else None


def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a file together, and all that share the browser's portal."""
    config.option.loadscopereorder = False
    return _ByFile(config, log)


class _ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "tests/browser" if path.startswith("tests/browser/") else path


@pytest.fixture
def clean_db(reset_db, migrate_db_for):
    """An empty database that has the tables of the plugins in use.

    `reset_db` empties the tables there are; migrating again what is migrated already would cost
    each test a second.
    """
    reset_db()
    tables = sa.inspect(model.meta.engine).get_table_names()
    for plugin in ("activity", "pcio"):
        if f"{plugin}_alembic_version" not in tables:
            migrate_db_for(plugin)
