"""What kind of client a user agent is: a person's browser, a program people use, or a robot.

Robots are known by COUNTER's published list (`schemas/robots.yaml`), without the general clients
in it: COUNTER's rules for research data count those as machine use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

from .events import Access

# No real user agent is longer; the rest of one that is cannot make the search slow.
_LONGEST = 512
# What makes a pattern more than a word, and marks that only look so.
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
_ESCAPED = re.compile(r"\\(\W)")
_BEGINNING = re.compile(r"\^[^|]*$")
_BROWSER = re.compile(
    r"(Mozilla/\d|Opera/\d|Lynx/|ELinks|Links |w3m/|NetSurf/|Dillo/|UCWEB|Dalvik/)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RobotsList:
    """The robots in use: the published list with our changes to it."""

    date: date
    """Day of the version of the list that was published."""
    source: str
    """Address of the published list."""
    patterns: tuple[str, ...]
    """Regular expressions, to be sought anywhere and without regard to case."""


@lru_cache(maxsize=1)
def robots_list() -> RobotsList:
    """Return the robots in use."""
    content = _content()
    left_out = {pattern for group in content["left_out"] for pattern in group["patterns"]}
    replaced = {entry["pattern"]: entry["by"] for entry in content["replaced"]}
    published = (
        replaced.get(pattern, pattern) for pattern in content["patterns"] if pattern not in left_out
    )
    return RobotsList(
        date=date.fromisoformat(content["source"]["date"]),
        source=content["source"]["url"],
        patterns=(*published, *content["added"]),
    )


@lru_cache(maxsize=8192)
def access(user_agent: str, *, api: bool) -> Access:
    """Return how the client that calls itself `user_agent` reads the catalog.

    At the API everything is a machine that is not a browser (whose scripts may call it); elsewhere
    a client nobody knows is counted as a person's, as COUNTER has it.
    """
    name = user_agent.strip()[:_LONGEST]
    if not name:
        return "machine"
    if _robots().search(name):
        return "robot"
    if _machines().search(name):
        return "machine"
    return "regular" if not api or _BROWSER.match(name) else "machine"


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    return load_yaml(SCHEMAS_DIR / "robots.yaml", SCHEMAS_DIR / "robots.schema.json")


@lru_cache(maxsize=1)
def _robots() -> _AnyOf:
    return _AnyOf(robots_list().patterns)


@lru_cache(maxsize=1)
def _machines() -> _AnyOf:
    return _AnyOf(_content()["machine"])


class _AnyOf:
    """Many patterns as one; most are plain words, which are found faster without a pattern."""

    def __init__(self, patterns: Sequence[str]) -> None:
        plain = {pattern: _ESCAPED.sub(r"\1", pattern) for pattern in patterns}
        words = {pattern for pattern in patterns if not _SPECIAL.search(_ESCAPED.sub("", pattern))}
        rest = [pattern for pattern in patterns if pattern not in words]
        self._words = tuple(plain[pattern].lower() for pattern in words)
        self._begins = _either([pattern for pattern in rest if _BEGINNING.match(pattern)])
        self._anywhere = _either([pattern for pattern in rest if not _BEGINNING.match(pattern)])

    def search(self, name: str) -> bool:
        """Whether one of the patterns is in `name`."""
        lower = name.lower()
        return (
            any(word in lower for word in self._words)
            or self._begins.match(lower) is not None
            or self._anywhere.search(lower) is not None
        )


def _either(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for names in lower case; without `IGNORECASE` it is found much sooner."""
    return re.compile("|".join(f"(?:{_lowered(pattern)})" for pattern in patterns) or r"(?!)")


def _lowered(pattern: str) -> str:
    r"""Return `pattern` for lower case; what stands for characters (`\S`) stays as it is."""
    return re.sub(
        r"\\.|[^\\]+", lambda part: part[0] if part[0][0] == "\\" else part[0].lower(), pattern
    )
