"""A province's response to a survey.

Revision ID: 172cd4f8a30b
Revises: 061bc3e725f9
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "172cd4f8a30b"
down_revision = "061bc3e725f9"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_EMPTY = sa.text("''")
_ONE = sa.text("1")
_TABLES = (
    "pcio_response",
    "pcio_assignment",
    "pcio_answer",
    "pcio_contribution",
    "pcio_answer_event",
    "pcio_evidence",
    "pcio_proposal",
    "pcio_snapshot",
    "pcio_result",
)


def upgrade() -> None:
    op.create_table(
        "pcio_response",
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
    op.create_table(
        "pcio_assignment",
        sa.Column("response_id", sa.UnicodeText, primary_key=True),
        sa.Column("question_id", sa.UnicodeText, primary_key=True),
        sa.Column("organization_id", sa.UnicodeText, primary_key=True),
        sa.Column("deadline", sa.Date),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("asked_by", sa.UnicodeText),
        sa.Column("reminded_at", _TIME),
    )
    op.create_index("ix_pcio_assignment_organization_id", "pcio_assignment", ["organization_id"])
    op.create_table(
        "pcio_answer",
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
    op.create_table(
        "pcio_contribution",
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
    op.create_table(
        "pcio_answer_event",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("response_id", sa.UnicodeText, nullable=False),
        sa.Column("question_id", sa.UnicodeText),
        sa.Column("organization_id", sa.UnicodeText),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.UnicodeText),
        sa.Column("detail", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
    op.create_index("ix_pcio_answer_event_question", "pcio_answer_event", ["response_id", "question_id", "id"])
    op.create_table(
        "pcio_evidence",
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
    )
    op.create_index("ix_pcio_evidence_question", "pcio_evidence", ["response_id", "question_id"])
    op.create_table(
        "pcio_proposal",
        sa.Column("edition", sa.UnicodeText, primary_key=True),
        sa.Column("question_id", sa.UnicodeText, primary_key=True),
        sa.Column("proposal", JSONB, nullable=False),
        sa.Column("digest", sa.UnicodeText, nullable=False),
        sa.Column("stamp", sa.UnicodeText, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("computed_at", _TIME, nullable=False),
    )
    op.create_table(
        "pcio_snapshot",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("response_id", sa.UnicodeText, nullable=False),
        sa.Column("edition", sa.UnicodeText, nullable=False),
        sa.Column("content", JSONB, nullable=False),
        sa.Column("sha256", sa.UnicodeText, nullable=False),
        sa.Column("taken_at", _TIME, nullable=False),
        sa.Column("taken_by", sa.UnicodeText),
    )
    op.create_index("ix_pcio_snapshot_response_id", "pcio_snapshot", ["response_id", "taken_at"])
    op.create_table(
        "pcio_result",
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


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.drop_table(name)
