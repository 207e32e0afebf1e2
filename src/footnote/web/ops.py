"""What the operators are shown, as JSON; for everybody else there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify, request

from footnote.errors import NotFound
from footnote.figures import Figures, Operations, Shelf, Waited, Window, shelf
from footnote.passages import Document, Library
from footnote.web.identity import Identity
from footnote.web.requests.fields import parse
from footnote.web.requests.ops import OpsOf


@dataclass(frozen=True, slots=True)
class Overseeing:
    """The parts that these requests need."""

    operations: Operations | None
    library: Callable[[], Library]
    """With the rights of who asks."""
    identity: Identity = field(default_factory=Identity)
    operators: frozenset[str] = frozenset()
    """Who may see it; anybody may where nobody says who is asking, for then there is one user alone."""

    def is_operator(self) -> bool:
        """Whether who makes the request may see it."""
        return self.operations is not None and self.identity.is_one_of(self.operators)

    def counted(self, window: Window, offset_s: int) -> tuple[Figures, Shelf]:
        """The figures, and what they say of the documents; raises ``NotFound`` for who may not see them."""
        if self.operations is None or not self.is_operator():
            raise NotFound
        figures = self.operations.figures(window, offset_s)
        return figures, shelf(figures, self.library().documents(), self.operations)


class Ops:
    """The one request."""

    def __init__(self, overseeing: Overseeing) -> None:
        self._overseeing = overseeing

    def read(self) -> Response:
        if not self._overseeing.is_operator():
            raise NotFound
        asked = parse(OpsOf, request.args.to_dict())
        response = jsonify(_view(*self._overseeing.counted(Window(asked.window), asked.offset_s)))
        response.headers["Cache-Control"] = "no-store"
        return response


def _view(figures: Figures, shelved: Shelf) -> dict[str, Any]:
    span = figures.span
    return {
        "window": span.window,
        "since": _moment(datetime.fromtimestamp(span.since_s, UTC)),
        "until": _moment(span.until),
        "running": figures.running,
        "streams": figures.streams,
        "answers": figures.answers,
        "steps": [
            {
                "at": _moment(step.at),
                "done": step.done,
                "cancelled": step.cancelled,
                "error": step.error,
                "first_token_ms": _waited(step.first_token_ms),
            }
            for step in figures.steps
        ],
        "first_token_ms": _waited(figures.first_token_ms),
        "errors": [{"code": code, "answers": answers} for code, answers in figures.errors],
        "models": [
            {
                "model": of.model,
                "answers": of.answers,
                "errors": of.errors,
                "input_tokens": of.input_tokens,
                "output_tokens": of.output_tokens,
                "first_token_ms": _waited(of.first_token_ms),
            }
            for of in figures.models
        ],
        "retries": figures.retries,
        "statements": {"checked": figures.statements, "supported": figures.supported},
        "feedback": [{"verdict": s.verdict, "reason": s.reason, "times": s.times} for s in figures.feedback],
        "documents": {
            "in_library": shelved.documents,
            "most_cited": [_document(document) | {"answers": times} for document, times in shelved.most],
            "gone": shelved.gone,
            "never": shelved.never,
            "never_cited": [_document(document) for document in shelved.never_cited],
        },
        "unanswered": {
            "answers": figures.unanswered,
            "questions": [
                {"query": q.query, "times": q.times, "asked_at": _moment(q.asked_at)} for q in figures.questions
            ],
        },
        "uncounted": figures.uncounted,
    }


def _document(document: Document) -> dict[str, Any]:
    return {"id": document.id, "title": document.title}


def _waited(waited: Waited | None) -> dict[str, int] | None:
    return None if waited is None else {"p50": waited.p50, "p95": waited.p95, "p99": waited.p99}


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
