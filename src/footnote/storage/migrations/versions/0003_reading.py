"""What documents can be asked for by, what limits a question, and what users tell of themselves."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003_reading"
down_revision = "0002_conversations"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Documents have tags, speakers and a moment when they were taken in; answers their whole filter."""
    op.add_column("documents", sa.Column("added_by", sa.String))
    op.add_column("documents", sa.Column("indexed_at", _MOMENT))
    op.create_table(
        "labels",
        sa.Column("document_id", sa.String, sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
    )
    op.create_index("labels_by_value", "labels", ["kind", "value"])
    op.create_table(
        "unsearched",
        sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("since", _MOMENT),
    )
    op.add_column("answers", sa.Column("criteria", sa.JSON))
    op.add_column("answers", sa.Column("profile", sa.String))
    op.create_table(
        "profiles",
        sa.Column("user", sa.String, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("role", sa.String),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("sources", sa.JSON),
        sa.Column("style", sa.String),
        sa.Column("step", sa.String, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
    )
    _label_what_is_there()


def _label_what_is_there() -> None:
    """Documents of before get what they would have been given: their folders as tags, and their speakers."""
    connection = op.get_bind()
    now = datetime.now(UTC)
    kept = now.replace(tzinfo=None) if connection.dialect.name == "sqlite" else now
    connection.execute(sa.text("UPDATE documents SET indexed_at = :now").bindparams(sa.bindparam("now", kept, _MOMENT)))
    found: set[tuple[str, str, str]] = set()
    for (id,) in connection.execute(sa.text("SELECT id FROM documents")):
        found.update((id, "tag", folder) for folder in id.split("/")[:-1])
    for id, segments in connection.execute(sa.text("SELECT document_id, segments FROM passages")):
        listed = json.loads(segments) if isinstance(segments, str) else segments
        found.update((id, "speaker", segment[2]) for segment in listed if segment[2])
    if found:
        labels = sa.table("labels", sa.column("document_id"), sa.column("kind"), sa.column("value"))
        rows = [{"document_id": id, "kind": kind, "value": value} for id, kind, value in sorted(found)]
        connection.execute(sa.insert(labels), rows)
