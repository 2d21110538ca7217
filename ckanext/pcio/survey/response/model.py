"""Tables of a province's response to a survey. No foreign keys to CKAN's tables."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

_TIME = sa.DateTime(timezone=True)
_EMPTY = sa.text("''")
_ONE = sa.text("1")

RESPONSE = sa.Table(
    "pcio_response",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("edition", sa.UnicodeText, nullable=False, unique=True),
    sa.Column("state", sa.UnicodeText, nullable=False),
    sa.Column("deadline", sa.Date),
    sa.Column("note", sa.UnicodeText, nullable=False, server_default=_EMPTY),
    sa.Column("version", sa.Integer, nullable=False, server_default=_ONE),
    sa.Column("created_at", _TIME, nullable=False),
    sa.Column("created_by", sa.UnicodeText),
    sa.Column("locked_at", _TIME),
    sa.Column("locked_by", sa.UnicodeText),
)
"""One survey edition of this province; `state` is "open" or "locked"."""

ASSIGNMENT = sa.Table(
    "pcio_assignment",
    tk.BaseModel.metadata,
    sa.Column("response_id", sa.UnicodeText, primary_key=True),
    sa.Column("question_id", sa.UnicodeText, primary_key=True),
    sa.Column("organization_id", sa.UnicodeText, primary_key=True),
    sa.Column("deadline", sa.Date),
    sa.Column("asked_at", _TIME, nullable=False),
    sa.Column("asked_by", sa.UnicodeText),
    sa.Column("reminded_at", _TIME),
    sa.Index("ix_pcio_assignment_organization_id", "organization_id"),
)
"""Which office was asked which question, and until when; without a deadline the response's."""

ANSWER = sa.Table(
    "pcio_answer",
    tk.BaseModel.metadata,
    sa.Column("response_id", sa.UnicodeText, primary_key=True),
    sa.Column("question_id", sa.UnicodeText, primary_key=True),
    sa.Column("state", sa.UnicodeText, nullable=False),
    sa.Column("origin", sa.UnicodeText, nullable=False),
    sa.Column("answer", JSONB, nullable=False),
    sa.Column("reason", sa.UnicodeText, nullable=False, server_default=_EMPTY),
    sa.Column("proposal", JSONB),
    sa.Column("version", sa.Integer, nullable=False, server_default=_ONE),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("changed_by", sa.UnicodeText),
    sa.Column("confirmed_at", _TIME),
    sa.Column("confirmed_by", sa.UnicodeText),
)
"""The province's answer to a question, in the shape `survey.places` tells.

`state` is "draft" or "confirmed". `origin` is "proposal" (as the catalog proposed it), "override"
(otherwise than proposed, with `reason`) or "own" (nothing was proposed). `proposal` is the proposal
as it stood when the answer was written (`survey.kept.as_kept`), or null; an answer never hides it.
"""

CONTRIBUTION = sa.Table(
    "pcio_contribution",
    tk.BaseModel.metadata,
    sa.Column("response_id", sa.UnicodeText, primary_key=True),
    sa.Column("question_id", sa.UnicodeText, primary_key=True),
    sa.Column("organization_id", sa.UnicodeText, primary_key=True),
    sa.Column("state", sa.UnicodeText, nullable=False),
    sa.Column("answer", JSONB, nullable=False),
    sa.Column("note", sa.UnicodeText, nullable=False, server_default=_EMPTY),
    sa.Column("version", sa.Integer, nullable=False, server_default=_ONE),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("changed_by", sa.UnicodeText),
    sa.Column("sent_at", _TIME),
)
"""What an office answers to a question put to it; `state` is "draft" or "sent"."""

