"""Questions and their answers over HTTP: asked, streamed, read and stopped."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify, request

from footnote.answers.cursor import Bounds, Line, follow
from footnote.answers.export.manuscript import Manuscript, Turn
from footnote.answers.rendering import Renderings
from footnote.conversations import Answer, Status, outcome
from footnote.errors import Conflict, InvalidRequest, NotFound, StorageFailed
from footnote.events import Error
from footnote.web.chat import Chat, body
from footnote.web.export import exported
from footnote.web.limits import Streams
from footnote.web.problems import storage_away
from footnote.web.requests.asking import AskBody, ContinueBody
from footnote.web.requests.fields import parse
from footnote.web.requests.sessions import AnswerExport
from footnote.web.views import answer_view
from footnote.wire import DONE, encode, frame

STREAM_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}
_ENDLESS = Bounds(seconds=float("inf"), octets=10**9)

log = logging.getLogger(__name__)


class Asking:
    """One method a request; each checks whose it is before anything else."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._streams = Streams(chat.log, chat.max_streams, chat.producer.observers)

    def models(self) -> Response:
        self._chat.user()
        return jsonify(models=[{"name": name} for name in self._chat.models])

    def ask(self) -> tuple[Response, int]:
        answer = self._start(parse(AskBody, body()))
        return jsonify({"answer_id": answer.id, "session_id": answer.session_id} | self._remaining(answer.user)), 201

    def stream(self) -> Response:
        fields = body()
        asks = isinstance(fields, dict) and "query" in fields
        wanted = parse(AskBody, fields) if asks else parse(ContinueBody, fields)
        renderings = self._chat.renderings if wanted.render else None
        with ExitStack() as held:
            if isinstance(wanted, ContinueBody):
                answer, after = self._chat.own_answer(wanted.answer_id), wanted.after
                self._check_cursor(answer.id, after)
                held.enter_context(self._streams.open(answer.user, resumed=after > 0))
            else:
                # Before anything is started: a question that can't be watched is not asked either.
                held.enter_context(self._streams.open(self._chat.user()))
                answer, after = self._start(wanted), 0
            if request.accept_mimetypes.best_match(["text/event-stream", "application/json"]) == "application/json":
                return self._whole(answer, after, renderings)
            if renderings is not None:
                renderings.about(answer)
            lines = follow(self._chat.log, answer.id, after, renderings=renderings, bounds=self._chat.bounds)
            frames = _frames(lines, held.pop_all())
        next(frames)  # begun, it gives back what it holds however it ends, also where nobody ever reads it
        return Response(frames, headers=STREAM_HEADERS)

    def answer(self, answer_id: str) -> Response:
        renderings = self._chat.renderings_asked_for()
        return jsonify(answer_view(self._chat.log, self._chat.own_answer(answer_id), renderings, self._chat.feedback))

    def export(self, answer_id: str) -> Response:
        answer = self._chat.own_answer(answer_id)
        wanted = parse(AnswerExport, request.args.to_dict())
        turn = Turn(answer, outcome(self._chat.log.read(answer.id)), number=1)
        manuscript = Manuscript(answer.query, (turn,), bare=wanted.bare == "true")
        return exported(manuscript, wanted.format, self._chat.words())

    def stop(self, answer_id: str) -> tuple[Response, int]:
        answer = self._chat.own_answer(answer_id)
        self._chat.producer.request_stop(answer.id)
        return jsonify(answer_id=answer.id), 202

    def _start(self, asked: AskBody) -> Answer:
        caller = self._chat.caller()
        answer = self._asked(asked, caller.user)
        if (kept := self._chat.log.answer(answer.id)) is not None:
            return _same(kept, answer)
        if unknown := self._chat.unknown_documents(list(answer.recording_filter)):
            raise InvalidRequest(f"The request can't be used. recording_filter: no document has the id {unknown[0]!r}.")
        self._check_replaced(answer)
        return _same(self._chat.producer.start(answer, self._chat.allowance, caller), answer)

    def _asked(self, asked: AskBody, user: str) -> Answer:
        model = asked.model or self._chat.models[0]
        if model not in self._chat.models:
            raise InvalidRequest(f"The request can't be used. model: has to be one of {', '.join(self._chat.models)}.")
        return Answer(
            asked.answer_id,
            asked.session_id,
            user,
            asked.query,
            model,
            tuple(dict.fromkeys(asked.recording_filter or ())),
            datetime.now(UTC),
            asked.replaces,
            asked.continues,
            asked.filter.filter(),
            asked.profile,
            asked.context.context() if asked.context else None,
        )

    def _check_replaced(self, answer: Answer) -> None:
        """Raise ``NotFound`` or ``Conflict`` where there is nothing to replace, or nothing to go on from."""
        if answer.replaces is None:
            return
        replaced = self._chat.log.answer(answer.replaces)
        if replaced is None or (replaced.user, replaced.session_id) != (answer.user, answer.session_id):
            raise NotFound
        if not answer.continues:
            return
        match outcome(self._chat.log.read(replaced.id)).status:
            case Status.STREAMING:
                raise Conflict("That answer is still being written. Stop it first, or wait for its end.")
            case Status.COMPLETE:
                raise Conflict("That answer is whole, and there is nothing to go on from. Ask again instead.")

    def _remaining(self, user: str) -> dict[str, Any]:
        allowance = self._chat.allowance
        if allowance is None:
            return {}
        try:
            asked = self._chat.log.asked(user, allowance.seconds)
        except StorageFailed:  # the question is asked; what is left can be told another time
            return {}
        return {"remaining": max(0, allowance.questions - asked)}

    def _whole(self, answer: Answer, after: int, renderings: Renderings | None) -> Response:
        """The JSON form: the same log, read to its end."""
        for _ in follow(self._chat.log, answer.id, after, bounds=_ENDLESS):
            pass
        return jsonify(answer_view(self._chat.log, answer, renderings, self._chat.feedback))

    def _check_cursor(self, answer_id: str, after: int) -> None:
        if after and not self._chat.log.read(answer_id, after - 1):
            raise InvalidRequest("The request can't be used. after: the answer has not come that far.")


def _same(kept: Answer, asked: Answer) -> Answer:
    if kept.user != asked.user:
        raise NotFound
    if not kept.asks_the_same(asked):
        raise Conflict
    return kept


def _frames(lines: Iterator[Line], held: ExitStack) -> Iterator[str]:
    """The response's frames; the last is ``[DONE]``, whatever happens. The first, empty, is not sent."""
    with held:
        yield ""
        try:
            for line in lines:
                yield frame(line.line, line.seq)
        except NotFound:
            log.info("an answer was deleted while it was watched")
        except StorageFailed as failure:
            log.warning("a stream ended: the database is away")
            away = storage_away(failure)
            yield frame(encode(Error(away.code, away.message, away.retryable, away.retry_after_s)))
        except Exception:  # the response's end: whoever reads it asks again from its cursor
            log.exception("a stream broke off")
        yield DONE
