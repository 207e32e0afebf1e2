"""Answers that a browser may have already."""

from __future__ import annotations

from flask import Response, request


def unless_known(response: Response) -> Response:
    """The response with a name for its content, so that what a browser has of it is not sent again."""
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response
