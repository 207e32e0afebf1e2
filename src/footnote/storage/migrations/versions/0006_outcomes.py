"""What ended answers came to, in figures, and which documents they cite."""

import sqlalchemy as sa
from alembic import op

revision = "0006_outcomes"
down_revision = "0005_asked_about"


def upgrade() -> None:
    """Answers of before are noted alone: reading all their logs may take longer than a start may."""
    op.create_table(
        "outcomes",
        _of("answers.number"),
        sa.Column("asked_s", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.String, nullable=False),
        sa.Column("code", sa.String),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("total_ms", sa.Integer),
        sa.Column("first_token_ms", sa.Integer),
        sa.Column("input_tokens", sa.Integer),
        sa.Column("output_tokens", sa.Integer),
        sa.Column("retries", sa.Integer, nullable=False),
        sa.Column("found", sa.Integer),
        sa.Column("statements", sa.Integer, nullable=False),
        sa.Column("supported", sa.Integer, nullable=False),
        sa.Column("unanswered", sa.Boolean, nullable=False),
    )
    op.create_index("outcomes_by_moment", "outcomes", ["asked_s"])
    unanswered = sa.column("unanswered", sa.Boolean) == sa.true()
    op.create_index("outcomes_unanswered", "outcomes", ["number"], sqlite_where=unanswered, postgresql_where=unanswered)
    op.create_table(
        "cited",
        _of("outcomes.number"),
        sa.Column("document_id", sa.String, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("cited_by_document", "cited", ["document_id"])
    op.create_table("uncounted", _of("answers.number"))
    op.execute("INSERT INTO uncounted (number) SELECT number FROM answers WHERE ended")
    op.create_index("feedback_by_moment", "feedback", ["created_at", "verdict", "reason"])


def _of(column: str) -> sa.Column[int]:
    kept = sa.ForeignKey(column, ondelete="CASCADE")
    return sa.Column("number", sa.Integer, kept, primary_key=True, autoincrement=False)
