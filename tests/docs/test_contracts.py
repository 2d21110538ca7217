"""The import contracts name every module they are about; a forgotten one would go unwatched."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
EDGE_IMPORTS = {"ckan", "ckanext.scheming", "flask", "sqlalchemy"}
ROOMS = ("standard", "catalog", "registers", "survey", "report", "dashboard")


@pytest.fixture(scope="module")
def pure():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = (
        c for c in settings["tool"]["importlinter"]["contracts"] if "pure core" in c["name"]
    )
    return set(contract["source_modules"])


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module)
        elif isinstance(node, ast.ImportFrom):
            here = [
                "ckanext",
                "pcio",
                *path.relative_to(ROOT / "ckanext/pcio").parts[: -node.level],
            ]
            base = ".".join([*here, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{name.name}" for name in node.names}
    return found


def test_every_module_without_ckan_is_held_to_it(pure):
    imports = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): imported(path)
        for room in ROOMS
        for path in (ROOT / "ckanext" / "pcio" / room).rglob("*.py")
        if path.name != "__init__.py"
    }
    edges: set[str] = set()
    while True:
        more = {
            module
            for module, names in imports.items()
            if module not in edges
            and any(n.partition(".")[0] in EDGE_IMPORTS or n in edges for n in names)
        }
        if not more:
            break
        edges |= more
    held = {m for m in imports if any(m == p or m.startswith(f"{p}.") for p in pure)}
    assert not imports.keys() - edges - held, "name these in the contract"
    assert not edges & held
    assert len(held) > 40
