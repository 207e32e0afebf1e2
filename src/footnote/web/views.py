"""Answers and conversations as the JSON that the contract's requests answer with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from footnote.answers.rendering import Renderings
from footnote.conversations import Answer, AnswerLog, Session, Status, outcome
from footnote.events import Citations, Error, Queued, Retrying, Stage
from footnote.feedback import Feedback, FeedbackStore
from footnote.passages import Filter
from footnote.web.asked_about import context_view
from footnote.wire import Entry, fields_of, text_of


def answer_view(
    log: AnswerLog, answer: Answer, renderings: Renderings | None = None, feedback: FeedbackStore | None = None
) -> dict[str, Any]:
    """One answer as far as it goes; with ``renderings``, its finished blocks too."""
    said = feedback.of([answer.id]) if feedback else {}
    return _answer(answer, log.read(answer.id), renderings, said.get(answer.id, ()))


def _answer(
    answer: Answer, entries: Sequence[Entry], renderings: Renderings | None, said: Sequence[Feedback]
) -> dict[str, Any]:
    came_to = outcome(entries)
    view: dict[str, Any] = {
        "answer_id": answer.id,
        "session_id": answer.session_id,
        "status": came_to.status,
        "query": answer.query,
        "model": answer.model,
        "recording_filter": list(answer.recording_filter),
        "created_at": answer.created_at.isoformat(timespec="milliseconds"),
        "replaces": answer.replaces,
        "continues": answer.continues,
        "filter": filter_view(answer.criteria),
        "profile": answer.profile,
        "asks": came_to.asks.step if came_to.asks else None,
        "searched": came_to.retrieval.searched if came_to.retrieval else None,
        "library": came_to.retrieval.library if came_to.retrieval else None,
        "indexed_at": came_to.retrieval.indexed_at if came_to.retrieval else None,
        "retrieved": fields_of(came_to.retrieved) if came_to.retrieved else None,
        "text": came_to.text,
        **fields_of(Citations(came_to.citations, came_to.statements)),
        "error": _error(came_to.error),
        "feedback": [feedback_view(feedback) for feedback in said],
        "seq": entries[-1].seq if entries else 0,
    }
    if answer.context:
        view["context"] = context_view(answer.context)
    if came_to.status is Status.STREAMING and (doing := _doing(entries)):
        view["doing"] = doing
    if came_to.done:
        done = fields_of(came_to.done)
        view |= {key: done[key] for key in ("finish_reason", "usage", "timings", "trace_id") if key in done}
    if renderings is not None and entries:
        renderings.about(answer)
        blocks = renderings.blocks(answer.id, entries[-1].seq)
        view["blocks"] = [block.event.html for block in blocks]
        # What came behind the last block since it was finished is not yet one.
        behind = text_of(entries[blocks[-1].seq :]) if blocks else came_to.text
        view["tail"] = blocks[-1].event.tail + behind if blocks else behind
    return view


def filter_view(criteria: Filter) -> dict[str, Any]:
    """What limits a question beside the documents' ids."""
    conditions = {name: value for name, value in fields_of(criteria).items() if name != "document_ids"}
    return {name: sorted(v) if isinstance(v, frozenset) else v for name, v in conditions.items() if v}


def _doing(entries: Sequence[Entry]) -> dict[str, Any] | None:
    """What an answer that is being written does: the last event that says so."""
    event = next((e.event for e in reversed(entries) if isinstance(e.event, Stage | Queued | Retrying)), None)
    return {"type": event.type} | fields_of(event) if event else None


def _error(error: Error | None) -> dict[str, Any] | None:
    return fields_of(error) if error else None


def session_view(session: Session) -> dict[str, Any]:
    """A conversation without its turns."""
    return {
        "session_id": session.id,
        "title": session.title,
        "created_at": session.created_at.isoformat(timespec="milliseconds"),
        "updated_at": session.updated_at.isoformat(timespec="milliseconds"),
        "running": session.running,
    }


def feedback_view(feedback: Feedback) -> dict[str, Any]:
    """What was said of an answer or of one of its citations; who said it is who asks."""
    view: dict[str, Any] = {
        "verdict": feedback.verdict,
        "n": feedback.n,
        "reason": feedback.reason,
        "comment": feedback.comment,
        "at": feedback.at.isoformat(timespec="milliseconds"),
    }
    return {name: value for name, value in view.items() if value is not None}


def conversation_view(
    log: AnswerLog,
    session: Session,
    feedback: FeedbackStore,
    renderings: Renderings | None = None,
    only: Collection[str] | None = None,
) -> dict[str, Any]:
    """A conversation with its turns, in the order asked; ``only`` those of some answers, where their ids are given."""
    found = log.conversation(session.id, only)
    said = feedback.of([answer.id for answer, _ in found])
    turns = [_answer(answer, entries, renderings, said.get(answer.id, ())) for answer, entries in found]
    return session_view(session) | {"turns": turns}
