"""The product as it serves a large library, whatever the size, for gunicorn: ``large_app:create_server()``."""

from __future__ import annotations

from functools import partial

from footnote.app import create_server
from footnote.retrieval import sized

__all__ = ["create_server"]

sized.SizedRetriever = partial(sized.SizedRetriever, least=4)  # type: ignore[misc,assignment]
