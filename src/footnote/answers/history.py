"""What of a conversation a model is told: its turns so far, each in its newest version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from footnote.answers.prompt import MOST_TURNS
from footnote.chat import Turn
from footnote.conversations import Answer, AnswerLog, Status, outcome


def turns(log: AnswerLog, answer: Answer) -> list[Turn]:
    """The turns before an answer's place in its conversation, at most ``MOST_TURNS``.

    An answer and all that replaced it are one turn, at the first one's place: the newest
    version that has ended with text counts. What the interviewer asked is none of it.
    """
    found: list[Turn] = []
    for versions in reversed(before(log.answers(answer.session_id), answer)):
        if turn := _turn(log, reversed([version for version in versions if version.profile is None])):
            found.append(turn)
        if len(found) == MOST_TURNS:
            break
    return found[::-1]


def before(answers: Sequence[Answer], answer: Answer) -> list[list[Answer]]:
    """The versions of each turn before an answer's own, in the order asked."""
    root_of: dict[str, str] = {}
    chains: dict[str, list[Answer]] = {}
    for other in answers:
        root = root_of.get(other.replaces or "", other.id)
        root_of[other.id] = root
        chains.setdefault(root, []).append(other)
    own = root_of.get(answer.replaces or answer.id)
    roots = list(chains)
    return [chains[root] for root in (roots[: roots.index(own)] if own else roots)]


def _turn(log: AnswerLog, newest_first: Iterable[Answer]) -> Turn | None:
    for version in newest_first:
        came_to = outcome(log.read(version.id))
        if came_to.status is not Status.STREAMING and came_to.text:
            return Turn(version.query, came_to.text)
    return None
