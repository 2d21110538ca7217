"""Every sentence has its Thai one, and the catalog of translations holds nothing else."""

from __future__ import annotations

import ast
import importlib.util
import re
import runpy
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from string import Formatter

import polib
import pytest
import setuptools
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ckanext" / "pcio"
CATALOG = PACKAGE / "i18n" / "th" / "LC_MESSAGES" / "ckanext-pcio.po"
CKAN_I18N = Path(importlib.util.find_spec("ckan").submodule_search_locations[0]) / "i18n"
# A translation of one of CKAN's own messages that CKAN lacks, or has in other words, bears this.
CKANS_OWN = "CKAN's own message"
THAI = re.compile("[\u0e01-\u0e5b]")


@pytest.fixture(scope="module")
def catalog():
    return {entry.msgid: entry for entry in polib.pofile(CATALOG)}


@pytest.fixture(scope="module")
def ckans_thai():
    entries = polib.pofile(CKAN_I18N / "th" / "LC_MESSAGES" / "ckan.po")
    return {entry.msgid: entry.msgstr for entry in entries if entry.msgstr}


@pytest.fixture(scope="module")
def used():
    """Every message of ours, found as `setup.py extract_messages` finds them."""
    said = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setattr(setuptools, "setup", lambda **arguments: said.update(arguments))
        runpy.run_path("setup.py")
    ((folder, methods),) = said["message_extractors"].items()
    found = extract_from_dir(ROOT / folder, [(pattern, method) for pattern, method, _ in methods])
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


@lru_cache(maxsize=1)
def modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in names:
                yield node


def placeholders(text: str) -> set[str]:
    braces = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    return braces | set(re.findall(r"%\(\w+\)s|%[sd]", text))


def test_every_message_has_a_thai_translation(used, catalog, ckans_thai):
    missing = {m for m in used if not (m in catalog and catalog[m].msgstr) and m not in ckans_thai}
    assert not missing


def test_the_pure_core_needs_no_translation_of_ckans(catalog):
    """A `Message` is translated by our catalog alone, also where CKAN is not installed."""
    marked = {
        call.args[0].value
        for tree in modules().values()
        for call in calls(tree, "N_")
        if isinstance(call.args[0], ast.Constant)
    }
    assert len(marked) > 100
    assert not {m for m in marked if not (m in catalog and catalog[m].msgstr)}


def test_no_message_is_out_of_gettexts_sight():
    """What stands inside an f-string is not extracted; a message is one constant."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for call in calls(node, "N_", "_")
    ]
    computed = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, tree in modules().items()
        for call in calls(tree, "N_")
        if not isinstance(call.args[0], ast.Constant)
    ]
    assert not hidden
    assert not computed


def test_placeholders_are_those_of_the_message(catalog):
    wrong = {m for m, entry in catalog.items() if placeholders(m) != placeholders(entry.msgstr)}
    assert not wrong


def test_no_sentence_of_a_template_holds_a_percent_sign(catalog):
    """Templates read it as a format of printf, in whichever language it stands: the page fails."""
    found = extract_from_dir(PACKAGE / "templates", [("**.html", "ckan")])
    said = {message for _, _, message, _, _ in found if isinstance(message, str)}
    assert len(said) > 500
    thai = {catalog[message].msgstr for message in said if message in catalog}
    assert [text for text in said | thai if "%" in text] == []


def test_nothing_in_the_catalog_is_unused(used, catalog):
    ckans = {entry.msgid for entry in polib.pofile(CKAN_I18N / "ckan.pot")}
    of_ckan = {m for m, entry in catalog.items() if entry.comment == CKANS_OWN}
    assert not of_ckan - ckans, "CKAN no longer has these messages"
    assert not of_ckan & used, "these are ours too; take the comment away"
    assert not catalog.keys() - of_ckan - used, "nobody uses these messages"


def test_nothing_in_the_catalog_repeats_ckans_translation(catalog, ckans_thai):
    repeated = {
        m
        for m, entry in catalog.items()
        if entry.comment == CKANS_OWN and ckans_thai.get(m) == entry.msgstr
    }
    assert not repeated


def test_the_compiled_catalog_is_the_catalog(catalog):
    compiled = {entry.msgid: entry.msgstr for entry in polib.mofile(CATALOG.with_suffix(".mo"))}
    assert compiled == {m: entry.msgstr for m, entry in catalog.items()}
    assert not any(entry.fuzzy or entry.obsolete for entry in catalog.values())


def test_thai_stands_in_data_and_translations_only():
    """Docstrings and comments may quote Thai; a range of letters is written in escapes."""
    found = []
    for path, tree in modules().items():
        if PACKAGE / "portal" / "demo" in path.parents:
            continue
        source = path.read_text("utf-8")
        # A string that stands alone is a docstring, or documents the attribute above it.
        alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if id(node) not in alone and THAI.search(node.value)
            if THAI.search(ast.get_source_segment(source, node) or "")
        ]
    for pattern in ("*.html", "*.js", "*.css"):
        found += [
            str(path.relative_to(ROOT))
            for path in PACKAGE.rglob(pattern)
            if THAI.search(path.read_text("utf-8"))
        ]
    assert not found
