"""The passages' vectors on Postgres: pgvector's table, made once the model's dimension is known, and filled in after.

Passages stand first and get their vectors later, so that an embedding endpoint that is away keeps no document out of
the library: until then they are found by their words. ``halfvec`` holds 16 bits a dimension: half the memory, and up
to 4,000 dimensions in an index, where ``vector`` has 2,000.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Row, text
from sqlalchemy.exc import DBAPIError

from footnote.errors import SettingsError, StorageFailed, StreamingError
from footnote.storage.transactions import reading, told, writing

BATCH = 60
"""Passages whose vectors are asked for, and kept, at once."""
CLOSING_S = 5.0
PAUSE_AFTER_FAILURE_S = 60.0
LOOK_S = 1.0
"""How often is looked whether another process, which is filling, has ended."""
_LOCK = 0x766563  # any number that nobody else takes
_FILLING = _LOCK + 1

log = logging.getLogger(__name__)

_STANDS = text("SELECT obj_description(to_regclass('passage_vectors'), 'pg_class')")
_EXTENSION = text("SELECT 1 FROM pg_extension WHERE extname = 'vector'")
_TAKE = text("SELECT pg_try_advisory_lock(:lock)")
_LEAVE = text("SELECT pg_advisory_unlock(:lock)")
_MISSING = text(
    "SELECT p.number, p.title, p.text FROM passages AS p WHERE p.number > :after AND NOT EXISTS "
    "(SELECT 1 FROM passage_vectors AS v WHERE v.number = p.number) ORDER BY p.number LIMIT :most"
)
_ANY = text("SELECT number, title, text FROM passages WHERE number > :after ORDER BY number LIMIT :most")
_KEEP = text(
    "INSERT INTO passage_vectors (number, embedding) SELECT :number, CAST(:vector AS halfvec) "
    "FROM passages WHERE number = :number ON CONFLICT DO NOTHING"  # it may be gone by now
)


class Embeddings(Protocol):
    """Texts to vectors."""

    @property
    def name(self) -> str:
        """The model, whose vectors compare with no other's."""

    def of_query(self, text: str) -> list[float]:
        """The vector of a question, soon. Raises ``StreamingError``."""

    def of_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text, all of one length. Raises ``StreamingError``."""


class Vectors:
    """The vectors of one model for all passages of a library."""

    def __init__(self, engine: Engine, embeddings: Embeddings) -> None:
        self._engine = engine
        self._embeddings = embeddings
        self._filling = threading.Lock()
        self._rests_until = 0.0
        self._ready = False
        self._begun = False
        self._wanted = False
        self._closed = threading.Event()

    def open(self) -> None:
        """See that vectors can be kept; raises ``SettingsError`` where pgvector is missing and may not be added."""
        try:
            with writing(self._engine) as connection:
                if connection.execute(_EXTENSION).first() is None:
                    connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        except (DBAPIError, StorageFailed) as error:
            raise SettingsError(
                "FOOTNOTE_EMBEDDINGS can't be used: the database of FOOTNOTE_DATABASE_URL has no extension `vector`, "
                "and this user may not create it. Allowed: a database in which an administrator has run "
                "`CREATE EXTENSION vector`; or unset FOOTNOTE_EMBEDDINGS, and words alone are searched."
            ) from error

    def of_query(self, query: str) -> str | None:
        """A question's vector as the database reads it; None while there is none to compare it with."""
        try:
            if not self._is_ready():
                return None
            return _literal(self._embeddings.of_query(query))
        except StreamingError as error:
            log.warning("searched by words alone: the embeddings failed with %s", error.code, exc_info=error.__cause__)
            return None

    def begin(self) -> None:
        """Fill what is missing beside the requests, once in each process that serves; asked again, it has begun."""
        if not self._begun:
            self._begun = True
            self.fill_beside()

    def fill_beside(self) -> None:
        """Fill what is missing while whoever asks goes on."""
        threading.Thread(target=self.fill, name="footnote-vectors", daemon=True).start()

    def fill(self) -> None:
        """Give each passage that has none its vector; what fails is tried again with the next change."""
        if time.monotonic() < self._rests_until:
            return
        self._wanted = True
        # Who fills already looks once more, behind its release: who came before that went away for it.
        while self._wanted and not self._closed.is_set() and self._filling.acquire(blocking=False):
            try:
                self._wanted = False
                self._fill()
            except (StreamingError, StorageFailed) as error:
                self._rests_until = time.monotonic() + PAUSE_AFTER_FAILURE_S
                log.warning("passages are without vectors for now: %s", type(error).__name__, exc_info=error.__cause__)
                return
            finally:
                self._filling.release()

    def complete(self) -> None:
        """Return once no passage is without its vector and a question gets one; raises ``StreamingError``."""
        with self._filling:  # who has begun it beside the requests is waited for
            self._fill()
        self._embeddings.of_passages(["A question."])  # which waits for what questions don't wait for

    def close(self) -> None:
        """Fill no more; returns once no connection is used for it, or after some seconds."""
        self._closed.set()
        if self._filling.acquire(timeout=CLOSING_S):
            self._filling.release()

    def _fill(self) -> None:
        """Fill, or wait while another process does: asked for twice, a vector would cost twice."""
        while not self._closed.is_set():
            with self._alone() as alone:
                if alone:
                    self._fill_all()
                    return
            self._closed.wait(LOOK_S)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other process fills; if so, none does in this block. The lock ends with its connection."""
        # Without a transaction, which would stand open while the endpoint is asked.
        with told(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            alone = bool(connection.execute(_TAKE, {"lock": _FILLING}).scalar())
            try:
                yield alone
            finally:
                if alone:
                    connection.execute(_LEAVE, {"lock": _FILLING})

    def _fill_all(self) -> None:
        after = 0
        while not self._closed.is_set() and (missing := self._missing(after)):
            made = self._embeddings.of_passages([f"{row.title}\n{row.text}" for row in missing])
            if not self._is_ready():
                self._make(len(made[0]))
            with writing(self._engine) as connection:
                kept = [{"number": r.number, "vector": _literal(v)} for r, v in zip(missing, made, strict=True)]
                connection.execute(_KEEP, kept)
            after = missing[-1].number

    def _missing(self, after: int) -> Sequence[Row[Any]]:
        """The next passages without a vector of this model."""
        missing = _MISSING if self._is_ready() else _ANY
        with reading(self._engine) as connection:
            return connection.execute(missing, {"after": after, "most": BATCH}).all()

    def _is_ready(self) -> bool:
        """Whether the table stands and holds this model's vectors."""
        if not self._ready:
            with reading(self._engine) as connection:
                self._ready = connection.execute(_STANDS).scalar() == self._embeddings.name
        return self._ready

    def _make(self, dimensions: int) -> None:
        """The table for this model; another model's is dropped, for its vectors say nothing to this one."""
        with writing(self._engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if connection.execute(_STANDS).scalar() != self._embeddings.name:
                _create(connection, dimensions, self._embeddings.name)


def _create(connection: Connection, dimensions: int, model: str) -> None:
    connection.execute(text("DROP TABLE IF EXISTS passage_vectors"))
    connection.execute(
        text(
            "CREATE TABLE passage_vectors (number integer PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE, "
            f"embedding halfvec({int(dimensions)}) NOT NULL)"
        )
    )
    connection.execute(text("CREATE INDEX ON passage_vectors USING hnsw (embedding halfvec_cosine_ops)"))
    # A comment takes no parameter.
    quoted = "'" + model.replace("'", "''") + "'"
    connection.exec_driver_sql(f"COMMENT ON TABLE passage_vectors IS {quoted}".replace("%", "%%"))


def _literal(vector: Sequence[float]) -> str:
    return "[" + ",".join(f"{value:.7g}" for value in vector) + "]"
