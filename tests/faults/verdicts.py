"""What has to hold after a fault, written into the ledger: whole to the letter, kept to the letter, generated once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from faults.cluster import Cluster
from faults.counting_endpoint import CountingEndpoint, Question
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger

WITHIN_S = 15
"""The promise: a dead process's answers have ended by then."""


def lost(shown: Sequence[Reader], kept: dict[str, Any], *, whole: str | None = None) -> int:
    """Characters that a reader was shown, or that a whole answer has, and that are not kept in their place."""
    texts = [reader.text for reader in shown] + ([] if whole is None else [whole])
    return sum(len(text) - _common(text, kept["text"]) for text in texts)


def doubled(endpoint: CountingEndpoint, question: Question, *, expected: int = 1) -> int:
    """Generations beyond those that the question should have cost; fewer fail at once."""
    calls = len(endpoint.calls(question))
    assert calls >= expected, f"the model was called {calls} times, and not {expected}"
    return calls - expected


def whole_answer(
    ledger: Ledger,
    fault: str,
    cluster: Cluster,
    endpoint: CountingEndpoint,
    question: Question,
    readers: Sequence[Reader],
) -> None:
    """Every reader saw the same log, to its ``done``, and the answer is whole to the letter, of one generation."""
    for reader in readers:
        reader.finished()
        assert reader.end is not None
        assert reader.end["type"] == "done", reader.end
        assert reader.text == question.answer
        assert reader.log == readers[0].log
    kept = cluster.kept(readers[0].answer_id)
    assert kept["text"] == question.answer
    assert kept["status"] == "complete"
    ledger.tried(
        fault,
        cluster.store.name,
        lost=lost(readers, kept, whole=question.answer),
        doubled=doubled(endpoint, question),
        times=len(readers),
    )


def interrupted(
    ledger: Ledger,
    fault: str,
    cluster: Cluster,
    endpoint: CountingEndpoint,
    question: Question,
    readers: list[Reader],
    since: float,
) -> None:
    """The answer ended in time, as interrupted, for all readers alike; everything that they were shown is kept."""
    took = [max(0.0, reader.finished().times[-1] - since) for reader in readers]
    kept = cluster.kept(readers[0].answer_id, 1)
    ledger.tried(
        fault, cluster.store.name, lost=lost(readers, kept), doubled=doubled(endpoint, question), seconds=[max(took)]
    )
    assert max(took) < WITHIN_S
    assert kept["status"] == "interrupted"
    assert question.answer.startswith(kept["text"])
    for reader in readers:
        assert reader.end is not None
        assert reader.end["code"] == "INTERRUPTED"
        assert reader.log == readers[0].log
        assert reader.text == kept["text"] != ""


def gone_on(
    ledger: Ledger,
    fault: str,
    cluster: Cluster,
    endpoint: CountingEndpoint,
    question: Question,
    reader: Reader,
    *,
    url: str = "",
) -> None:
    """Asked to go on, the model writes the rest, and the new answer is whole to the letter."""
    endpoint.cure(question)
    session_id = cluster.kept(reader.answer_id, 1)["session_id"]
    body = asking(question.text, session_id=session_id, replaces=reader.answer_id, continues=True)
    rest = Reader([url or cluster.urls[1]], body)
    rest.start()
    kept = cluster.kept(rest.finished().answer_id, 1)
    ledger.tried(
        fault,
        cluster.store.name,
        lost=lost([reader], kept, whole=question.answer),
        doubled=doubled(endpoint, question, expected=2),
    )
    assert rest.end is not None
    assert rest.end["type"] == "done"
    assert rest.text == kept["text"] == question.answer
    written = endpoint.calls(question)[-1].sent
    assert "".join(text for _, text in written) == question.answer[len(reader.text) :]


def _common(text: str, kept: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(text, kept, strict=False)) if a != b), min(len(text), len(kept))
    )
