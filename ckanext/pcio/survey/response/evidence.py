"""The files behind answers: checked, and kept where nothing has an address.

They lie in a private folder under CKAN's storage path under names nobody can guess; who may read
one is asked each time. A file is what its name says, or it is refused.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import ckan.plugins.toolkit as tk
import magic

from ckanext.pcio.standard.thai import normalize
from ckanext.pcio.standard.vocabulary import SCHEMAS_DIR
from ckanext.pcio.standard.yamlfile import load_yaml

log = logging.getLogger(__name__)

MEGABYTE = 1 << 20
LONGEST_NAME = 150
_FOLDER = "pcio-evidence"
_LONGEST_ENDING = 20
_PIECE = 1 << 16
# What no file system takes, what steers a terminal, and what only deceives the eye.
_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]'
)


@lru_cache(maxsize=1)
def types() -> Mapping[str, list[str]]:
    """Return by file ending what libmagic may find in such a file."""
    return load_yaml(SCHEMAS_DIR / "evidence.yaml", SCHEMAS_DIR / "evidence.schema.json")["types"]


def safe_name(name: str) -> str:
    """Return the name a file was called, without folders and what a file name cannot hold.

    The ending stays, whatever the length. Thai stays as it is.
    """
    last = PurePosixPath(normalize(name).replace("\\", "/")).name
    cleaned = _UNSAFE.sub("_", last).strip(" .") or "_"
    path = PurePosixPath(cleaned)
    return f"{path.stem[: LONGEST_NAME - len(path.suffix)]}{path.suffix}"


def keep(evidence_id: str, name: str, source: BinaryIO) -> dict[str, Any]:
    """Store a file; return its `name`, `stored`, `size` (bytes), `sha256` and `mimetype`.

    Raises `ValidationError` for a file of another kind, empty or too large, and where the disk does
    not take it; nothing is left of it then.
    """
    shown = safe_name(name)
    ending = PurePosixPath(shown).suffix.lower().lstrip(".")
    if ending not in types():
        _refuse(
            tk._("Files ending in “.{ending}” are not taken. Send one of: {endings}").format(
                ending=ending[:_LONGEST_ENDING], endings=", ".join(sorted(types()))
            )
        )
    try:
        path = path_of(evidence_id)
    except OSError as error:
        raise tk.ValidationError({"upload": [_not_stored()]}) from error
    try:
        size, digest, mimetype = _write(path, source)
        if mimetype not in types()[ending]:
            _refuse(
                tk._("The file is called “.{ending}” but holds something else ({found}).").format(
                    ending=ending, found=mimetype
                )
            )
    except OSError as error:
        path.unlink(missing_ok=True)
        raise tk.ValidationError({"upload": [_not_stored()]}) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return {
        "name": shown,
        "stored": evidence_id,
        "size": size,
        "sha256": digest,
        "mimetype": mimetype,
    }


def drop(evidence_id: str) -> None:
    """Delete the file of evidence that was not written down after all."""
    path_of(evidence_id).unlink(missing_ok=True)


def forget(evidence_ids: tuple[str, ...]) -> None:
    """Delete the files of evidence that was taken away; one that stays is told in the log."""
    for evidence_id in evidence_ids:
        try:
            drop(evidence_id)
        except OSError:
            log.exception("the file of evidence %s, which was taken away, stays", evidence_id)


def _not_stored() -> str:
    return tk._("The file could not be stored. Tell the administrator of the portal.")


def path_of(evidence_id: str) -> Path:
    """Return where the file of a piece of evidence lies."""
    storage = tk.config.get("ckan.storage_path")
    if not storage:
        _refuse(tk._("The portal has no place for files: ckan.storage_path is not set."))
    folder = Path(str(storage)) / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / evidence_id


def _write(path: Path, source: BinaryIO) -> tuple[int, str, str]:
    limit = tk.config["ckanext.pcio.survey.evidence_max_mb"]
    digest, size, first = hashlib.sha256(), 0, b""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        while piece := source.read(_PIECE):
            first = first or piece
            size += len(piece)
            if size > limit * MEGABYTE:
                _refuse(tk._("The file is larger than {limit} MB.").format(limit=limit))
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        _refuse(tk._("The file is empty."))
    return size, digest.hexdigest(), magic.from_buffer(first, mime=True)


def _refuse(text: str) -> None:
    raise tk.ValidationError({"upload": [text]})
