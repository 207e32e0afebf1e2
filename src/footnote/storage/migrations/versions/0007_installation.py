"""What belongs to the installation: the secret that users' pseudonyms are made with."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0007_installation"
down_revision = "0006_outcomes"


def upgrade() -> None:
    """The secret is made here, once for all processes, in the step's own transaction."""
    table = op.create_table(
        "installation", sa.Column("name", sa.String, primary_key=True), sa.Column("value", sa.String, nullable=False)
    )
    op.bulk_insert(table, [{"name": "secret", "value": secrets.token_hex(32)}])
