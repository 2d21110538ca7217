"""What a reader brings: where it read, and the datasets as package dicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ckanext.pcio.standard.messages import Message

Kind = Literal["portal", "remote", "file"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where datasets were read from."""

    kind: Kind
    location: str
    """Address or file name, as a person would recognize it."""
    sees_private: bool
    """Whether private datasets and drafts are among what was read."""


@dataclass(slots=True)
class Reading:
    """Datasets being read.

    `source` and `warnings` are final only when `datasets` has been read to its end: a file says
    whether it holds private datasets once it was seen whole.
    """

    source: Source
    datasets: Iterator[Mapping[str, Any]]
    total: int | None = None
    """How many datasets the source says it has, where it says so."""
    warnings: list[Message] = field(default_factory=list)


class SourceError(Exception):
    """A source cannot be read; `message` says what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text("en"))
        self.message = message
