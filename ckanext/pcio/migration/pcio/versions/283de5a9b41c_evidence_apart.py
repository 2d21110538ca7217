"""Datasets behind proposals apart from the proposals, in parts.

Revision ID: 283de5a9b41c
Revises: 172cd4f8a30b
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "283de5a9b41c"
down_revision = "172cd4f8a30b"
branch_labels = None
depends_on = None

_PART = 200
_LIGHT = """
    {0} || jsonb_build_object(
        'evidence', '[]'::jsonb,
        'evidence_count', jsonb_array_length(coalesce({0}->'evidence', '[]'::jsonb))
    )
"""


def upgrade() -> None:
    for table, owner in (("pcio_proposal_rows", "edition"), ("pcio_snapshot_rows", "snapshot_id")):
        op.create_table(
            table,
            sa.Column(owner, sa.UnicodeText, primary_key=True),
            sa.Column("question_id", sa.UnicodeText, primary_key=True),
            sa.Column("part", sa.Integer, primary_key=True),
            sa.Column("datasets", ARRAY(sa.UnicodeText), nullable=False),
            sa.Column("rows", JSONB, nullable=False),
        )
    _set_apart(
        "pcio_proposal_rows",
        "select edition as owner, question_id, proposal from pcio_proposal",
    )
    # The content itself was sealed with its sum and stays as it is.
    _set_apart(
        "pcio_snapshot_rows",
        """select id as owner, answer->>'question' as question_id, answer->'proposal' as proposal
        from pcio_snapshot, jsonb_array_elements(content->'answers') as answer
        where jsonb_typeof(answer->'proposal') = 'object'""",
    )
    for table in ("pcio_proposal", "pcio_answer"):
        light = _LIGHT.format("proposal")
        op.execute(f"update {table} set proposal = {light} where proposal ? 'evidence'")


def _set_apart(table: str, proposals: str) -> None:
    op.execute(f"""
        insert into {table}
        select owner, question_id, (place - 1) / {_PART},
            array_agg(coalesce(item->>'dataset', '') order by place), jsonb_agg(item order by place)
        from ({proposals}) as found,
            jsonb_array_elements(proposal->'evidence') with ordinality as each(item, place)
        group by 1, 2, 3
    """)


def downgrade() -> None:
    together = """
        select jsonb_agg(item order by part, place) from {table} as apart,
            jsonb_array_elements(apart.rows) with ordinality as each(item, place)
        where {of}
    """
    of_proposal = together.format(
        table="pcio_proposal_rows",
        of="apart.edition = pcio_proposal.edition"
        " and apart.question_id = pcio_proposal.question_id",
    )
    op.execute(f"""
        update pcio_proposal set proposal = proposal - 'evidence_count'
            || jsonb_build_object('evidence', coalesce(({of_proposal}), '[]'::jsonb))
    """)
    of_answer = together.format(
        table="pcio_snapshot_rows",
        of="apart.snapshot_id = pcio_snapshot.id and apart.question_id = answer->>'question'",
    )
    op.execute(f"""
        update pcio_snapshot set content = jsonb_set(content, '{{answers}}', (
            select jsonb_agg(
                case when jsonb_typeof(answer->'proposal') = 'object' then
                    jsonb_set(answer, '{{proposal}}', (answer->'proposal') - 'evidence_count'
                        || jsonb_build_object('evidence', coalesce(({of_answer}), '[]'::jsonb)))
                else answer end
                order by place
            )
            from jsonb_array_elements(content->'answers') with ordinality as each(answer, place)
        ))
    """)
    op.drop_table("pcio_snapshot_rows")
    op.drop_table("pcio_proposal_rows")
