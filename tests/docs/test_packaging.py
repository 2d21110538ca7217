"""An installed wheel holds every file of the extension, and answers without CKAN."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNPACKAGED = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from a copy, so that nothing of the build is left in the tree."""
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "ckanext", source / "ckanext", ignore=UNPACKAGED)
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "-w", "out"], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (found,) = (source / "out").glob("*.whl")
    return found


def test_every_file_is_in_the_wheel(wheel):
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "ckanext").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted
    assert not wanted - packed
    assert "ckanext/__init__.py" not in packed, "a namespace package has none"


def test_the_installed_command_needs_no_ckan(wheel, tmp_path):
    """CKAN, Flask and SQLAlchemy are made impossible to import; the rest is the wheel's own."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    blocked = "import sys\nfor n in ('ckan', 'flask', 'sqlalchemy'): sys.modules[n] = None\n"
    start = (
        f"{blocked}sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import ckanext; ckanext.__path__ = [sys.path[0] + '/ckanext']\n"
        "from ckanext.pcio import __main__ as command\n"
        "assert command.__file__.startswith(sys.path[0]), command.__file__\n"
        "sys.exit(command.run(sys.argv[1:]))"
    )
    records = ROOT / "tests" / "data" / "real_records.json"
    done = subprocess.run(
        [sys.executable, "-c", start, "assess", str(records), "--format", "json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"P2.2.1.1"' in done.stdout
