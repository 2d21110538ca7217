"""What kind of client a user agent is: a person's browser, a program people use, or a robot.

Robots are known by COUNTER's published list (`schemas/robots.yaml`), without the general clients
in it: COUNTER's rules for research data count those as machine use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

from .events import Access

# No real user agent is longer; the rest of one that is cannot make the search slow.
_LONGEST = 512
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
def _robots() -> re.Pattern[str]:
    return _any_of(robots_list().patterns)


@lru_cache(maxsize=1)
def _machines() -> re.Pattern[str]:
    return _any_of(_content()["machine"])


def _any_of(patterns: tuple[str, ...] | list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
