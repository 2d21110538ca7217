"""A readable name for a file that somebody uploads under a Thai name.

CKAN keeps the letters a-z, digits and `. _ -` of a file's name, when it is uploaded and again
whenever its address is shown, so a Thai name would become "-.csv" whatever is stored. The name is
therefore written in Latin letters before CKAN sees it. What people read is the resource's own
name, which stays in Thai.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from werkzeug.datastructures import FileStorage

from ckanext.pcio.standard import thai
from ckanext.pcio.standard.slug import FALLBACK, slugify

# What CKAN leaves of a name whose every other letter it drops.
_KEPT = re.compile(r"[A-Za-z0-9_. -]*")
_EXTENSION = re.compile(r"\.[a-z0-9]{1,10}")
_NAMELESS = "file"


def rename(resource: Mapping[str, Any]) -> None:
    """Give the file a resource brings along, if it brings one, a name CKAN does not destroy."""
    upload = resource.get("upload")
    if isinstance(upload, FileStorage) and upload.filename:
        upload.filename = readable_name(upload.filename)


def readable_name(filename: str) -> str:
    """Return `filename` in Latin letters, its extensions kept; a Latin name stays as it is."""
    name = re.split(r"[/\\]", filename)[-1]
    if _KEPT.fullmatch(name):
        return name
    name = thai.arabic_digits(name).lower()
    extensions = ""
    while _EXTENSION.fullmatch(suffix := PurePosixPath(name).suffix):
        name, extensions = name[: -len(suffix)], suffix + extensions
    slug = slugify(name)
    return (_NAMELESS if slug == FALLBACK else slug) + extensions
