"""What a description says that is no field of the schema: CKAN's own times, themes, file facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .mapping import mapping
from .nodes import Iri, Node, Text

Record = Mapping[str, Any]

_HEX = re.compile("[0-9a-fA-F]+")
_CHECKSUMS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_MEDIA_TYPE = re.compile(r"[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def add_moments(
    node: Node, record: Record, issued: tuple[str, ...], modified: tuple[str, ...]
) -> None:
    """Say when a record came and changed, where the office itself does not say it."""
    rules = mapping()
    for curie, keys in (("dct:issued", issued), ("dct:modified", modified)):
        prop = rules.iri(curie)
        if not node.all(prop):
            moment = next((record[key] for key in keys if record.get(key)), None)
            node.add(prop, _moment(moment))


def _moment(value: Any) -> Text | None:
    """Return a moment CKAN stored (UTC, without saying so) with its zone."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    zone = "" if moment.tzinfo else "+00:00"
    return Text(moment.isoformat() + zone, None, mapping().iri("xsd:dateTime"))


def add_themes(node: Node, record: Record) -> None:
    """Say the EU's data themes of the groups an area-based catalog has."""
    rules = mapping()
    for group in record.get("groups") or ():
        theme = rules.themes.get(group.get("name") or "")
        if theme:
            concept = Iri(theme.uri, (rules.iri("skos:Concept"),), (("en", theme.label),))
            node.add(rules.iri("dcat:theme"), concept)


def add_file(node: Node, resource: Record) -> None:
    """Say media type, size and checksum, as far as CKAN knows them."""
    rules = mapping()
    media = str(resource.get("mimetype") or "")
    if _MEDIA_TYPE.fullmatch(media):
        types = (rules.iri("dct:MediaType"),)
        node.add(rules.iri("dcat:mediaType"), Iri(_MEDIA_TYPES + media, types))
    size = str(resource.get("size"))
    if size.isascii() and size.isdigit():
        number = rules.iri("xsd:nonNegativeInteger")
        node.add(rules.iri("dcat:byteSize"), Text(size, None, number))
    # CKAN's newer uploads name the algorithm before the digest.
    digest = str(resource.get("hash") or "").rpartition(":")[2]
    algorithm = _CHECKSUMS.get(len(digest))
    if algorithm and _HEX.fullmatch(digest):
        checksum = Node("", (rules.iri("spdx:Checksum"),))
        kind = rules.iri(f"spdx:checksumAlgorithm_{algorithm}")
        checksum.add(rules.iri("spdx:algorithm"), Iri(kind, (rules.iri("spdx:ChecksumAlgorithm"),)))
        hexadecimal = Text(digest.upper(), None, rules.iri("xsd:hexBinary"))
        checksum.add(rules.iri("spdx:checksumValue"), hexadecimal)
        node.add(rules.iri("spdx:checksum"), checksum)
