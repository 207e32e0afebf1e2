"""What belongs to this installation alone, and to all of its processes."""

from __future__ import annotations

from sqlalchemy import Engine, select

from footnote.storage import schema
from footnote.storage.transactions import reading


def secret(engine: Engine) -> bytes:
    """The secret that was made with the database; raises ``StorageFailed``."""
    with reading(engine) as connection:
        kept = connection.scalar(select(schema.installation.c.value).where(schema.installation.c.name == "secret"))
    return bytes.fromhex(str(kept))
