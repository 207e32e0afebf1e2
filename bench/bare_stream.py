"""The floor beside which ``bench/serving_rows.py`` sets the product: a view that hands ``ChatDatabricks.stream()`` on.

No log, no search, no prompt, no gathering: what any server pays that streams through this client.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from flask import Flask, Response, request


def create_server() -> Flask:
    """The WSGI application; its model is the endpoint that ``FOOTNOTE_MODEL`` names."""
    from databricks_langchain import ChatDatabricks

    server = Flask(__name__)
    llm = ChatDatabricks(model=os.environ["FOOTNOTE_MODEL"].partition(":")[2], max_retries=0)
    _ = llm.client  # a lazy property that races when many first requests come at once

    def frames(query: str) -> Iterator[str]:
        for chunk in llm.stream([("user", query)]):
            if chunk.content:
                yield f"data: {json.dumps({'type': 'token', 'content': chunk.content})}\ndata:\n\n"
        yield 'data: {"type":"done"}\ndata:\n\n'
        yield "data: [DONE]\n\n"

    @server.post("/api/chat/stream")
    def stream() -> Response:
        return Response(frames(request.get_json()["query"]), content_type="text/event-stream")

    @server.get("/healthz")
    def healthz() -> str:
        return "OK"

    return server
