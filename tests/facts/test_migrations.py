"""The tables go up and down by every step, whatever is in them, and are those the code knows."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

BEFORE = "b16c7e92d0a4"
"""Where portals of the release before stand."""
ROW = {
    **{"package_id": "a", "name": "a", "title": "ก", "summary": "", "state": "active"},
    **{"url": "", "private": False, "own": True, "high_value": False, "stars": 0, "resources": 1},
    **dict.fromkeys(("structured", "machine_readable", "dictionary", "datastore"), False),
    **{"permission_labels": ["public"]},
}


def tables() -> dict[str, Any]:
    """Columns and indexes of our tables, as the database has them."""
    inspector = sa.inspect(model.meta.engine)
    return {
        name: (
            {column["name"]: column["nullable"] for column in inspector.get_columns(name)},
            sorted(str(index["name"]) for index in inspector.get_indexes(name)),
        )
        for name in inspector.get_table_names()
        # Partitions of use are made month by month.
        if name.startswith("pcio_") and not name.startswith("pcio_usage_daily_")
        if name != "pcio_alembic_version"
    }


def test_up_down_and_up_again(with_plugins, reset_db, migrate_db_for):
    reset_db()
    migrate_db_for("pcio")
    whole = tables()
    migrate_db_for("pcio", "base", forward=False)
    assert tables() == {}
    migrate_db_for("pcio", BEFORE)
    facts = sa.table("pcio_dataset_facts", *map(sa.column, ROW))
    with model.meta.engine.begin() as connection:
        connection.execute(sa.insert(facts).values(ROW))
    migrate_db_for("pcio")
    assert tables() == whole
    migrate_db_for("pcio", BEFORE, forward=False)
    migrate_db_for("pcio")
    assert tables() == whole
    with model.meta.engine.begin() as connection:
        assert connection.scalar(sa.select(facts.c.title)) == "ก"
        connection.execute(sa.delete(facts))


def test_the_code_and_the_database_agree(with_plugins, reset_db, migrate_db_for):
    reset_db()
    migrate_db_for("pcio")
    known = {
        name: {column.name: column.nullable for column in table.columns}
        for name, table in tk.BaseModel.metadata.tables.items()
        if name.startswith("pcio_")
    }
    assert known
    there = {name: columns for name, (columns, _indexes) in tables().items() if name in known}
    assert there == known
    inspector = sa.inspect(model.meta.engine)
    assert not any(inspector.get_foreign_keys(name) for name in tables())


WITH_ROWS = "172cd4f8a30b"
"""Where proposals held the datasets behind them."""
NEXT = "283de5a9b41c"
BEHIND = [
    {"dataset": f"id-{n}" if n else "", "title": "ก", "url": "", "note": {}} for n in range(450)
]


def proposal(rows: list[dict[str, Any]], **more: Any) -> str:
    return json.dumps({"question": "P2.2.2", "option": "yes", "evidence": rows, **more})


def test_datasets_behind_proposals_move_out_and_back(with_plugins, reset_db, migrate_db_for):
    """What a portal of the release before has kept is there on both sides of the step."""
    reset_db()
    migrate_db_for("pcio")
    migrate_db_for("pcio", WITH_ROWS, forward=False)
    content = {"answers": [{"question": "G1", "proposal": None}, {"question": "P2.2.2"}]}
    content["answers"][1]["proposal"] = json.loads(proposal(BEHIND))
    values = {"full": proposal(BEHIND), "none": proposal([]), "content": json.dumps(content)}

    def one(statement: str) -> Any:
        with model.meta.engine.begin() as connection:
            return connection.execute(sa.text(statement), values).scalars().all()

    proposals = "select proposal from pcio_proposal order by question_id"
    with model.meta.engine.begin() as connection:
        for statement in (
            """insert into pcio_proposal values
                ('e', 'P2.2.2', cast(:full as jsonb), 'd', 's', '2024-01-01', now()),
                ('e', 'P2.2.3', cast(:none as jsonb), 'd', 's', '2024-01-01', now())""",
            """insert into pcio_answer
                (response_id, question_id, state, origin, answer, proposal, changed_at) values
                ('r', 'P2.2.2', 'draft', 'own', '{}', cast(:full as jsonb), now()),
                ('r', 'G1', 'draft', 'own', '{}', null, now())""",
            """insert into pcio_snapshot values
                ('s', 'r', 'e', cast(:content as jsonb), 'seal', now(), null)""",
        ):
            connection.execute(sa.text(statement), values)
    before = one(proposals), one("select content from pcio_snapshot")
    migrate_db_for("pcio", NEXT)
    light = {"question": "P2.2.2", "option": "yes", "evidence": []}
    assert one(proposals) == [light | {"evidence_count": 450}, light | {"evidence_count": 0}]
    kept = one("select proposal from pcio_answer order by question_id")
    assert kept == [None, light | {"evidence_count": 450}]
    # What was sealed stays as it was.
    assert one("select content from pcio_snapshot") == before[1]
    for table in ("pcio_proposal_rows", "pcio_snapshot_rows"):
        parts = one(f"select rows from {table} where question_id = 'P2.2.2' order by part")
        assert [len(part) for part in parts] == [200, 200, 50]
        assert [row for part in parts for row in part] == BEHIND
        ids = one(f"select datasets from {table} order by part")
        assert [each for part in ids for each in part] == [row["dataset"] for row in BEHIND]
    # A snapshot of today has none of them in itself.
    one(
        "update pcio_snapshot set content = "
        "jsonb_set(content, '{answers,1,proposal,evidence}', '[]') returning id"
    )
    migrate_db_for("pcio", WITH_ROWS, forward=False)
    assert (one(proposals), one("select content from pcio_snapshot")) == before
    migrate_db_for("pcio")
    with model.meta.engine.begin() as connection:
        for name in ("pcio_proposal", "pcio_answer", "pcio_snapshot"):
            connection.execute(sa.text(f"delete from {name}"))
        for name in ("pcio_proposal_rows", "pcio_snapshot_rows"):
            connection.execute(sa.text(f"delete from {name}"))
