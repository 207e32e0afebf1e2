"""What whoever runs this asks: the figures, which are not everybody's business, and whether all is ready."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, Response, jsonify, request

from footnote.errors import NotFound
from footnote.monitoring.health import Doctor
from footnote.readiness import Readiness
from footnote.web.identity import Identity
from footnote.web.problems import tell_problems

METRICS, READY = "/metrics", "/readyz"


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
        if self.token is not None and not self.identity.trusted:
            return False
        return self.identity.is_one_of(self.operators)


def watching_blueprint(told: Callable[[str], tuple[bytes, str]], watchers: Watchers, doctor: Doctor) -> Blueprint:
    """``GET /metrics`` and ``GET /readyz``.

    ``told`` gives the figures in a form that is accepted, and its name. How the parts stand is no secret, and a probe
    has nobody's name.
    """

    def metrics() -> Response:
        watchers.check()
        body, content_type = told(request.headers.get("Accept", ""))
        return Response(body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    def ready() -> tuple[Response, int]:
        health = doctor.look()
        parts = {name: _stands(readiness) for name, readiness in health.parts.items()}
        response = jsonify(ready=health.ready, parts=parts)
        response.headers["Cache-Control"] = "no-store"
        return response, 200 if health.ready else 503

    watching = Blueprint("watching", __name__)
    tell_problems(watching)
    watching.add_url_rule(METRICS, "metrics", metrics, methods=["GET"])
    watching.add_url_rule(READY, "ready", ready, methods=["GET"])
    return watching


def _stands(readiness: Readiness) -> dict[str, str]:
    told = {"state": str(readiness.state)}
    return told | {"reason": readiness.reason} if readiness.reason else told
