"""What ended answers came to, kept beside them: written with an answer's end, gone with the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from footnote.outcomes import Outcome, outcome_of
from footnote.storage import schema
from footnote.storage.transactions import reading, writing
from footnote.wire import decode

FILLED_AT_ONCE = 100
"""Answers of earlier releases that are worked out in one transaction: some 50 ms."""

_answers, _outcomes, _cited, _uncounted = schema.answers, schema.outcomes, schema.cited, schema.uncounted


def keep(connection: Connection, ended: Mapping[int, Outcome]) -> None:
    """Keep what answers came to, by their numbers; what is kept already stays as it is."""
    _insert(connection, _outcomes, [_row(number, outcome) for number, outcome in ended.items()])
    cited = [{"number": n, "document_id": id} for n, outcome in ended.items() for id in outcome.cited]
    _insert(connection, _cited, cited)


def left(engine: Engine) -> int:
    """How many answers of earlier releases are not worked out yet."""
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(_uncounted)) or 0


def fill(engine: Engine, most: int = FILLED_AT_ONCE) -> int:
    """Work out the newest of those; how many. Several processes may do so at once."""
    newest = select(_uncounted.c.number).order_by(_uncounted.c.number.desc()).limit(most)
    with writing(engine) as connection:
        numbers = connection.scalars(newest.with_for_update(skip_locked=True)).all()
        keep(connection, _worked_out(connection, numbers))
        connection.execute(delete(_uncounted).where(_uncounted.c.number.in_(numbers)))
    return len(numbers)


def _worked_out(connection: Connection, numbers: Sequence[int]) -> dict[int, Outcome]:
    columns = [_answers.c[name] for name in ("number", "model", "created_at", "profile", "log")]
    rows = connection.execute(select(*columns).where(_answers.c.number.in_(numbers)))
    return {
        row.number: outcome_of(
            (decode(line).event for line in row.log.split("\n")),
            model=row.model,
            asked_at=row.created_at,
        )
        for row in rows
        if row.profile is None
    }


def _insert(connection: Connection, table: Any, rows: Iterable[dict[str, object]]) -> None:
    kind: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    if listed := list(rows):
        connection.execute(kind(table).on_conflict_do_nothing(), listed)


def _row(number: int, outcome: Outcome) -> dict[str, object]:
    return {
        "number": number,
        "asked_s": int(outcome.asked_at.timestamp()),
        "ended": outcome.end,
        "code": outcome.code,
        "model": outcome.model,
        "total_ms": outcome.total_ms,
        "first_token_ms": outcome.first_token_ms,
        "input_tokens": outcome.input_tokens,
        "output_tokens": outcome.output_tokens,
        "retries": outcome.retries,
        "found": outcome.found,
        "statements": outcome.statements,
        "supported": outcome.supported,
        "unanswered": outcome.unanswered,
    }
