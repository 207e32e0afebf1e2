"""Each request has an id, its own or one that is made for it: in every line of the log, and in the response."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import Flask, Response, request

from footnote.correlation import Correlation, begin, here

HEADER = "X-Request-Id"
_USABLE = re.compile(r"[A-Za-z0-9][\w.:@/+=-]{0,127}", re.ASCII)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def correlate(server: Flask) -> None:
    """Begin each request with its id, and tell that in its response."""
    server.before_request(_begin)
    server.after_request(_told)


def _begin() -> None:
    sent, parent = request.headers.get(HEADER, ""), request.headers.get("Traceparent", "")
    begin(
        Correlation(
            sent if _USABLE.fullmatch(sent) else uuid4().hex,
            traceparent=parent if _TRACEPARENT.fullmatch(parent) else None,
        )
    )


def _told(response: Response) -> Response:
    if (id := here().request_id) is not None:
        response.headers[HEADER] = id
    return response
