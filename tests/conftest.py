"""Fixtures of the whole suite: CKAN's database with this extension's tables."""

from __future__ import annotations

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests import quicker


def pytest_configure(config):
    """Give each process of pytest-xdist a stack of its own."""
    quicker.quicken()
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


# Files, and what shares the browser's portal, that take longest.
LONG = ("tests/browser/", "tests/test_hostile_requests.py", "tests/portal/")


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that no process waits at the end for the other."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


class _ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "tests/browser" if path.startswith("tests/browser/") else path


@pytest.fixture(scope="session")
def migrate_db_for(migrate_db_for):
    """CKAN's function, which leaves alone what stands at the newest migration already."""

    def migrate(plugin: str, version: str = "head", forward: bool = True) -> None:
        if version != "head" or not forward or not quicker.is_newest(plugin):
            migrate_db_for(plugin, version, forward)

    return migrate


@pytest.fixture
def clean_db(reset_db, migrate_db_for):
    """An empty database that has the tables of the plugins in use.

    `reset_db` empties the tables there are, so migrations have rarely anything to do.
    """
    reset_db()
    for plugin in ("activity", "pcio"):
        migrate_db_for(plugin)
