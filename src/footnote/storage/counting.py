"""Ended answers summed up in the database, a slice at a time; the slices are put together here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, case, func, select, true

from footnote.figures import Figures, OfModel, Said, Span, Step, Unanswered, waited
from footnote.storage import schema

_SUMS = ("retries", "statements", "supported", "unanswered")
_outcomes, _cited = schema.outcomes, schema.cited

Took = dict[tuple[int, str], Counter[int]]
"""How often the first words took so long, by step and model."""


@dataclass(slots=True)
class Counted:
    """The sums of the slices so far; steps are numbered from the epoch."""

    ends: Counter[tuple[int, str]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    models: dict[str, Counter[str]] = field(default_factory=dict)
    sums: Counter[str] = field(default_factory=Counter)
    took: Took = field(default_factory=dict)
    cited: Counter[str] = field(default_factory=Counter)

    def take(self, connection: Connection, span: Span, first: int, last: int) -> None:
        """Add the answers of these numbers."""
        within = (_outcomes.c.number.between(first, last), _outcomes.c.asked_s >= span.since_s)
        step = ((_outcomes.c.asked_s - span.since_s) // span.window.step_s).label("step")
        for row in connection.execute(_ends(step).where(*within)):
            self._end(row)
        for row in connection.execute(_took(step).where(*within)):
            self.took.setdefault((row.step, row.model), Counter())[row.ms] += row.answers
        cited = select(_cited.c.document_id, func.count()).join_from(
            _outcomes, _cited, _outcomes.c.number == _cited.c.number
        )
        for document_id, answers in connection.execute(cited.where(*within).group_by(_cited.c.document_id)):
            self.cited[document_id] += answers

    def _end(self, row: Any) -> None:
        self.ends[row.step, row.ended] += row.answers
        of_model = self.models.setdefault(row.model, Counter())
        of_model["answers"] += row.answers
        if row.ended == "error":
            self.errors[row.code] += row.answers
            of_model["errors"] += row.answers
        of_model["input_tokens"] += row.input_tokens or 0
        of_model["output_tokens"] += row.output_tokens or 0
        for name, count in zip(_SUMS, (row.retries, row.statements, row.supported, row.unanswered), strict=True):
            self.sums[name] += count

    def figures(
        self, span: Span, now: tuple[int, int, int], feedback: tuple[Said, ...], questions: tuple[Unanswered, ...]
    ) -> Figures:
        running, streams, uncounted = now
        return Figures(
            span,
            running,
            streams,
            tuple(self._step(n, at) for n, at in enumerate(span.moments())),
            waited(self._all(lambda *_: True)),
            tuple(sorted(self.errors.items(), key=lambda item: (-item[1], item[0]))),
            tuple(self._model(name) for name, _ in sorted(self.models.items(), key=lambda m: -m[1]["answers"])),
            self.sums["retries"],
            self.sums["statements"],
            self.sums["supported"],
            feedback,
            dict(self.cited),
            self.sums["unanswered"],
            questions,
            uncounted,
        )

    def _step(self, n: int, at: datetime) -> Step:
        ends = {ended: self.ends[n, ended] for ended in ("done", "cancelled", "error")}
        return Step(at, **ends, first_token_ms=waited(self._all(lambda step, _: step == n)))

    def _model(self, name: str) -> OfModel:
        sums = self.models[name]
        took = waited(self._all(lambda _, model: model == name))
        return OfModel(name, sums["answers"], sums["errors"], sums["input_tokens"], sums["output_tokens"], took)

    def _all(self, counts: Callable[[int, str], bool]) -> Counter[int]:
        merged: Counter[int] = Counter()
        for (step, model), took in self.took.items():
            if counts(step, model):
                merged.update(took)
        return merged


def _ends(step: Any) -> Any:
    o = _outcomes.c
    sums = [func.sum(o[name]).label(name) for name in ("input_tokens", "output_tokens", *_SUMS[:-1])]
    unanswered = func.sum(case((o.unanswered == true(), 1), else_=0)).label("unanswered")
    counted = (func.count().label("answers"), *sums, unanswered)
    return select(step, o.ended, o.code, o.model, *counted).group_by(step, o.ended, o.code, o.model)


def _took(step: Any) -> Any:
    """How often the first words took so long, rounded to two digits: so there are few times, however many answers."""
    o = _outcomes.c
    digits = [(o.first_token_ms < 100 * unit, unit) for unit in (1, 10, 100, 1000)]
    unit = case(*digits, else_=10_000)
    ms = ((o.first_token_ms + unit // 2) // unit * unit).cast(Integer).label("ms")
    took = select(step, o.model, ms, func.count().label("answers")).where(o.first_token_ms.is_not(None))
    return took.group_by(step, o.model, ms)
