"""What the requests need, and whose the answers and conversations are that they ask for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import request

from footnote.answers.cursor import Bounds
from footnote.answers.export.manuscript import Words
from footnote.answers.producer import Producer
from footnote.answers.rendering import Renderings
from footnote.callers import Caller
from footnote.conversations import Allowance, Answer, AnswerLog, Session
from footnote.errors import InvalidRequest, NotFound, TooLarge, UnsupportedMediaType
from footnote.feedback import FeedbackStore
from footnote.web.identity import Identity
from footnote.web.requests.fields import parse, parse_uuid
from footnote.web.requests.sessions import Shown

MOST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Chat:
    """The parts that the requests need."""

    log: AnswerLog
    producer: Producer
    renderings: Renderings
    models: tuple[str, ...]
    """The names that a question may choose from; the first is the default."""
    unknown_documents: Callable[[list[str]], list[str]]
    """Which of the listed document ids are not in the library."""
    feedback: FeedbackStore
    words: Callable[[], Words]
    """The texts of what is exported, in the language of who asks."""
    identity: Identity = field(default_factory=Identity)
    allowance: Allowance | None = None
    """How many questions a user may ask; None means any number."""
    max_streams: int = 10
    """How many answers a user may watch at once."""
    bounds: Bounds = field(default_factory=Bounds)

    def user(self) -> str:
        """Who is asking; raises ``NotSignedIn`` where the proxy did not say."""
        return self.identity.user()

    def caller(self) -> Caller:
        """Who is asking, with whose rights; raises ``NotSignedIn`` or ``NoToken``."""
        return self.identity.caller()

    def own_answer(self, answer_id: str) -> Answer:
        """The caller's answer; raises ``NotFound`` alike where there is none and where it is another user's."""
        answer = self.log.answer(parse_uuid(answer_id, "answer_id"))
        if answer is None or answer.user != self.user():
            raise NotFound
        return answer

    def own_session(self, session_id: str) -> Session:
        """The caller's conversation; raises ``NotFound`` alike where there is none and where it is another user's."""
        session = self.log.session(parse_uuid(session_id, "session_id"))
        if session is None or session.user != self.user():
            raise NotFound
        return session

    def renderings_asked_for(self) -> Renderings | None:
        """What renders the answers of this request; None unless it says ``?render=html``."""
        return self.renderings if parse(Shown, request.args.to_dict()).render else None


def body() -> Any:
    """The request's JSON; raises the problem that keeps it from being read."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    if (request.content_length or 0) > MOST_BODY:
        raise TooLarge
    raw = request.stream.read(MOST_BODY + 1)
    if len(raw) > MOST_BODY:
        raise TooLarge
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidRequest("The request's body is not JSON.") from None
