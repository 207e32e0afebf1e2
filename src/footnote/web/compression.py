"""Scripts and styles are sent compressed: each is compressed once in a process, and kept."""

from __future__ import annotations

import zlib
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, request

from footnote.answers.breathing import breathing

PLACES = ("/assets/", "/_dash-component-suites/")
TYPES = frozenset({"text/css", "text/javascript", "application/javascript"})
LEAST_BYTES = 1000
MOST_FILES = 256
PIECE_BYTES = 200_000
"""Compressed in some 10 ms: plotly's script has 4.8 MB, and a process that streams may not stand still for it."""
_GZIP = 31
"""What zlib calls gzip's form, of a window as large as may be."""


def compress(server: Flask) -> None:
    """Send the files of the page's script and style with gzip to who takes it; nothing that tells of a user."""
    server.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if not request.path.startswith(PLACES) or response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != HTTPStatus.OK or request.method != "GET" or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < LEAST_BYTES:
        return response
    response.set_data(_packed(body))
    response.content_encoding = "gzip"
    del response.headers["Accept-Ranges"]  # of the file, not of this
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same in another form
    return response


@lru_cache(maxsize=MOST_FILES)
def _packed(body: bytes) -> bytes:
    packing = zlib.compressobj(6, wbits=_GZIP)
    pieces = [
        packing.compress(body[start : start + PIECE_BYTES]) for start in breathing(range(0, len(body), PIECE_BYTES))
    ]
    return b"".join([*pieces, packing.flush()])
