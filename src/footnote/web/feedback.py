"""What the caller says of their own answers and citations: told, changed and taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, jsonify, request

from footnote.conversations import Answer, Status, outcome
from footnote.errors import Conflict, InvalidRequest
from footnote.feedback import Feedback
from footnote.web.chat import Chat, body
from footnote.web.requests.feedback import FeedbackBody, FeedbackOf
from footnote.web.requests.fields import parse
from footnote.web.views import feedback_view


class Said:
    """One method a request; each checks whose it is before anything else."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def say(self, answer_id: str) -> Response:
        answer = self._chat.own_answer(answer_id)
        said = parse(FeedbackBody, body())
        self._check(answer, said.n)
        feedback = Feedback(
            answer.id, answer.user, said.verdict, datetime.now(UTC), said.n, said.reason, said.comment or None
        )
        self._chat.feedback.put(feedback)
        return jsonify(feedback_view(feedback))

    def unsay(self, answer_id: str) -> tuple[str, int]:
        answer = self._chat.own_answer(answer_id)
        self._chat.feedback.remove(answer.id, parse(FeedbackOf, request.args.to_dict()).number)
        return "", 204

    def _check(self, answer: Answer, n: int | None) -> None:
        """Raise the problem of an answer that is not there to be spoken of yet, or of a source that it doesn't have."""
        came_to = outcome(self._chat.log.read(answer.id))
        if came_to.status is Status.STREAMING:
            raise Conflict("That answer is still being written. Say what you think of it once it has ended.")
        if n is not None and n not in {citation.n for citation in came_to.citations}:
            raise InvalidRequest("The request can't be used. n: the answer has no citation with that number.")
