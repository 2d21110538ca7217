"""A document from somebody else: read whole, or refused with a sentence. It may be hostile.

Nothing is fetched while reading: no context, no entity, no imported file.
"""

from __future__ import annotations

import json
from typing import Any

from rdflib import DCAT, RDF, Graph, URIRef

from ckanext.pcio.standard.messages import N_, Message

from . import graph
from .reading import Reading, read

# The name of a format in our addresses, and rdflib's. N3 is left out: it is a language of rules.
FORMATS = {
    "ttl": "turtle",
    "nt": "nt",
    "xml": "xml",
    "rdf": "xml",
    "jsonld": "json-ld",
}
LARGEST = 32 * 1024 * 1024
_DEEPEST = 200
_SHOWN = 160
_ELSEWHERE = N_("The document refers to a context elsewhere; nothing is fetched.")


class UnreadableDocument(ValueError):
    """A document that cannot be read; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message


def read_document(content: bytes, form: str) -> list[Reading]:
    """Return what a document says of each dataset in it, in the order of their addresses.

    `form` is a key of `FORMATS`. Raises `UnreadableDocument`.
    """
    if form not in FORMATS:
        known = ", ".join(FORMATS)
        wrong = N_('"{form}" is not a format that is read; choose one of: {known}')
        raise UnreadableDocument(Message(wrong, {"form": form[:_SHOWN], "known": known}))
    if len(content) > LARGEST:
        wrong = N_("The document has {size} MB; at most {limit} MB are read.")
        limit, size = LARGEST // 1024**2, len(content) // 1024**2
        raise UnreadableDocument(Message(wrong, {"size": size, "limit": limit}))
    found = Graph()
    try:
        if form == "jsonld":
            _refuse_references(json.loads(content))
        if FORMATS[form] == "xml" and b"<!ENTITY" in content.replace(b"\0", b""):
            # In whatever width of letters: some grow without end, others read a file.
            raise UnreadableDocument(Message(N_("The document declares entities of its own.")))
        found.parse(data=content, format=FORMATS[form], publicID="urn:x-document:")
    except UnreadableDocument:
        raise
    except Exception as error:  # each of rdflib's parsers has errors of its own
        wrong = N_("The document is not well-formed {form}: {reason}")
        # The first line only: the rest repeats the document.
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:_SHOWN]
        raise UnreadableDocument(Message(wrong, {"form": form, "reason": reason})) from error
    refs = sorted({ref for ref in found.subjects(RDF.type, DCAT.Dataset)}, key=str)
    if not refs:
        raise UnreadableDocument(Message(N_("The document describes no dataset.")))
    return [_reading(found, ref) for ref in refs]


def _reading(found: Graph, ref: Any) -> Reading:
    reading = read(graph.node_of(found, ref))
    if isinstance(ref, URIRef):
        reading.record["uri"] = str(ref)
    return reading


def _refuse_references(content: Any) -> None:
    """Refuse JSON-LD whose words are explained elsewhere: it would have to be fetched."""
    level = [content]
    for _ in range(_DEEPEST):
        below = []
        for part in level:
            if isinstance(part, dict):
                for key, value in part.items():
                    contexts = value if isinstance(value, list) else [value]
                    is_elsewhere = any(isinstance(each, str) for each in contexts)
                    if key == "@import" or (key == "@context" and is_elsewhere):
                        wrong = N_(
                            "The document refers to a context elsewhere; nothing is fetched."
                        )
                        raise UnreadableDocument(Message(wrong))
                below.extend(part.values())
            elif isinstance(part, list):
                below.extend(part)
        if not below:
            return
        level = below
    raise UnreadableDocument(Message(N_("The document is nested too deeply.")))
