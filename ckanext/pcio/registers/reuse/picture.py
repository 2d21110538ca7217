"""The picture of a reuse: read by its content, written anew, kept by CKAN's uploader.

A picture that anybody may send is never kept as it came: it is decoded and encoded again, which
leaves out scripts hidden behind its first bytes, and where and with what a photograph was taken.
"""

from __future__ import annotations

import base64
import io
import uuid
import warnings
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import uploader
from PIL import Image, ImageOps
from werkzeug.datastructures import FileStorage

FIELD = "picture_upload"
DATA = "picture_data"
OBJECT_TYPE = "pcio_reuse"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_MEGABYTE = 1024 * 1024
# More than any camera's; a small file can unfold to far more than the memory there is.
_PIXELS_AT_MOST = 25_000_000
# Side and quality, the next of them where a picture would be larger than `_BYTES_AT_MOST`: so much
# still goes back and forth in a form that has to be mended.
_SIZES = ((1280, 85), (1280, 65), (900, 60), (640, 50))
_BYTES_AT_MOST = 300_000


def read(upload: Any) -> bytes:
    """Return the picture of a form's file as a JPEG of a size for the screen.

    Raises `ValidationError` for what is no picture or too large.
    """
    if not isinstance(upload, FileStorage):
        raise _refusal(tk._("Send the picture as a file."))
    upload.stream.seek(0)
    return _checked(upload.stream.read(tk.config["ckan.max_image_size"] * _MEGABYTE + 1))


def read_text(text: str) -> bytes:
    """Return the picture whose file was sent as Base64 text; raises as `read` does."""
    return _checked(_decoded(text))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except ValueError:  # no Base64, so no picture either
        return b""


def as_text(content: bytes) -> str:
    """Return a picture as Base64 text, for a form that is shown again."""
    return base64.b64encode(content).decode("ascii")


def _checked(content: bytes) -> bytes:
    megabytes = tk.config["ckan.max_image_size"]
    if len(content) > megabytes * _MEGABYTE:
        raise _refusal(
            tk._("The picture is larger than {number} MB. Please choose a smaller one.").format(
                number=megabytes
            )
        )
    try:
        return _encoded(content)
    # Decoders meet hostile bytes in many ways, and each of them means the same to the sender.
    except Exception as error:
        raise _refusal(
            tk._("The file is not a picture this portal can read (JPEG, PNG, WebP or GIF).")
        ) from error


def store(content: bytes) -> str:
    """Keep the JPEG `content` and return the name it is kept under."""
    # The name cannot be guessed: what no officer has approved yet is at no known address.
    file = FileStorage(io.BytesIO(content), f"{uuid.uuid4().hex}.jpg", content_type="image/jpeg")
    upload = uploader.get_uploader(OBJECT_TYPE)
    values: dict[str, Any] = {"picture": "", FIELD: file}
    upload.update_data_dict(values, "picture", FIELD, "picture_clear")
    upload.upload(tk.config["ckan.max_image_size"])
    return values["picture"]


def remove(name: str | None) -> None:
    """Remove the picture kept under `name`; nothing happens when it is gone already."""
    if not name:
        return
    upload = uploader.get_uploader(OBJECT_TYPE, name)
    values: dict[str, Any] = {"picture": name, "picture_clear": True}
    upload.update_data_dict(values, "picture", FIELD, "picture_clear")
    upload.upload(tk.config["ckan.max_image_size"])


def address(name: str | None) -> str | None:
    """Return the address of the picture kept under `name`."""
    if not name:
        return None
    return tk.h.url_for_static(f"uploads/{OBJECT_TYPE}/{name}", qualified=True)


def _encoded(content: bytes) -> bytes:
    with warnings.catch_warnings():
        # Between its own limit and the double of it Pillow only warns; ours is the limit here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > _PIXELS_AT_MOST:
        raise ValueError("too many pixels")
    picture.draft("RGB", (_SIZES[0][0], _SIZES[0][0]))
    picture = ImageOps.exif_transpose(picture).convert("RGBA")
    picture.thumbnail((_SIZES[0][0], _SIZES[0][0]))
    for side, quality in _SIZES:
        encoded = _jpeg(picture, side, quality)
        if len(encoded) <= _BYTES_AT_MOST:
            return encoded
    raise ValueError("too large at every size")


def _jpeg(picture: Image.Image, side: int, quality: int) -> bytes:
    picture = picture.copy()
    picture.thumbnail((side, side))
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    buffer = io.BytesIO()
    ground.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def _refusal(sentence: str) -> tk.ValidationError:
    return tk.ValidationError({FIELD: [sentence]})
