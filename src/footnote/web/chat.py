"""The contract's requests: a Flask blueprint under ``/api/chat``."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request, stream_with_context

from footnote.answers.cursor import Bounds, Line, follow
from footnote.answers.producer import Producer
from footnote.answers.rendering import Renderings
from footnote.conversations import Answer, AnswerLog, Session
from footnote.errors import (
    Conflict,
    FootnoteError,
    InternalError,
    InvalidRequest,
    NotFound,
    RequestError,
    StorageFailed,
    TooLarge,
    UnsupportedMediaType,
)
from footnote.events import DONE, frame
from footnote.web.identity import user_of
from footnote.web.requests import AskBody, ContinueBody, RenameBody, parse, parse_uuid
from footnote.web.views import answer_view, session_view

MOST_BODY = 64 * 1024
PATH = "/api/chat"
STREAM_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chat:
    """The parts that the requests need."""

    log: AnswerLog
    producer: Producer
    renderings: Renderings
    models: tuple[str, ...]
    unknown_documents: Callable[[list[str]], list[str]]
    """Which of the listed document ids are not in the library."""
    identity_trusted: bool = False
    bounds: Bounds = field(default_factory=Bounds)


def blueprint(chat: Chat) -> Blueprint:
    """The blueprint; ``models`` are the names a question may choose from, the first the default."""
    api = Blueprint("chat", __name__, url_prefix=PATH)
    requests = _Requests(chat)
    api.before_request(_refuse_other_sites)
    api.register_error_handler(RequestError, _problem)
    api.register_error_handler(StorageFailed, _busy)
    api.register_error_handler(500, _unforeseen)
    for rule, method, view in (
        ("/answers", "POST", requests.ask),
        ("/stream", "POST", requests.stream),
        ("/answers/<answer_id>", "GET", requests.answer),
        ("/answers/<answer_id>/stop", "POST", requests.stop),
        ("/sessions", "GET", requests.sessions),
        ("/sessions/<session_id>", "GET", requests.session),
        ("/sessions/<session_id>", "PATCH", requests.rename),
        ("/sessions/<session_id>", "DELETE", requests.delete),
    ):
        api.add_url_rule(rule, view.__name__, view, methods=[method])
    # Without it, the page's own rule for any path would answer with the page.
    api.add_url_rule("/<path:_path>", "nothing", _nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return api


class _Requests:
    """One method a request; each checks whose it is before anything else."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def ask(self) -> tuple[Response, int]:
        answer = self._start(parse(AskBody, _body()))
        return jsonify(answer_id=answer.id, session_id=answer.session_id), 201

    def stream(self) -> Response:
        fields = _body()
        if isinstance(fields, dict) and "query" in fields:
            asked = parse(AskBody, fields)
            answer, after, render = self._start(asked), 0, asked.render
        else:
            wanted = parse(ContinueBody, fields)
            answer, after, render = self._own_answer(wanted.answer_id), wanted.after, wanted.render
        renderings = self._chat.renderings if render else None
        self._check_cursor(answer.id, after)
        if request.accept_mimetypes.best_match(["text/event-stream", "application/json"]) == "application/json":
            return self._whole(answer, after, renderings)
        lines = follow(self._chat.log, answer.id, after, renderings=renderings, bounds=self._chat.bounds)
        return Response(stream_with_context(_frames(lines)), headers=STREAM_HEADERS)

    def answer(self, answer_id: str) -> Response:
        renderings = self._chat.renderings if request.args.get("render") == "html" else None
        answer = self._own_answer(parse_uuid(answer_id, "answer_id"))
        return jsonify(answer_view(self._chat.log, answer, renderings))

    def stop(self, answer_id: str) -> tuple[Response, int]:
        answer = self._own_answer(parse_uuid(answer_id, "answer_id"))
        self._chat.producer.stop(answer.id)
        return jsonify(answer_id=answer.id), 202

    def sessions(self) -> Response:
        return jsonify(sessions=[session_view(s) for s in self._chat.log.sessions(self._user())])

    def session(self, session_id: str) -> Response:
        session = self._own_session(session_id)
        renderings = self._chat.renderings if request.args.get("render") == "html" else None
        turns = [answer_view(self._chat.log, a, renderings) for a in self._chat.log.answers(session.id)]
        return jsonify(session_view(session) | {"turns": turns})

    def rename(self, session_id: str) -> Response:
        session = self._own_session(session_id)
        title = parse(RenameBody, _body()).title
        self._chat.log.rename(session.id, title)
        return jsonify(session_view(session) | {"title": title})

    def delete(self, session_id: str) -> tuple[str, int]:
        session = self._own_session(session_id)
        for answer in self._chat.log.answers(session.id):
            self._chat.producer.stop(answer.id)
        self._chat.log.delete(session.id)
        return "", 204

    def _start(self, asked: AskBody) -> Answer:
        user = self._user()
        model = asked.model or self._chat.models[0]
        if model not in self._chat.models:
            raise InvalidRequest(f"The request can't be used. model: has to be one of {', '.join(self._chat.models)}.")
        filter = list(dict.fromkeys(asked.recording_filter or ()))
        answer = Answer(asked.answer_id, asked.session_id, user, asked.query, model, tuple(filter), datetime.now(UTC))
        if (kept := self._chat.log.answer(answer.id)) is not None:
            return _same(kept, answer)
        if unknown := self._chat.unknown_documents(filter):
            raise InvalidRequest(f"The request can't be used. recording_filter: no document has the id {unknown[0]!r}.")
        self._chat.renderings.forget(answer.id)
        return _same(self._chat.producer.start(answer), answer)

    def _whole(self, answer: Answer, after: int, renderings: Renderings | None) -> Response:
        """The JSON form: the same log, read to its end."""
        endless = Bounds(seconds=float("inf"), octets=10**9)
        for _ in follow(self._chat.log, answer.id, after, bounds=endless):
            pass
        return jsonify(answer_view(self._chat.log, answer, renderings))

    def _check_cursor(self, answer_id: str, after: int) -> None:
        if after and not self._chat.log.read(answer_id, after - 1):
            raise InvalidRequest("The request can't be used. after: the answer has not come that far.")

    def _own_answer(self, answer_id: str) -> Answer:
        answer = self._chat.log.answer(answer_id)
        if answer is None or answer.user != self._user():
            raise NotFound
        return answer

    def _own_session(self, session_id: str) -> Session:
        session = self._chat.log.session(parse_uuid(session_id, "session_id"))
        if session is None or session.user != self._user():
            raise NotFound
        return session

    def _user(self) -> str:
        return user_of(request.headers, trusted=self._chat.identity_trusted)


