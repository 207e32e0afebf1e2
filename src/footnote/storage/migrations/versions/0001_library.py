"""The library: what the first release's database holds."""

import sqlalchemy as sa
from alembic import op

revision = "0001_library"
down_revision = None


def upgrade() -> None:
    """Documents, their passages and, on SQLite, the full-text index over these."""
    op.create_table(
        "documents",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("date", sa.String),
        sa.Column("duration_s", sa.Float),
        sa.Column("words", sa.Integer, nullable=False),
    )
    op.create_table(
        "passages",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("document_id", sa.String, sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("segments", sa.JSON, nullable=False),
    )
    op.create_index("passages_by_document", "passages", ["document_id", "ordinal"])
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE passages_fts "
            "USING fts5(title, speaker, text, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
