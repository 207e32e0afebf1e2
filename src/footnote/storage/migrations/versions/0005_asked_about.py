"""What somebody was looking at when they asked."""

import sqlalchemy as sa
from alembic import op

revision = "0005_asked_about"
down_revision = "0004_library_on_postgres"


def upgrade() -> None:
    """Answers of before were asked about nothing."""
    op.add_column("answers", sa.Column("context", sa.JSON(none_as_null=True)))
