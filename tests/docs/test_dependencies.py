"""Every direct dependency has its reason in docs/dependencies.md, and no other is named there."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import setuptools

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
SECTIONS = {"core": "The pure core", "portal": "The portal", "test": "The tests"}


def stated(path: Path) -> set[str]:
    """The packages an .in file names itself, without those of the files it includes."""
    lines = path.read_text("utf-8").splitlines()
    return {match[0].lower() for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))}


def explained(section: str) -> set[str]:
    """The packages in the first column of a section's table."""
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    body = re.split(r"^## ", text.partition(f"## {section}\n")[2], maxsplit=1, flags=re.M)[0]
    cells = re.findall(r"^\| ([^|]+) \|", body, flags=re.M)
    names = (part.split()[0].lower() for cell in cells[1:] for part in cell.split(","))
    return set(names)


@pytest.mark.parametrize(("name", "section"), SECTIONS.items())
def test_every_direct_dependency_is_explained(name, section):
    direct = stated(REQUIREMENTS / f"{name}.in")
    # What the core needs is explained once.
    wanted = direct if name == "core" else direct - stated(REQUIREMENTS / "core.in")
    assert explained(section) == wanted


def test_the_package_requires_what_the_core_pins(monkeypatch):
    said = {}
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(setuptools, "setup", lambda **arguments: said.update(arguments))
    runpy.run_path("setup.py")
    required = {re.split("[>=<]", name)[0].lower() for name in said["install_requires"]}
    assert required == stated(REQUIREMENTS / "core.in")


@pytest.mark.parametrize("name", SECTIONS)
def test_every_direct_dependency_is_locked(name):
    locked = re.findall(r"^([\w.-]+)==", (REQUIREMENTS / f"{name}.txt").read_text("utf-8"), re.M)
    wanted = {each.replace("_", "-") for each in stated(REQUIREMENTS / f"{name}.in")}
    # Of a platform's marker: pins may be kept apart.
    assert wanted <= {each.lower().replace("_", "-") for each in locked}
