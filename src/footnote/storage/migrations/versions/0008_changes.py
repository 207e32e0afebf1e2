"""The library's changes, numbered: what a second index follows."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0008_changes"
down_revision = "0007_installation"

_STARTS = 2**30


def upgrade() -> None:
    """Documents of before have none: an index that begins now reads them all.

    Each database counts from a number of its own, so an index that another one left behind is told from its own.
    """
    table = op.create_table(
        "changes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.String, sa.ForeignKey("documents.id", ondelete="CASCADE"), unique=True),
        sqlite_autoincrement=True,
    )
    op.bulk_insert(table, [{"number": 1 + secrets.randbelow(_STARTS)}])
