"""CKAN's own search tests, against this service.

They run in a process of their own, with CKAN's default settings on the services the suite runs
on, in a core of their own. Listed is what in CKAN 2.12 is about asking the search engine (its tag
and resource searches ask the database). Left out are only two tests of `lib.search.test_search`
whose data files are not in CKAN's wheel (`data/schema-no-version.xml` and
`data/schema-wrong-version.xml`); they read a file and never reach the engine.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import ckan
import pytest
from ckan import model

TESTS = [
    "lib/search/test_common.py",
    "lib/search/test_index.py",
    "lib/search/test_query.py::TestPackageQuery",
    "lib/search/test_search.py",
    "logic/action/test_get.py::TestPackageAutocomplete",
    "logic/action/test_get.py::TestPackageSearch",
    "logic/action/test_get.py::TestPackageAutocompleteWithDatasetForm",
    "controllers/test_package.py::TestSearch",
    "cli/test_search_index.py",
]
LEFT_OUT = [
    "lib/search/test_search.py::test_check_invalid_schema",
    "lib/search/test_search.py::test_check_schema_with_wrong_version",
]
PASSING = 170

# CKAN's test-core.ini is not in its wheel; these are its settings that matter here.
SETTINGS = {
    "ckan.plugins": "",
    "ckan.site_id": "test.ckan.net",
    "ckan.site_url": "http://test.ckan.net",
    "ckan.auth.create_unowned_dataset": "true",
    "ckan.auth.create_dataset_if_not_in_organization": "true",
    "ckan.auth.user_create_groups": "true",
    "ckan.auth.user_create_organizations": "true",
    "ckan.extra_resource_fields": "alt_url",
    "ckan.locale_default": "en",
    "ckan.locales_offered": "",
    "ckan.locale_order": "",
    "ckan.datasets_per_page": "20",
}


@pytest.fixture
def settings_file(request, tmp_path):
    """The suite's settings, with CKAN's own for everything but the services' addresses."""
    parser = RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(request.config.getoption("--ckan-ini"), encoding="utf-8")
    section = parser["app:main"]
    for name in [n for n in section if n.startswith(("scheming.", "ckanext."))]:
        del section[name]
    section.update(SETTINGS)
    section["solr_url"] = section["solr_url"].rstrip("/").rpartition("/")[0] + "/yardstick"
    path = tmp_path / "yardstick.ini"
    with path.open("w", encoding="utf-8") as file:
        parser.write(file)
    return path


def test_ckan_s_own_search_tests(settings_file, reset_db):
    reset_db()
    # The other process empties the tables; a transaction of ours would keep it waiting.
    model.Session.remove()
    model.meta.engine.dispose()
    root = Path(next(iter(ckan.__path__)))
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--tb=short", "-c", "/dev/null"),
            *("-p", "no:cacheprovider", "-p", "seeded"),
            *(f"--rootdir={root}", f"--ckan-ini={settings_file}"),
            *(str(root / "tests" / test) for test in TESTS),
            *(f"--deselect=tests/{test}" for test in LEFT_OUT),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        cwd=settings_file.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed is not None
    assert int(passed[1]) == PASSING, run.stdout[-500:]
    assert not re.search(r"\d+ (skipped|failed|error)", run.stdout), run.stdout[-500:]
