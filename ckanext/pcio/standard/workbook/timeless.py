"""Saving a workbook without the moment it was saved: the same cells make the same bytes."""

from __future__ import annotations

import contextlib
import errno
import shutil
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

# The moment a ZIP file can name first.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_PIECE = 1 << 20


@contextlib.contextmanager
def writing(book: Any) -> Iterator[None]:
    """Write a workbook that does not tell when it was made, and leave no file behind.

    Raises `OSError` where a disk is full.
    """
    book.properties.created = book.properties.modified = datetime(*_ZIP_TIME[:3])
    book.properties.creator = "ckanext-pcio"
    try:
        yield
    except Exception as error:
        # lxml, where openpyxl uses it, tells of a full disk in an exception of its own.
        if type(error).__module__.startswith("lxml."):
            raise OSError(errno.EIO, str(error)) from error
        raise
    finally:
        for sheet in book.worksheets:
            _forget(sheet)


def save(book: Any, target: BinaryIO) -> None:
    """Write what the workbook holds to `target`."""
    from openpyxl.writer.excel import ExcelWriter  # noqa: PLC0415 - slow to import

    # Not book.save, which writes down the moment of saving.
    with _Timeless(target, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()


def _forget(sheet: Any) -> None:
    """Delete the file in which the rows of a sheet waited, where writing did not come to an end."""
    writer = sheet._writer
    if writer is not None and not sheet.closed:
        with contextlib.suppress(Exception):
            sheet.close()
        with contextlib.suppress(OSError):
            writer.cleanup()


class _Timeless(zipfile.ZipFile):
    """A ZIP file of parts without the time they were made."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_args: Any, **_kwargs: Any) -> None:
        """Write a part."""
        name = getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)
        super().writestr(self._info(name), data)

    def write(self, filename: Any, arcname: Any = None, *_args: Any, **_kwargs: Any) -> None:
        """Write a part out of a file."""
        with Path(filename).open("rb") as source, self.open(self._info(arcname), "w") as part:
            shutil.copyfileobj(source, part, _PIECE)

    @staticmethod
    def _info(name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, _ZIP_TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        return info
