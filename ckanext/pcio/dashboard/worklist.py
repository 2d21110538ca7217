"""A request for the worklist: whose work, of which kind, in which order, which page. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ckanext.pcio.standard.messages import N_
from ckanext.pcio.survey.work import KINDS

PAGE_SIZE = 25
# Rows asked for at a time when the whole list is exported.
EXPORT_BATCH = 1000

SORTS: Mapping[str, str] = {
    "gain": N_("What gains most first"),
    "missing": N_("Most to complete first"),
    "oldest": N_("Oldest update first"),
    "most_used": N_("Most used first"),
    "title": N_("Title"),
}


@dataclass(frozen=True, slots=True)
class WorkQuery:
    """One worklist as the address asks for it; None and "" choose nothing."""

    organization: str | None = None
    kind: str = ""
    question: str = ""
    part: str = ""
    """Code of one option or field of the question."""
    data_type: str = ""
    own: bool = False
    sort: str = "gain"
    page: int = 1

    def action_dict(self, limit: int = PAGE_SIZE, offset: int | None = None) -> dict[str, Any]:
        """Return the request as `pcio_worklist_list` takes it."""
        asked = {
            "organization": self.organization,
            "kind": self.kind,
            "question": self.question,
            "part": self.part,
            "data_type": self.data_type,
        }
        return {
            **{name: value for name, value in asked.items() if value},
            "own": self.own,
            "sort": self.sort,
            "limit": limit,
            "offset": (self.page - 1) * PAGE_SIZE if offset is None else offset,
        }

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the worklist's address, with `changes` made.

        The office is always said, because an address without one means the reader's own.
        """
        if "question" in changes:
            # Another question has other parts.
            changes = {"part": "", **changes}
        changed = replace(self, **changes)
        parameters: dict[str, Any] = {"organization": changed.organization or ""}
        for name in ("kind", "question", "part", "data_type"):
            if getattr(changed, name):
                parameters[name] = getattr(changed, name)
        if changed.own:
            parameters["own"] = 1
        if changed.sort != "gain":
            parameters["sort"] = changed.sort
        if changed.page > 1:
            parameters["page"] = changed.page
        return parameters

    @property
    def narrowed(self) -> bool:
        """Whether more than the office is chosen."""
        return bool(self.kind or self.question or self.data_type or self.own)

    @property
    def file_name(self) -> str:
        """Name of the exported file without its ending, in ASCII."""
        chosen = (self.organization, self.kind, self.question, self.part, self.data_type)
        parts = ("pcio-worklist", *chosen)
        text = "-".join([*(part for part in parts if part), *(["own"] if self.own else [])])
        return re.sub(r"[^A-Za-z0-9._-]", "", text)[:120]


def parse(
    args: Mapping[str, str], office: str | None, questions: Mapping[str, Collection[str]]
) -> WorkQuery:
    """Read a request; values that make no sense fall back to the usual ones.

    Args:
        args: the address's parameters.
        office: name of the reader's own office, chosen where the address says nothing.
        questions: ids of the questions that work moves, and the parts of each it moves.

    """
    part = args.get("part", "")
    page, kind, question = args.get("page", "1"), args.get("kind", ""), args.get("question", "")
    sort = args.get("sort", "gain")
    return WorkQuery(
        organization=(args["organization"] or None) if "organization" in args else office,
        kind=kind if kind in KINDS else "",
        question=question if question in questions else "",
        part=part if part in questions.get(question, ()) else "",
        data_type=args.get("data_type", ""),
        own=args.get("own") == "1",
        sort=sort if sort in SORTS else "gain",
        # Six digits stay inside PostgreSQL's integers after multiplication by the page size.
        page=int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1,
    )


def every_row(
    query: WorkQuery, fetch: Callable[[dict[str, Any]], Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the whole list, asking `fetch` for one batch at a time."""
    offset = 0
    while True:
        found = fetch(query.action_dict(limit=EXPORT_BATCH, offset=offset))
        yield from found["results"]
        # The portal may allow fewer rows at a time than asked for, so the total decides.
        offset += len(found["results"])
        if not found["results"] or offset >= found["count"]:
            return
