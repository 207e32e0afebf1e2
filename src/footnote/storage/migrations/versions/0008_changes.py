"""The library's changes, numbered: what a second index follows."""

import sqlalchemy as sa
from alembic import op

revision = "0008_changes"
down_revision = "0007_installation"


def upgrade() -> None:
    """Documents of before have none: an index that begins now reads them all."""
    op.create_table(
        "changes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.String, sa.ForeignKey("documents.id", ondelete="CASCADE"), unique=True),
        sqlite_autoincrement=True,
    )
