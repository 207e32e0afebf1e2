"""The contract's requests: which address and method is answered by what."""

from __future__ import annotations

from flask import Blueprint, Response, request

from footnote.errors import InvalidRequest, NotFound
from footnote.web.asking import Asking
from footnote.web.chat import Chat
from footnote.web.openapi import described
from footnote.web.problems import tell_problems
from footnote.web.sessions import Sessions

PATH = "/api"


def blueprint(chat: Chat) -> Blueprint:
    """The blueprint, with every request of the contract."""
    api = Blueprint("chat", __name__, url_prefix=PATH)
    api.before_request(_refuse_other_sites)
    tell_problems(api)
    asking, sessions = Asking(chat), Sessions(chat)
    for rule, method, view in (
        ("/chat/answers", "POST", asking.ask),
        ("/chat/stream", "POST", asking.stream),
        ("/chat/answers/<answer_id>", "GET", asking.answer),
        ("/chat/answers/<answer_id>/stop", "POST", asking.stop),
        ("/chat/sessions", "GET", sessions.list),
        ("/chat/sessions/<session_id>", "GET", sessions.read),
        ("/chat/sessions/<session_id>", "PATCH", sessions.rename),
        ("/chat/sessions/<session_id>", "DELETE", sessions.delete),
        ("/chat/sessions/<session_id>/export", "GET", sessions.export),
        ("/openapi.json", "GET", described),
    ):
        api.add_url_rule(rule, view.__qualname__.replace(".", "_").lower(), view, methods=[method])
    # Without it, the page's own rule for any path would answer with the page.
    api.add_url_rule("/chat/<path:_path>", "nothing", _nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return api


def _nothing(_path: str) -> Response:
    raise NotFound


def _refuse_other_sites() -> None:
    """A page of another site may not act in the user's name."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise InvalidRequest("Requests from other sites are not taken.")
