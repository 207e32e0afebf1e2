"""The tables, on SQLite and on Postgres; the steps that make them are in ``migrations``."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    true,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment with its time zone, kept in UTC; SQLite keeps none, so that none is written there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("source", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("date", String),
    Column("duration_s", Float),
    Column("words", Integer, nullable=False),
    Column("added_by", String),
    Column("indexed_at", Moment),
)

# What a document can be asked for by: its tags, and the speakers that are heard in it.
labels = Table(
    "labels",
    metadata,
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Index("labels_by_value", "kind", "value"),
)

# `number` is the row of the passage in the full-text index; `segments` is a list of
# [offset, index, speaker, start_s, end_s].
passages = Table(
    "passages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Integer),
    Column("segments", JSON, nullable=False),
    Index("passages_by_document", "document_id", "ordinal"),
)

# Rows of the full-text index, by their numbers, that are no passage's: written since then for a document that is to
# come, or, without a moment, left of one that is gone.
unsearched = Table(
    "unsearched",
    metadata,
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    Column("since", Moment),
)

# A document's last change, of those since there are such numbers; the last removal, of whatever document, has a row
# without one. No number is ever given again, so the highest says how the library stands; each database begins somewhere
# else, so that it is told from another one.
changes = Table(
    "changes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), unique=True),
    sqlite_autoincrement=True,
)

users = Table("users", metadata, Column("id", String, primary_key=True))

# `searchable` is the title, folded.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("user", String, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("title", String, nullable=False),
    Column("searchable", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("sessions_by_user", "user", "updated_at"),
)

# What a user has told of themselves: who they are, what they ask about, where, and how they like it answered.
# `step` is how far the first conversation has come; `sources` is a filter.
profiles = Table(
    "profiles",
    metadata,
    Column("user", String, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String),
    Column("topics", JSON, nullable=False),
    Column("sources", JSON),
    Column("style", String),
    Column("step", String, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

# `number` is the order in which they were asked. `owner` is the process that writes it, `seq` its last event's
# number. While it is written its events are rows of `events`; when it has ended, they are the lines of `log`.
# `searchable` is the question and, when it has ended, the text, folded. The long columns are the last: SQLite
# reads a row from its beginning.
answers = Table(
    "answers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("session_id", String, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("owner", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("stop", Boolean, nullable=False),
    Column("model", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("replaces", String),
    Column("continues", Boolean, nullable=False),
    Column("recording_filter", JSON, nullable=False),
    Column("criteria", JSON),
    Column("profile", String),
    Column("context", JSON(none_as_null=True)),
    Column("query", Text, nullable=False),
    Column("searchable", Text, nullable=False),
    Column("log", Text),
    Index("answers_by_session", "session_id", "number"),
    sqlite_autoincrement=True,
)
Index(
    "answers_unfinished",
    answers.c.owner,
    sqlite_where=answers.c.ended == false(),
    postgresql_where=answers.c.ended == false(),
)

# What an answer came to, once it has ended; gone with it. `asked_s` are seconds since the epoch: hours are counted by
# division, alike on both databases.
outcomes = Table(
    "outcomes",
    metadata,
    Column("number", Integer, ForeignKey("answers.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("asked_s", BigInteger, nullable=False),
    Column("ended", String, nullable=False),
    Column("code", String),
    Column("model", String, nullable=False),
    Column("total_ms", Integer),
    Column("first_token_ms", Integer),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("retries", Integer, nullable=False),
    Column("found", Integer),
    Column("statements", Integer, nullable=False),
    Column("supported", Integer, nullable=False),
    Column("unanswered", Boolean, nullable=False),
    Index("outcomes_by_moment", "asked_s"),
)
Index(
    "outcomes_unanswered",
    outcomes.c.number,
    sqlite_where=outcomes.c.unanswered == true(),
    postgresql_where=outcomes.c.unanswered == true(),
)

# The documents that an answer cites.
cited = Table(
    "cited",
    metadata,
    Column("number", Integer, ForeignKey("outcomes.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("document_id", String, primary_key=True),
    Index("cited_by_document", "document_id"),
    sqlite_with_rowid=False,
)

# Ended answers of earlier releases whose outcomes have yet to be worked out.
uncounted = Table(
    "uncounted",
    metadata,
    Column("number", Integer, ForeignKey("answers.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
)

events = Table(
    "events",
    metadata,
    Column("answer_id", String, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False),
    sqlite_with_rowid=False,
)

# `beat` goes up while the process lives.
processes = Table(
    "processes",
    metadata,
    Column("id", String, primary_key=True),
    Column("beat", Integer, nullable=False),
)

streams = Table(
    "streams",
    metadata,
    Column("ticket", String, primary_key=True),
    Column("user", String, nullable=False),
    Column("process", String, nullable=False),
    Index("streams_by_user", "user"),
    Index("streams_by_process", "process"),
)

# A row for each question that counts against its user's allowance.
asked = Table(
    "asked",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("user", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("asked_by_user", "user", "at"),
)

# What a user says of an answer, or of its citation `n`.
feedback = Table(
    "feedback",
    metadata,
    Column("id", String, primary_key=True),
    Column("answer_id", String, ForeignKey("answers.id", ondelete="CASCADE"), nullable=False),
    Column("user", String, nullable=False),
    Column("n", Integer),
    Column("verdict", String, nullable=False),
    Column("reason", String),
    Column("comment", Text),
    Column("created_at", Moment, nullable=False),
    Index("feedback_by_answer", "answer_id"),
    Index("feedback_by_moment", "created_at", "verdict", "reason"),
)

installation = Table(
    "installation",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
