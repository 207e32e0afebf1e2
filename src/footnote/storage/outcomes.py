"""What ended answers came to, kept beside them: written with an answer's end, gone with the answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from footnote.errors import StorageFailed
from footnote.outcomes import Outcome, outcome_of
from footnote.storage import schema
from footnote.storage.transactions import writing
from footnote.wire import decode

FILLED_AT_ONCE = 100
"""Answers of earlier releases that are worked out in one transaction: some 50 ms."""

PAUSE_S = 0.2
_MOST = 2**31 - 1
_MOST_ID_BYTES = 2000

log = logging.getLogger(__name__)

_answers, _outcomes, _cited, _uncounted = schema.answers, schema.outcomes, schema.cited, schema.uncounted


def keep(connection: Connection, ended: Mapping[int, Outcome]) -> None:
    """Keep what answers came to, by their numbers; what is kept already stays as it is."""
    _insert(connection, _outcomes, [_row(number, outcome) for number, outcome in ended.items()])
    cited = [{"number": n, "document_id": id} for n, outcome in ended.items() for id in outcome.cited if _fits(id)]
    _insert(connection, _cited, cited)


def fill(engine: Engine, most: int = FILLED_AT_ONCE) -> int:
    """Work out the newest of those; how many. Several processes may do so at once."""
    newest = select(_uncounted.c.number).order_by(_uncounted.c.number.desc()).limit(most)
    with writing(engine) as connection:
        numbers = connection.scalars(newest.with_for_update(skip_locked=True)).all()
        keep(connection, _worked_out(connection, numbers))
        connection.execute(delete(_uncounted).where(_uncounted.c.number.in_(numbers)))
    return len(numbers)


def fill_all(engine: Engine) -> None:
    """Work all of those out, with pauses in which others write."""
    try:
        while fill(engine):
            time.sleep(PAUSE_S)
    except StorageFailed:
        log.warning("answers of an earlier release are not counted yet, the database is away")


def _worked_out(connection: Connection, numbers: Sequence[int]) -> dict[int, Outcome]:
    columns = [_answers.c[name] for name in ("number", "model", "created_at", "profile", "log")]
    rows = connection.execute(select(*columns).where(_answers.c.number.in_(numbers)))
    worked_out = ((row.number, _read(row)) for row in rows if row.profile is None)
    return {number: outcome for number, outcome in worked_out if outcome is not None}


def _read(row: Row[Any]) -> Outcome | None:
    """What an answer came to, by its log; None where that can't be read: those before it are counted all the same."""
    try:
        events = [decode(line).event for line in row.log.split("\n")]
        return outcome_of(events, model=row.model, asked_at=row.created_at)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("an answer of an earlier release is not counted, its log can't be read (%s)", type(error).__name__)
        return None


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
        "total_ms": _bounded(outcome.total_ms),
        "first_token_ms": _bounded(outcome.first_token_ms),
        "input_tokens": _bounded(outcome.input_tokens),
        "output_tokens": _bounded(outcome.output_tokens),
        "retries": outcome.retries,
        "found": outcome.found,
        "statements": outcome.statements,
        "supported": outcome.supported,
        "unanswered": outcome.unanswered,
    }


def _bounded(count: int | None) -> int | None:
    """What a column takes: an endpoint may tell any number, and no figure may keep an answer from its end."""
    return None if count is None else max(0, min(count, _MOST))


def _fits(document_id: str) -> bool:
    """Whether an index takes it; an agent may name its sources as it likes."""
    encoded = document_id.encode("utf-8", "ignore")
    return len(encoded) <= _MOST_ID_BYTES and b"\0" not in encoded and encoded.decode() == document_id
