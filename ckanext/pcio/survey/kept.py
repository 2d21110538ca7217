"""The proposals of the whole province, as one plain record for each question.

A record has `question`, `option`, `values`, `reasons` and `caveats` (each `{"th": [...],
"en": [...]}`), `evidence` (`dataset`, `title`, `url`, `note` in both languages), `rule`, `as_of`
and `digest`, which changes when the option or the values do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.pcio.catalog.readers.local import read_facts
from ckanext.pcio.registers.reader import read_registers
from ckanext.pcio.standard.dates import today_in_thailand
from ckanext.pcio.standard.messages import Message
from ckanext.pcio.usage.queries import rank

from .assessment import assess
from .config import settings_from_config
from .instrument import load_instrument
from .proposal import Proposal

_LANGUAGES = ("th", "en")


def proposals(edition: str) -> dict[str, dict[str, Any]]:
    """Return the record of each question of `edition` a rule answers, by question."""
    import sqlalchemy as sa  # noqa: PLC0415

    context: Any = {"ignore_auth": True, "user": ""}
    source, facts = read_facts(context)
    assessment = assess(
        load_instrument(edition),
        facts,
        source,
        today_in_thailand(),
        registers=read_registers(context, facts),
        usage=rank(sa.true()),
        settings=settings_from_config(),
    )
    day = assessment.as_of.isoformat()
    return {each.question: record(each, day) for each in assessment.proposals}


def record(proposal: Proposal, as_of: str) -> dict[str, Any]:
    """Return a proposal as it is kept."""
    decided = {"option": proposal.option, "values": proposal.values}
    text = json.dumps(decided, ensure_ascii=False, sort_keys=True, default=str)
    return {
        "question": proposal.question,
        **decided,
        "reasons": _texts(proposal.reasons),
        "caveats": _texts(proposal.caveats),
        "evidence": [
            {
                "dataset": row.dataset,
                "title": row.title,
                "url": row.url,
                "note": {lang: row.note.text(lang) if row.note else "" for lang in _LANGUAGES},
            }
            for row in proposal.evidence
        ],
        "rule": proposal.rule_id,
        "as_of": as_of,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }


def stale(then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    """Whether the catalog proposes otherwise now than when an answer was written."""
    return (then or {}).get("digest") != (now or {}).get("digest")


def _texts(messages: Iterable[Message]) -> dict[str, list[str]]:
    said = tuple(messages)
    return {lang: [message.text(lang) for message in said] for lang in _LANGUAGES}
