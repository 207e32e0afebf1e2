"""What whoever runs this asks: the figures. They hold nothing of any user, and are not everybody's business."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from footnote.errors import NotFound
from footnote.web.identity import Identity, NotSignedIn
from footnote.web.problems import tell_problems

METRICS = "/metrics"


@dataclass(frozen=True, slots=True)
class Watchers:
    """Who may read the figures: an operator, or who brings the token.

    Without a token, and where nobody says who asks, whoever reaches the page: that is one user on their own machine.
    """

    identity: Identity = field(default_factory=Identity)
    operators: frozenset[str] = frozenset()
    token: str | None = field(default=None, repr=False)

    def check(self) -> None:
        """Raise ``NotFound`` for everybody else."""
        if not (self._has_token() or self._is_known()):
            raise NotFound

    def _has_token(self) -> bool:
        scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
        return (
            self.token is not None
            and scheme.lower() == "bearer"
            and hmac.compare_digest(sent.strip().encode(), self.token.encode())
        )

    def _is_known(self) -> bool:
        if not self.identity.trusted:
            return self.token is None
        try:
            return self.identity.user() in self.operators
        except NotSignedIn:
            return False


def metrics_blueprint(told: Callable[[str], tuple[bytes, str]], watchers: Watchers) -> Blueprint:
    """``GET /metrics``; ``told`` gives the figures in a form that is accepted, and its name."""

    def metrics() -> Response:
        watchers.check()
        body, content_type = told(request.headers.get("Accept", ""))
        return Response(body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    watching = Blueprint("watching", __name__)
    tell_problems(watching)
    watching.add_url_rule(METRICS, "metrics", metrics, methods=["GET"])
    return watching
