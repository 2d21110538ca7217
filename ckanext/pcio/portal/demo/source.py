"""What the sample province is made of: `data/*.yaml`, checked by `schema.json` when read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.yamlfile import SettingsFileError, misfit, read_yaml

DATA = Path(__file__).parent / "data"

Values = Mapping[str, Any]


@dataclass(frozen=True)
class District:
    """An invented district; `weight` is its share of people and activity (1 is average)."""

    name: str
    weight: float
    tambons: tuple[str, ...]
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Province:
    """The content of the data files; `datasets` are entries as written, with their group."""

    mail_host: str
    offices: Sequence[Values]
    groups: Mapping[str, Values]
    districts: Sequence[District]
    phrases: Mapping[str, Any]
    columns: Mapping[str, Values]
    types: Mapping[str, Values]
    access: Mapping[str, Values]
    files: Mapping[str, Values]
    situations: Mapping[str, Values]
    datasets: Sequence[Values]

    def office(self, name: str) -> Values:
        """Return the office with this name; raises `KeyError`."""
        return self._offices[name]

    @property
    def _offices(self) -> Mapping[str, Values]:
        return {office["name"]: office for office in self.offices}


@lru_cache(maxsize=1)
def province() -> Province:
    """Return the sample province of the repository; raises `SettingsFileError`."""
    return read_province(DATA)


def read_province(folder: Path) -> Province:
    """Return the province described in `folder`.

    Raises `SettingsFileError` when a file cannot be read, does not fit the schema, or names an
    office, group, column, kind of file or situation that is not described.
    """
    content: dict[str, Any] = {"datasets": []}
    for path in sorted(folder.glob("*.yaml")):
        content.update(read_yaml(path))
    for path in sorted((folder / "datasets").glob("*.yaml")):
        topic = read_yaml(path)
        for entry in topic.get("datasets", ()):
            content["datasets"].append({"group": topic.get("group"), **entry})
    _check_schema(folder, content)
    _check_references(folder, content)
    districts = tuple(
        _districts(content.pop("districts"), content.pop("box"), content.pop("grid_columns"))
    )
    return Province(districts=districts, **content)


def _check_schema(folder: Path, content: Values) -> None:
    error = misfit(content, Path(__file__).parent / "schema.json")
    if error is None:
        return
    where = list(error.absolute_path)
    if where[:1] == ["datasets"] and len(where) > 1:
        where[1] = content["datasets"][where[1]].get("name", where[1])
    raise SettingsFileError(folder, "/".join(map(str, where)), error.message)


def _check_references(folder: Path, content: Values) -> None:
    for entry in content["datasets"]:
        for kind, name in _references(entry):
            known = content[kind]
            names = {item["name"] for item in known} if isinstance(known, list) else known
            if name not in names:
                raise SettingsFileError(folder, entry["name"], f"{name!r} is not one of the {kind}")
    for field in ("name", "title", "notes"):
        used = Counter(entry[field] for entry in content["datasets"])
        for value, times in used.items():
            if times > 1:
                raise SettingsFileError(folder, field, f"{value!r} is used {times} times")


def _references(entry: Values) -> Iterator[tuple[str, str]]:
    yield "offices", entry["office"]
    yield "groups", entry["group"]
    for column in entry.get("columns", ()):
        if isinstance(column, str):
            yield "columns", column
    for name in entry["files"]:
        yield "files", name
    for name in entry["situation"]:
        yield "situations", name


def _districts(entries: Sequence[Values], box: Values, columns: int) -> Iterator[District]:
    """Lay the districts out as a grid of rectangles that fills the box."""
    rows = -(-len(entries) // columns)
    width, height = (box["east"] - box["west"]) / columns, (box["north"] - box["south"]) / rows
    for index, entry in enumerate(entries):
        row, column = divmod(index, columns)
        west, south = box["west"] + column * width, box["south"] + row * height
        yield District(
            name=entry["name"],
            weight=entry["weight"],
            tambons=tuple(entry["tambons"]),
            west=round(west, 4),
            south=round(south, 4),
            east=round(west + width, 4),
            north=round(south + height, 4),
        )
