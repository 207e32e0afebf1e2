"""The product with a light model, as a WSGI application for gunicorn: ``loopback_app:create_server()``.

Its model makes one real call to the model server at ``FAULTS_MODEL`` for each generation. It uses the
product's own connections to a model, and none of databricks-langchain, whose import takes longer than most tests.

``FAULTS_CLOCK`` may name a file; the number in it is by how many seconds this process's wall clock is wrong.
With ``FAULTS_LOG=memory`` the log is not durable, and ``GET /commits`` says how often it was written to: for
``bench/durability.py``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from flask import Flask

from faults.counting_endpoint import headers
from footnote.app import create_app
from footnote.chat import Cancellation, Chunk, FinishReason, Prompt
from footnote.conversations import AnswerLog
from footnote.errors import ModelUnavailable, RateLimited, Truncated
from footnote.events import Event
from footnote.models.failures import early_end, retry_after_s
from footnote.models.line import Line
from footnote.models.upstream import http_client
from footnote.parts import parts
from footnote.settings import load
from footnote.storage.memory import MemoryLog
from workspace.identities import TOKEN


class LoopbackModel:
    """A ``Model`` behind a ``ServingEndpoint``."""

    name = "loopback"
    retrieves = False

    def __init__(self, url: str) -> None:
        self._url = f"{url}/serving-endpoints/chat/completions"
        self._client = http_client(lambda: {"Authorization": f"Bearer {TOKEN}"})

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        line = Line()
        begun = False
        with contextlib.closing(line), cancellation.on_request(line.cut):
            try:
                for body in self._frames(prompt, line):
                    choice = body["choices"][0] if body.get("choices") else {}
                    text = (choice.get("delta") or {}).get("content", "")
                    begun = begun or bool(text)
                    reason = choice.get("finish_reason")
                    yield Chunk(text, finish=FinishReason(reason) if reason else None)
                    if reason:
                        return
            except httpx.HTTPError as error:
                cancellation.raise_if_requested()
                raise (Truncated if begun else ModelUnavailable) from error
            cancellation.raise_if_requested()
            raise early_end(begun=begun, tail=line.tail, content_type=line.content_type)

    def _frames(self, prompt: Prompt, line: Line) -> Iterator[dict[str, Any]]:
        body = {"model": "loopback", "messages": [{"role": "user", "content": prompt.question}], "stream": True}
        request = self._client.build_request("POST", self._url, json=body, headers=headers(prompt.begun), timeout=60)
        with line.carrying():
            response = self._client.send(request, stream=True)
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise RateLimited(retry_after_s=retry_after_s(response.headers.get("retry-after")))
        if response.is_error:
            raise ModelUnavailable
        for data in response.iter_lines():
            if data == "data: [DONE]":
                return
            if data.startswith('data: {"id"'):
                yield json.loads(data.removeprefix("data: "))


def create_server() -> Flask:
    """The WSGI application."""
    made = parts(load())
    model = LoopbackModel(os.environ["FAULTS_MODEL"])
    log = MemoryLog() if os.environ.get("FAULTS_LOG") == "memory" else made.log
    commits = _counted(log)
    server = create_app(replace(made, models={model.name: model}, log=log)).server
    assert isinstance(server, Flask)
    server.add_url_rule("/commits", "commits", commits)
    if clock := os.environ.get("FAULTS_CLOCK"):
        _put_the_clock_wrong(Path(clock))
    return server


def _counted(log: AnswerLog) -> Callable[[], str]:
    """Says how often something was appended to a log so far."""
    append, times = log.append, 0

    def counting(batches: Sequence[tuple[str, Sequence[Event]]]) -> list[str]:
        nonlocal times
        times += 1
        return append(batches)

    log.append = counting  # type: ignore[method-assign]
    return lambda: str(times)


def _put_the_clock_wrong(by: Path) -> None:
    """Shift what the product takes for the time of day; the monotonic clock is right, as on a real machine."""
    right = time.time

    def wrong_by() -> float:
        return float(by.read_text() or 0)

    class Wrong(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Wrong:
            return super().now(tz) + dt.timedelta(seconds=wrong_by())

    time.time = lambda: right() + wrong_by()
    for name, module in list(sys.modules.items()):
        if name.startswith("footnote") and getattr(module, "datetime", None) is dt.datetime:
            module.datetime = Wrong  # type: ignore[attr-defined]
