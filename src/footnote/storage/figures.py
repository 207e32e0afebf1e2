"""What operators are shown, counted in the database: in slices, so that no look at it stops what is being streamed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, String, column, exists, false, func, select, true, values

from footnote.figures import LISTED, Figures, Said, Span, Unanswered, Window
from footnote.storage import outcomes, schema
from footnote.storage.counting import Counted
from footnote.storage.titles import folded
from footnote.storage.transactions import reading

SLICE = 5_000
"""Answers that are looked at in one statement."""
KEPT_FOR = 10
"""For so many times as long as they took to count, figures are given again; at least ``KEPT_S``."""
KEPT_S = 5.0
_MOST_KEPT = 12
_MOST_ASTRAY = 1000
_MOST_QUESTIONS = 200
"""The latest of a window's questions without an answer, among which those asked again are found."""
_MOST_ASKED = 500  # each takes one of a statement's variables

_outcomes, _cited, _answers, _feedback = schema.outcomes, schema.cited, schema.answers, schema.feedback


class SqlOperations:
    """``Operations`` in the database that holds the answers; without ``texts``, no question is read."""

    def __init__(
        self, engine: Engine, *, texts: bool = True, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._texts = texts
        self._now = now
        self._counting = threading.Lock()
        self._kept: dict[tuple[Window, int], tuple[float, Figures]] = {}
        self._filling: threading.Thread | None = None

    def figures(self, window: Window, offset_s: int = 0) -> Figures:
        with self._counting:  # who comes meanwhile gets what was just counted
            until, figures = self._kept.get((window, offset_s), (0.0, None))
            if figures is not None and time.monotonic() < until:
                return figures
            began = time.monotonic()
            figures = self._count(Span.up_to(self._now(), window, offset_s))
            ended = time.monotonic()
            while len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[window, offset_s] = ended + max(KEPT_S, KEPT_FOR * (ended - began)), figures
            if figures.uncounted:
                self._fill()
            return figures

    def uncited(self, document_ids: Sequence[str]) -> list[str]:
        found: list[str] = []
        for start in range(0, len(document_ids), _MOST_ASKED):
            some = document_ids[start : start + _MOST_ASKED]
            asked = values(column("id", String), name="asked").data([(id,) for id in some]).cte()
            never = select(asked.c.id).where(~exists().where(_cited.c.document_id == asked.c.id))
            with reading(self._engine) as connection:
                found.extend(connection.scalars(never))
            _breathe()
        return found

    def _count(self, span: Span) -> Figures:
        counted = Counted()
        for first, last in self._slices(span):
            with reading(self._engine) as connection:
                counted.take(connection, span, first, last)
            _breathe()
        with reading(self._engine) as connection:
            return counted.figures(span, _now(connection), _said(connection, span), self._questions(connection, span))

    def _slices(self, span: Span) -> Iterator[tuple[int, int]]:
        """The numbers of a window's answers, from first to last, so many at a time.

        Numbers follow the moments, but for the clocks of several machines: so the first is looked for among some.
        """
        since = select(_outcomes.c.number).where(_outcomes.c.asked_s >= span.since_s).order_by(_outcomes.c.asked_s)
        earliest = since.limit(_MOST_ASTRAY).subquery()
        with reading(self._engine) as connection:
            first = connection.scalar(select(func.min(earliest.c.number)))
            last = connection.scalar(select(func.max(_outcomes.c.number)))
        if first is not None and last is not None:
            for start in range(first, last + 1, SLICE):
                yield start, start + SLICE - 1

    def _questions(self, connection: Connection, span: Span) -> tuple[Unanswered, ...]:
        if not self._texts:
            return ()
        latest = (
            select(_answers.c.query, _answers.c.created_at)
            .join_from(_outcomes, _answers, _outcomes.c.number == _answers.c.number)
            .where(_outcomes.c.unanswered == true(), _outcomes.c.asked_s >= span.since_s)
            .order_by(_outcomes.c.number.desc())
            .limit(_MOST_QUESTIONS)
        )
        times: Counter[str] = Counter()
        first: dict[str, Any] = {}
        for row in connection.execute(latest):
            same = " ".join(folded(row.query).split())
            times[same] += 1
            first.setdefault(same, row)
        return tuple(Unanswered(row.query, times[same], row.created_at) for same, row in [*first.items()][:LISTED])

    def _fill(self) -> None:
        """Begin to count what earlier releases left, beside the requests, until it is done."""
        if self._filling is None or not self._filling.is_alive():
            self._filling = threading.Thread(target=outcomes.fill_all, args=(self._engine,), daemon=True)
            self._filling.start()


def _now(connection: Connection) -> tuple[int, int, int]:
    """Answers that are being written, streams that are open in living processes, and what is still to be counted."""
    running = select(func.count()).select_from(_answers).where(_answers.c.ended == false())
    living = schema.streams.join(schema.processes, schema.streams.c.process == schema.processes.c.id)
    counts = (running, select(func.count()).select_from(living), select(func.count()).select_from(schema.uncounted))
    written, streams, uncounted = (connection.scalar(count) or 0 for count in counts)
    return written, streams, uncounted


def _said(connection: Connection, span: Span) -> tuple[Said, ...]:
    since = datetime.fromtimestamp(span.since_s, UTC)
    said = select(_feedback.c.verdict, _feedback.c.reason, func.count().label("times"))
    grouped = said.where(_feedback.c.created_at >= since).group_by(_feedback.c.verdict, _feedback.c.reason)
    found = [Said(row.verdict, row.reason, row.times) for row in connection.execute(grouped)]
    return tuple(sorted(found, key=lambda said: (said.verdict, -said.times, said.reason or "")))


def _breathe() -> None:
    time.sleep(0)
