"""Alembic runs this for each upgrade: on the connection, and in the transaction, of whoever asked for it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