def _same(kept: Answer, asked: Answer) -> Answer:
    if kept.user != asked.user:
        raise NotFound
    if not kept.asks_the_same(asked):
        raise Conflict
    return kept


def _frames(lines: Iterator[Line]) -> Iterator[str]:
    """The response's frames; the last is ``[DONE]``, whatever happens."""
    try:
        for line in lines:
            yield frame(line.line, line.seq)
    except NotFound:
        log.info("an answer was deleted while it was watched")
    except Exception:  # the response's end: whoever reads it asks again from its cursor
        log.exception("a stream broke off")
    yield DONE


def _body() -> Any:
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


def _nothing(_path: str) -> Response:
    raise NotFound


def _refuse_other_sites() -> None:
    """A page of another site may not act in the user's name."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise InvalidRequest("Requests from other sites are not taken.")


def _problem(error: RequestError) -> tuple[Response, int, dict[str, str]]:
    return _told(error, error.status)


def _busy(error: StorageFailed) -> tuple[Response, int, dict[str, str]]:
    return _told(error, 503)


def _unforeseen(_error: Exception) -> tuple[Response, int, dict[str, str]]:
    """Flask has put the exception in the log; the person gets no word of it."""
    return _told(InternalError(), 500)


def _told(error: FootnoteError, status: int) -> tuple[Response, int, dict[str, str]]:
    fields: dict[str, Any] = {"code": error.code, "message": error.message, "retryable": error.retryable}
    headers = {}
    if error.retry_after_s is not None:
        fields["retry_after_s"] = error.retry_after_s
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    return jsonify(fields), status, headers