EVENT = sa.Table(
    "pcio_answer_event",
    tk.BaseModel.metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("response_id", sa.UnicodeText, nullable=False),
    sa.Column("question_id", sa.UnicodeText),
    sa.Column("organization_id", sa.UnicodeText),
    sa.Column("kind", sa.UnicodeText, nullable=False),
    sa.Column("at", _TIME, nullable=False),
    sa.Column("actor", sa.UnicodeText),
    sa.Column("detail", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Index("ix_pcio_answer_event_question", "response_id", "question_id", "id"),
)
"""Everything that happened to a response, in order; rows are only ever added."""

EVIDENCE = sa.Table(
    "pcio_evidence",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("response_id", sa.UnicodeText, nullable=False),
    sa.Column("question_id", sa.UnicodeText, nullable=False),
    sa.Column("place", sa.UnicodeText, nullable=False),
    sa.Column("organization_id", sa.UnicodeText),
    sa.Column("kind", sa.UnicodeText, nullable=False),
    sa.Column("url", sa.UnicodeText),
    sa.Column("name", sa.UnicodeText, nullable=False, server_default=_EMPTY),
    sa.Column("stored", sa.UnicodeText),
    sa.Column("size", sa.BigInteger),
    sa.Column("sha256", sa.UnicodeText),
    sa.Column("mimetype", sa.UnicodeText),
    sa.Column("passage", sa.UnicodeText, nullable=False, server_default=_EMPTY),
    sa.Column("added_at", _TIME, nullable=False),
    sa.Column("added_by", sa.UnicodeText),
    sa.Column("removed_at", _TIME),
    sa.Column("removed_by", sa.UnicodeText),
    sa.Index("ix_pcio_evidence_question", "response_id", "question_id"),
)
"""A file or an address behind an answer, at one place of it (`survey.places`).

`kind` is "file" or "url"; `stored` is where the file lies in private storage, `name` what it was
called, `passage` where in it the proof stands. One that was removed keeps its row, and its file
until the response is locked (longer where a form that was locked has it). `organization_id` is the
office that gave it; null: the committee.
"""

PROPOSAL = sa.Table(
    "pcio_proposal",
    tk.BaseModel.metadata,
    sa.Column("edition", sa.UnicodeText, primary_key=True),
    sa.Column("question_id", sa.UnicodeText, primary_key=True),
    sa.Column("proposal", JSONB, nullable=False),
    sa.Column("digest", sa.UnicodeText, nullable=False),
    sa.Column("stamp", sa.UnicodeText, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("computed_at", _TIME, nullable=False),
)
"""The proposals of an edition as the whole province's catalog has them, kept so that pages need
not compute them. `digest` changes when what the form asks does; `stamp` is the state of
the catalog, the registers and the day they were computed from. A page reads them all, so the
datasets behind them stand apart, in `PROPOSAL_ROWS`."""

PROPOSAL_ROWS = sa.Table(
    "pcio_proposal_rows",
    tk.BaseModel.metadata,
    sa.Column("edition", sa.UnicodeText, primary_key=True),
    sa.Column("question_id", sa.UnicodeText, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("datasets", ARRAY(sa.UnicodeText), nullable=False),
    sa.Column("rows", JSONB, nullable=False),
)
"""The datasets behind each proposal, `kept.PART` of them in a row, in their order.

In parts, because the first are shown on a page, and because all of a large catalog's are more than
one value of PostgreSQL may hold. `datasets` are the ids, blank for what lies outside the catalog,
so that permissions can be asked for without reading the rest."""

SNAPSHOT = sa.Table(
    "pcio_snapshot",
    tk.BaseModel.metadata,
    sa.Column("id", sa.UnicodeText, primary_key=True),
    sa.Column("response_id", sa.UnicodeText, nullable=False),
    sa.Column("edition", sa.UnicodeText, nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("sha256", sa.UnicodeText, nullable=False),
    sa.Column("taken_at", _TIME, nullable=False),
    sa.Column("taken_by", sa.UnicodeText),
    sa.Index("ix_pcio_snapshot_response_id", "response_id", "taken_at"),
)
"""A finished survey as it was locked: the filled form (`survey.filled`) with its counts."""

SNAPSHOT_ROWS = sa.Table(
    "pcio_snapshot_rows",
    tk.BaseModel.metadata,
    sa.Column("snapshot_id", sa.UnicodeText, primary_key=True),
    sa.Column("question_id", sa.UnicodeText, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("datasets", ARRAY(sa.UnicodeText), nullable=False),
    sa.Column("rows", JSONB, nullable=False),
)
"""`PROPOSAL_ROWS` as they were when the survey was locked."""

RESULT = sa.Table(
    "pcio_result",
    tk.BaseModel.metadata,
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("edition", sa.UnicodeText),
    sa.Column("overall", sa.Numeric(5, 2)),
    sa.Column("level", sa.SmallInteger),
    sa.Column("pillars", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("source", sa.UnicodeText, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default=_ONE),
    sa.Column("changed_at", _TIME, nullable=False),
    sa.Column("changed_by", sa.UnicodeText),
)
"""The official result of a year (Buddhist era), entered by hand: `pillars` holds by pillar number
`{"score": number or null, "level": number or null}`."""
