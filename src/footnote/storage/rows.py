"""How the project's values stand in the tables' rows, and come back from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from footnote.contexts import Context
from footnote.conversations import Answer, Session
from footnote.passages import Document, Filter, Kind, Parsed, Passage, Segment
from footnote.storage import schema
from footnote.storage.titles import folded

_LABELS = ("speakers", "tags")


def document_row(document: Document) -> dict[str, object]:
    """The row of a document, without its labels."""
    return {name: value for name, value in asdict(document).items() if name not in _LABELS}


def document_of(row: Row[Any], speakers: Sequence[str] = (), tags: Sequence[str] = ()) -> Document:
    """The document of a row, with its labels."""
    fields = row._asdict()
    labels = {"speakers": tuple(speakers), "tags": tuple(tags)}
    return Document(**fields | labels | {"kind": Kind(fields["kind"])})


def filter_fields(filter: Filter) -> dict[str, object] | None:
    """A filter's conditions as plain values, but for the documents' ids; None where there are none."""
    fields = {name: value for name, value in asdict(filter).items() if value and name != "document_ids"}
    plain = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in fields.items()}
    return plain or None


def filter_of(fields: Mapping[str, Any] | None) -> Filter:
    """The filter of what ``filter_fields`` gave."""
    made: dict[str, Any] = {n: frozenset(v) if isinstance(v, list) else v for n, v in (fields or {}).items()}
    if "kinds" in made:
        made["kinds"] = frozenset(Kind(kind) for kind in made["kinds"])
    return Filter(**made)


def passage_row(passage: Passage) -> dict[str, object]:
    """The row of a passage, without its number."""
    return {
        "id": passage.id,
        "document_id": passage.document_id,
        "ordinal": passage.ordinal,
        "title": passage.title,
        "text": passage.text,
        "page": passage.page,
        # Not `astuple`, which copies each value: it took half of the time in which a library is built.
        "segments": [(s.offset, s.index, s.speaker, s.start_s, s.end_s) for s in passage.segments],
    }


PASSAGE_COLUMNS: Sequence[Column[Any]] = [column for column in schema.passages.columns if column.name != "number"]


def passage_of(row: Row[Any]) -> Passage:
    """The passage of a row of ``PASSAGE_COLUMNS``, whatever stands beside them."""
    return Passage(
        id=row.id,
        document_id=row.document_id,
        title=row.title,
        ordinal=row.ordinal,
        text=row.text,
        segments=tuple(Segment(*segment) for segment in row.segments),
        page=row.page,
    )


def plain(made: Parsed) -> dict[str, Any]:
    """A document and its passages as plain values, as another process hands them over."""
    document = {name: value for name, value in asdict(made.document).items() if name != "indexed_at"}
    return {"document": document, "passages": [passage_row(passage) for passage in made.passages]}


def parsed_of(fields: Mapping[str, Any]) -> Parsed:
    """What ``plain`` gave."""
    document = dict(fields["document"])
    kept = {"kind": Kind(document["kind"]), "speakers": tuple(document["speakers"]), "tags": tuple(document["tags"])}
    passages = [
        Passage(**row | {"segments": tuple(Segment(*segment) for segment in row["segments"])})
        for row in fields["passages"]
    ]
    return Parsed(Document(**document | kept), tuple(passages))


def answer_row(answer: Answer, owner: str) -> dict[str, object]:
    """The row of a new answer that the process ``owner`` will write."""
    return {
        "id": answer.id,
        "session_id": answer.session_id,
        "owner": owner,
        "seq": 0,
        "ended": False,
        "stop": False,
        "model": answer.model,
        "created_at": answer.created_at,
        "replaces": answer.replaces,
        "continues": answer.continues,
        "recording_filter": list(answer.recording_filter),
        "criteria": filter_fields(answer.criteria),
        "profile": answer.profile,
        "context": asdict(answer.context) if answer.context else None,
        "query": answer.query,
        "searchable": folded(answer.query),
    }


ANSWER_COLUMNS: Sequence[Column[Any]] = [
    *(schema.answers.c[name] for name in ("id", "session_id", "model", "created_at", "replaces", "continues")),
    *(schema.answers.c[name] for name in ("recording_filter", "criteria", "profile", "context", "query")),
    schema.sessions.c.user,
]


def answer_of(row: Row[Any]) -> Answer:
    """The answer of a row of ``ANSWER_COLUMNS``, which takes its session to be joined."""
    fields = row._asdict()
    limits = {"recording_filter": tuple(fields["recording_filter"]), "criteria": filter_of(fields["criteria"])}
    return Answer(**fields | limits | {"context": _context(fields["context"])})


def _context(fields: dict[str, Any] | None) -> Context | None:
    if fields is None:
        return None
    pairs = {name: tuple(map(tuple, fields[name])) for name in ("filter", "rows")}
    return Context(**fields | pairs | {"columns": tuple(fields["columns"])})


SESSION_COLUMNS: Sequence[Column[Any]] = [
    schema.sessions.c[name] for name in ("id", "user", "title", "created_at", "updated_at")
]


def session_of(row: Row[Any]) -> Session:
    """The conversation of a row of ``SESSION_COLUMNS`` and ``running``."""
    return Session(**row._asdict())


def hold(connection: Connection, user: str) -> None:
    """Have this transaction alone read and change what is this user's, until it ends."""
    if connection.dialect.name == "postgresql":  # on SQLite there is one writer
        connection.execute(select(schema.users.c.id).where(schema.users.c.id == user).with_for_update(key_share=True))


def insert_new(connection: Connection, table: Table, returned: Column[Any] | None = None, **row: object) -> Any:
    """Insert a row where none stands under one of its keys; what was ``returned`` of it, None where one stood."""
    kind: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = kind(table).values(**row).on_conflict_do_nothing()
    if returned is None:
        connection.execute(statement)
        return None
    return connection.execute(statement.returning(returned)).scalar_one_or_none()
