"""The full-text index of a library that lives on Postgres; the embedded one has had its own from the beginning."""

from alembic import op

revision = "0004_library_on_postgres"
down_revision = "0003_reading"


def upgrade() -> None:
    """The words of each passage. Until now no passage was on Postgres, so that there are none to fill in."""
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE TABLE passage_words (number integer PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE, "
        "searchable tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX passage_words_searchable ON passage_words USING gin (searchable)")
