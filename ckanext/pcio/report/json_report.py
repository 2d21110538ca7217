"""An assessment as a JSON document, for programs and for comparing portals and years."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ckanext.pcio.survey.assessment import Assessment, as_dict

# The document is broken into lines down to this depth; what is deeper, a dataset of an answer's
# evidence, has one line. (The library's own indenting is many times slower: it does without C.)
_DEPTH = 4


def render(assessment: Assessment, language: str = "th") -> bytes:
    """Return the assessment as UTF-8 JSON, sentences in `language` ("th" or "en")."""
    document = "".join(_pretty(as_dict(assessment, language), 0))
    return (document + "\n").encode("utf-8", errors="replace")


def _pretty(value: Any, depth: int) -> Iterator[str]:
    if depth == _DEPTH or not value or not isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False)
        return
    is_dict = isinstance(value, dict)
    margin = "\n" + "  " * (depth + 1)
    yield "{" if is_dict else "["
    for i, key in enumerate(value):
        yield f",{margin}" if i else margin
        if is_dict:
            yield f"{json.dumps(key, ensure_ascii=False)}: "
        yield from _pretty(value[key] if is_dict else key, depth + 1)
    yield "\n" + "  " * depth + ("}" if is_dict else "]")
