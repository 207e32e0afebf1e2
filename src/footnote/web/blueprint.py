"""The contract's requests: which address and method is answered by what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, request

from footnote.errors import InvalidRequest, NotFound
from footnote.web.asking import Asking
from footnote.web.chat import Chat
from footnote.web.documents import Documents
from footnote.web.feedback import Said
from footnote.web.holdings import Holdings
from footnote.web.openapi import described
from footnote.web.ops import Ops, Overseeing
from footnote.web.problems import tell_problems
from footnote.web.sessions import Sessions
from footnote.web.source import Sources
from footnote.web.starting import Beginning, Starting

PATH = "/api"
_ONLY_READ = frozenset({"GET", "HEAD", "OPTIONS"})

Answered = tuple[str, str, Callable[..., Any]]
"""A request: its address below ``PATH``, its method, and what answers it."""


def blueprint(chat: Chat) -> Blueprint:
    """Every request of the conversation, and the description of all."""
    asking, sessions, said = Asking(chat), Sessions(chat), Said(chat)
    return _put_together(
        "chat",
        (
            ("/chat/answers", "POST", asking.ask),
            ("/chat/stream", "POST", asking.stream),
            ("/chat/answers/<answer_id>", "GET", asking.answer),
            ("/chat/answers/<answer_id>/export", "GET", asking.export),
            ("/chat/answers/<answer_id>/stop", "POST", asking.stop),
            ("/chat/answers/<answer_id>/feedback", "PUT", said.say),
            ("/chat/answers/<answer_id>/feedback", "DELETE", said.unsay),
            ("/chat/sessions", "GET", sessions.list),
            ("/chat/sessions/<session_id>", "GET", sessions.read),
            ("/chat/sessions/<session_id>", "PATCH", sessions.rename),
            ("/chat/sessions/<session_id>", "DELETE", sessions.delete),
            ("/chat/sessions/<session_id>/export", "GET", sessions.export),
            ("/chat/models", "GET", asking.models),
            ("/openapi.json", "GET", described),
        ),
    )


def library_blueprint(holdings: Holdings) -> Blueprint:
    """Every request of the library."""
    documents, sources = Documents(holdings), Sources(holdings)
    return _put_together(
        "library",
        (
            ("/library/documents", "GET", documents.list),
            ("/library/documents", "POST", documents.add),
            ("/library/documents", "PATCH", documents.tag),
            ("/library/documents", "DELETE", documents.remove),
            ("/library/document", "GET", sources.read),
            ("/library/passage", "GET", sources.passage),
            ("/library/page", "GET", sources.page),
            ("/library/words", "GET", sources.words),
            ("/library/media", "GET", sources.media),
        ),
    )


def starting_blueprints(chat: Chat, beginning: Beginning) -> tuple[Blueprint, Blueprint]:
    """What a user tells of themselves, and what is proposed to them."""
    starting = Starting(chat, beginning)
    profile = (
        ("/profile", "GET", starting.profile),
        ("/profile", "PATCH", starting.change),
        ("/profile", "DELETE", starting.forget),
    )
    return _put_together("profile", profile), _put_together("suggestions", (("/suggestions", "GET", starting.suggest),))


def ops_blueprint(overseeing: Overseeing) -> Blueprint:
    """What operators are shown."""
    return _put_together("ops", (("/ops", "GET", Ops(overseeing).read),))


def _put_together(name: str, requests: Iterable[Answered]) -> Blueprint:
    """A blueprint of requests, each refused and told of in the same way."""
    api = Blueprint(name, __name__, url_prefix=PATH)
    api.before_request(_refuse_other_sites)
    tell_problems(api)
    for rule, method, view in requests:
        api.add_url_rule(rule, view.__qualname__.replace(".", "_").lower(), view, methods=[method])
    # Without it, the page's own rule for any path would answer with the page.
    api.add_url_rule(f"/{name}/<path:_path>", "nothing", _nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return api


def _nothing(_path: str) -> Response:
    raise NotFound


def _refuse_other_sites() -> None:
    """A page of another site may not act in the user's name; nor may one of the same site that is not this one's.

    That is whatever else runs at ``localhost``, and the other apps below one domain: they may lead to an address here.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site == "cross-site" or (site == "same-site" and request.method not in _ONLY_READ):
        raise InvalidRequest("Requests from other sites are not taken.")
