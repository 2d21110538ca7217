"""The documents say what the program does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_settings_table_is_the_declarations():
    done = subprocess.run([sys.executable, str(ROOT / "docs/generate.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python docs/generate.py"


def test_every_local_link_leads_somewhere():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_every_launcher_command_in_the_readme_exists():
    usage = subprocess.run(
        [str(ROOT / "pcio"), "--help"], capture_output=True, text=True, check=True
    ).stdout
    for command in set(re.findall(r"\./pcio (\w+)", README)):
        assert f"./pcio {command}" in usage, command


def test_the_settings_of_an_existing_ckan_are_those_of_the_portal():
    from ckanext.pcio.portal.settings import EXTENSION

    for key, value in EXTENSION.items():
        if key.startswith("scheming."):
            assert f"{key} = {value}" in README
