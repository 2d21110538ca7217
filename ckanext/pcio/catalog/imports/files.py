"""The uploaded workbooks: a private folder under CKAN's storage path, with names nobody can guess.

CKAN gives out `resources/` and `storage/uploads/` of that path only, so nothing in this folder has
an address. The web server and the background worker must see the same storage path.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import BinaryIO

import ckan.plugins.toolkit as tk

from ckanext.pcio.standard.messages import N_, Message
from ckanext.pcio.standard.workbook.found import WorkbookRefused

MEGABYTE = 1 << 20
_FOLDER = "pcio-imports"
_PIECE = 1 << 16
_DAY = 86_400


def path_of(import_id: str) -> Path:
    """Return where the workbook of an import lies, whether or not it is there still."""
    return _folder() / f"{import_id}.xlsx"


def keep(import_id: str, source: BinaryIO) -> str:
    """Store an uploaded workbook and return its SHA-256.

    Raises `WorkbookRefused` for a file that is empty, too large, or cannot be stored.
    """
    limit = tk.config["ckanext.pcio.import_max_mb"]
    digest = hashlib.sha256()
    size = 0
    path = path_of(import_id)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > limit * MEGABYTE:
                    raise WorkbookRefused(
                        Message(
                            N_("The file is larger than {limit} MB. Divide it and try again."),
                            {"limit": limit},
                        )
                    )
                digest.update(piece)
                target.write(piece)
    except OSError as error:
        drop(import_id)
        raise WorkbookRefused(
            Message(N_("The file could not be stored. Tell the administrator of the portal."))
        ) from error
    except WorkbookRefused:
        drop(import_id)
        raise
    if not size:
        drop(import_id)
        raise WorkbookRefused(Message(N_("The file is empty.")))
    return digest.hexdigest()


def drop(import_id: str) -> None:
    """Delete the workbook of an import; nothing where it is gone already."""
    path_of(import_id).unlink(missing_ok=True)


def drop_strays(known: set[str]) -> None:
    """Delete workbooks that belong to no import that is kept.

    Not those of the last day: one of them may be about to get its import.
    """
    yesterday = time.time() - _DAY
    for path in _folder().glob("*.xlsx"):
        if path.stem not in known and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    storage = tk.config.get("ckan.storage_path")
    if not storage:
        raise WorkbookRefused(
            Message(
                N_(
                    "The portal has nowhere to store uploaded files: the setting "
                    "ckan.storage_path is not set."
                )
            )
        )
    folder = Path(storage) / _FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WorkbookRefused(
            Message(N_("The file could not be stored. Tell the administrator of the portal."))
        ) from error
    return folder
