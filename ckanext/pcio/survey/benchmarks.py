"""The national averages of past surveys (`schemas/benchmarks.yaml`), with what broke between them.

Pure. Only published figures are there, each with its source; what is missing is not made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import SettingsFileError, load_yaml

from .form import Text

_FILE = SCHEMAS_DIR / "benchmarks.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Years in which the same kind of respondent was asked."""

    key: str
    label: Text
    first: int | None
    """Year of the Buddhist era, as all years here; None: from the beginning."""
    last: int | None

    def holds(self, year: int) -> bool:
        """Whether a year is one of the series."""
        return (self.first is None or year >= self.first) and (
            self.last is None or year <= self.last
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """The averages of one year, out of 100."""

    year: int
    series: str
    overall: float
    """Mean of the provinces, as far as the source says whose it is (`note`)."""
    edition: str
    """Id of the edition whose pillars are meant; "" where no pillar means are known."""
    pillars: Mapping[int, float]
    departments: float | None
    """Mean of departments, which are another kind of respondent."""
    respondents: Text
    note: Text | None
    source: Text
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarks:
    """The whole file."""

    series: tuple[Series, ...]
    years: tuple[Benchmark, ...]
    """Oldest first."""
    break_after: int
    break_label: Text
    break_note: Text
    missing: Text
    """Which averages nobody has published."""

    def year(self, year: int) -> Benchmark | None:
        """Return the averages of a year, or None where none are published."""
        return next((each for each in self.years if each.year == year), None)

    def comparable(self, one: int, other: int) -> bool:
        """Whether two years stand on the same side of the break."""
        return (one <= self.break_after) == (other <= self.break_after)


@lru_cache(maxsize=1)
def benchmarks() -> Benchmarks:
    """Return the averages that are shipped; raises `SettingsFileError`."""
    return read_benchmarks(_FILE)


def read_benchmarks(path: Path) -> Benchmarks:
    """Return the averages in the file at `path`; raises `SettingsFileError`."""
    content = load_yaml(path, SCHEMAS_DIR / "benchmarks.schema.json")
    series = tuple(
        Series(
            key=each["key"],
            label=_text(each["label"]),
            first=each.get("from"),
            last=each.get("until"),
        )
        for each in content["series"]
    )
    years = tuple(_year(each) for each in content["years"])
    _check(path, series, years)
    return Benchmarks(
        series=series,
        years=tuple(sorted(years, key=lambda each: each.year)),
        break_after=content["break"]["after"],
        break_label=_text(content["break"]["label"]),
        break_note=_text(content["break"]["note"]),
        missing=_text(content["missing"]),
    )


def _year(content: Mapping[str, Any]) -> Benchmark:
    note = content.get("note")
    return Benchmark(
        year=content["year"],
        series=content["series"],
        overall=float(content["overall"]),
        edition=content.get("edition", ""),
        pillars={int(number): float(score) for number, score in content.get("pillars", {}).items()},
        departments=content.get("departments"),
        respondents=_text(content["respondents"]),
        note=_text(note) if note else None,
        source=_text(content["source"]),
        address=content.get("address", ""),
    )


def _check(path: Path, series: tuple[Series, ...], years: tuple[Benchmark, ...]) -> None:
    """Raise `SettingsFileError` for what a JSON Schema cannot say."""
    known = {each.key: each for each in series}
    seen: set[int] = set()
    for each in years:
        if each.series not in known:
            raise SettingsFileError(path, str(each.year), f"there is no series {each.series!r}")
        if not known[each.series].holds(each.year):
            raise SettingsFileError(path, str(each.year), f"is not a year of {each.series!r}")
        if each.year in seen:
            raise SettingsFileError(path, str(each.year), "this year is there twice")
        seen.add(each.year)


def _text(value: Mapping[str, str]) -> Text:
    return Text(th=value["th"], en=value["en"])
