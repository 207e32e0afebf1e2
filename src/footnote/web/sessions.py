"""The caller's own conversations: listed, searched, read, renamed, taken along and deleted."""

from __future__ import annotations

import json

from flask import Response, jsonify, request

from footnote.answers.export.manuscript import Manuscript, turns_of
from footnote.answers.turns import part
from footnote.conversations import outcome
from footnote.web.chat import Chat, body
from footnote.web.export import attachment, exported
from footnote.web.requests.fields import parse
from footnote.web.requests.sessions import Export, Part, RenameBody, Search
from footnote.web.views import conversation_view, session_view


class Sessions:
    """One method a request; each checks whose it is before anything else."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def list(self) -> Response:
        words = parse(Search, request.args.to_dict()).q
        return jsonify(sessions=[session_view(s) for s in self._chat.log.sessions(self._chat.user(), words)])

    def read(self, session_id: str) -> Response:
        session = self._chat.own_session(session_id)
        asked = parse(Part, request.args.to_dict())
        last = int(asked.last) if asked.last else None
        answers, earlier = part(self._chat.log.answers(session.id), last=last, before=asked.before, since=asked.since)
        renderings = self._chat.renderings if asked.render else None
        only = [answer.id for answer in answers]
        read = conversation_view(self._chat.log, session, self._chat.feedback, renderings, only)
        return jsonify(read | {"earlier": earlier})

    def rename(self, session_id: str) -> Response:
        session = self._chat.own_session(session_id)
        title = parse(RenameBody, body()).title
        self._chat.log.rename(session.id, title)
        return jsonify(session_view(session) | {"title": title})

    def delete(self, session_id: str) -> tuple[str, int]:
        session = self._chat.own_session(session_id)
        answers = self._chat.log.answers(session.id)
        # Deleted first: where that fails, nothing has happened. What another process writes ends by itself.
        self._chat.log.delete(session.id)
        for answer in answers:
            self._chat.producer.stop(answer.id)
        return "", 204

    def export(self, session_id: str) -> Response:
        session = self._chat.own_session(session_id)
        wanted = parse(Export, request.args.to_dict()).format
        if wanted == "json":
            whole = conversation_view(self._chat.log, session, self._chat.feedback)
            text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
            return attachment(text, "application/json", session.title, "json")
        answers = [(answer, outcome(entries)) for answer, entries in self._chat.log.conversation(session.id)]
        return exported(Manuscript(session.title, turns_of(answers)), wanted, self._chat.words())
