"""Conversations: users, sessions, answers and their events, who writes them, who watches, and what is said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0002_conversations"
down_revision = "0001_library"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What a database needs to keep conversations."""
    _conversations()
    _processes()
    _feedback()
    if op.get_context().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 2")  # so that the first release, which looks only at this, refuses it


def _conversations() -> None:
    op.create_table("users", sa.Column("id", sa.String, primary_key=True))
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("user", sa.String, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("searchable", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
    )
    op.create_index("sessions_by_user", "sessions", ["user", "updated_at"])
    op.create_table(
        "answers",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("session_id", sa.String, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("stop", sa.Boolean, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("replaces", sa.String),
        sa.Column("continues", sa.Boolean, nullable=False),
        sa.Column("recording_filter", sa.JSON, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("searchable", sa.Text, nullable=False),
        sa.Column("log", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("answers_by_session", "answers", ["session_id", "number"])
    unfinished = sa.column("ended", sa.Boolean) == sa.false()
    op.create_index("answers_unfinished", "answers", ["owner"], sqlite_where=unfinished, postgresql_where=unfinished)
    op.create_table(
        "events",
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _processes() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("beat", sa.Integer, nullable=False),
    )
    op.create_table(
        "streams",
        sa.Column("ticket", sa.String, primary_key=True),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("process", sa.String, nullable=False),
    )
    op.create_index("streams_by_user", "streams", ["user"])
    op.create_index("streams_by_process", "streams", ["process"])
    op.create_table(
        "asked",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("asked_by_user", "asked", ["user", "at"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("answer_id", sa.String, sa.ForeignKey("answers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("n", sa.Integer),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("comment", sa.Text),
        sa.Column("created_at", _MOMENT, nullable=False),
    )
    op.create_index("feedback_by_answer", "feedback", ["answer_id"])
