"""A conversation by its questions, each with the versions of its answer; and a part of a long one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from footnote.conversations import Answer
from footnote.errors import NotFound


def chains(answers: Sequence[Answer]) -> list[list[Answer]]:
    """The answers with the versions of one together, at the first one's place."""
    made: dict[str, list[Answer]] = {}
    first: dict[str, str] = {}
    for answer in answers:
        root = first.get(answer.replaces or "", answer.id)
        first[answer.id] = root
        made.setdefault(root, []).append(answer)
    return list(made.values())


def part(
    answers: Sequence[Answer], *, last: int | None = None, before: str | None = None, since: str | None = None
) -> tuple[list[Answer], int]:
    """The answers of the ``last`` questions or of all ``since`` an answer's, ``before`` another's; how many precede.

    Raises ``NotFound`` where no answer has such an id.
    """
    questions = chains(answers)
    end = len(questions) if before is None else _place(questions, before)
    start = 0 if last is None else max(0, end - last)
    if since is not None:
        start = min(_place(questions, since), end)
    return list(chain.from_iterable(questions[start:end])), start


def _place(questions: Sequence[Sequence[Answer]], answer_id: str) -> int:
    for at, versions in enumerate(questions):
        if any(answer.id == answer_id for answer in versions):
            return at
    raise NotFound
