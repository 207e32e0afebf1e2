"""A reader as the contract wants one: it keeps a cursor, comes back after every loss, and trusts nothing.

reader = Reader([instance.url, other.url], asking(question.text))   # or, to read only, {"answer_id": ...}
reader.start()                  # reads in a thread of its own
reader.wait_for(tokens=5)       # as soon as so many have come
reader.join()                   # to the end; raises what was wrong with the log
reader.text, reader.log         # what it was shown; each event's own line, in order
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

FRAME = re.compile(rb"(?:id: (\d+)\n)?data: ([^\n]*)\n(?:data:\n)?\n")
ENDS = {"done", "error", "cancelled"}
SILENCE_S = 15.0
"""A ping comes after ten seconds: a connection that says nothing for this long is dead."""
PAUSE_S = 0.1
BUSY = {429, 503}


def asking(query: str, **fields: object) -> dict[str, Any]:
    """The body of a question under ids of its own."""
    return {"query": query, "session_id": str(uuid4()), "answer_id": str(uuid4())} | fields


class WrongLog(AssertionError):
    """A gap, an event that differs from itself, or something behind the end."""


class Reader(threading.Thread):
    """One reader of one answer; see the module's docstring."""

    def __init__(
        self, urls: Sequence[str], body: dict[str, Any], *, after: int = 0, within_s: float = 60, **headers: str
    ) -> None:
        super().__init__(name="reader", daemon=True)
        self.answer_id = str(body["answer_id"])
        self.log: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.beside: list[dict[str, Any]] = []
        self.losses = 0
        self.statuses: list[int] = []
        self._body = body
        self._first = self._after = after
        self._urls = itertools.cycle(urls)
        self._headers = {"Content-Type": "application/json", "Accept": "text/event-stream"} | headers
        self._until = time.monotonic() + within_s
        self._grown = threading.Condition()
        self._wrong: Exception | None = None
        self._done_came = False

    @property
    def text(self) -> str:
        """What it was shown of the answer."""
        return "".join(event["content"] for event in list(self.events) if event["type"] == "token")

    @property
    def tokens(self) -> int:
        return sum(event["type"] == "token" for event in list(self.events))

    @property
    def end(self) -> dict[str, Any] | None:
        """The log's last event, once it has come."""
        return self.events[-1] if self.events and self.events[-1]["type"] in ENDS else None

    def run(self) -> None:
        try:
            while self.end is None and time.monotonic() < self._until:
                self._once(next(self._urls))
        except Exception as error:  # noqa: BLE001 - it is raised again by whoever waits
            self._wrong = error
        with self._grown:
            self._grown.notify_all()

    @property
    def told(self) -> dict[str, Any] | None:
        """The last error that is not in the log: something is wrong, and the answer may go on."""
        return next((event for event in reversed(self.beside) if event["type"] == "error"), None)

    def wait_for(self, *, tokens: int = 0, told: bool = False, within_s: float = 60) -> None:
        """Return once so many tokens have come, and an error that is not in the log where one is expected."""

        def come() -> bool:
            return (self.tokens >= tokens and (not told or self.told is not None)) or not self.is_alive()

        with self._grown:
            assert self._grown.wait_for(come, within_s), (
                f"only {self.tokens} tokens came: {self.events[-3:]} {self.beside[-3:]}"
            )
        if self._wrong:
            raise self._wrong

    def wait_for_silence(self, seconds: float = 4, within_s: float = 60) -> None:
        """Return once no token has come for so long."""
        until = time.monotonic() + within_s
        seen = -1
        while self.tokens > seen:
            assert time.monotonic() < until, f"tokens went on coming: {self.events[-3:]}"
            seen = self.tokens
            with self._grown:
                self._grown.wait_for(lambda seen=seen: self.tokens > seen, seconds)

    def finished(self, within_s: float = 60) -> Reader:
        """Itself, once it has read to the end; raises what was wrong."""
        self.join(within_s)
        if self._wrong:
            raise self._wrong
        assert self.end is not None, f"no end came: {self.statuses[-5:]} {self.events[-2:]} {self.beside[-2:]}"
        return self

    def _once(self, url: str) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SILENCE_S)
        # Until the first event has come it may be that the question itself was lost: it is asked again.
        known = self._after or "query" not in self._body
        body = {"answer_id": self.answer_id, "after": self._after} if known else self._body
        try:
            connection.request("POST", "/api/chat/stream", json.dumps(body), self._headers)
            response = connection.getresponse()
            self.statuses.append(response.status)
            if response.status == http.client.OK and response.headers.get_content_type() == "text/event-stream":
                self._read(response)
            elif response.status in BUSY or response.status == http.client.OK:
                self._lost()
            else:
                raise WrongLog(f"{response.status}: {response.read()[:300]!r}")
        except (OSError, http.client.HTTPException):
            self._lost()
        finally:
            connection.close()

    def _lost(self) -> None:
        self.losses += 1
        time.sleep(PAUSE_S)

    def _read(self, response: http.client.HTTPResponse) -> None:
        rest = b""
        while data := response.read1(65536):
            rest += data
            for seq, line in self._frames(rest):
                self._take(seq, line)
            rest = rest[rest.rfind(b"\n\n") + 2 :] if b"\n\n" in rest else rest
            if self._done_came:
                if rest or response.read():
                    raise WrongLog("something came behind [DONE]")
                if self.end is None and not (self.beside and self.beside[-1]["type"] == "continue"):
                    self._lost()
                return
        raise http.client.IncompleteRead(rest)

    def _frames(self, data: bytes) -> Iterator[tuple[int | None, str]]:
        self._done_came = False
        place = 0
        for found in FRAME.finditer(data, 0, data.rfind(b"\n\n") + 2):
            if found.start() != place or self._done_came:
                raise WrongLog(f"not the contract's frames: {data[place:][:200]!r}")
            place = found.end()
            if found[2] == b"[DONE]":
                self._done_came = True
            else:
                yield (int(found[1]) if found[1] else None), found[2].decode()

    def _take(self, seq: int | None, line: str) -> None:
        event = json.loads(line)
        if event.get("seq") != seq:
            raise WrongLog(f"the frame's id is {seq}, its event says {line}")
        with self._grown:
            if seq is None:
                self._take_beside(event)
            elif seq <= self._after:
                self._check_same(seq, line)
            elif self.end is not None:
                raise WrongLog(f"an event behind the end: {line}")
            elif seq > self._after + 1:
                raise WrongLog(f"a gap: {seq} after {self._after}")
            else:
                self.log.append(line)
                self.events.append(event)
                self.times.append(time.monotonic())
                self._after = seq
            self._grown.notify_all()

    def _take_beside(self, event: dict[str, Any]) -> None:
        if event["type"] == "continue" and event["after"] != self._after:
            raise WrongLog(f"to be continued after {event['after']}, read up to {self._after}")
        self.beside.append(event)
        if event["type"] == "error":
            time.sleep(min(event.get("retry_after_s", PAUSE_S), 2))

    def _check_same(self, seq: int, line: str) -> None:
        if seq > self._first and self.log[seq - self._first - 1] != line:
            raise WrongLog(f"{seq} was {self.log[seq - self._first - 1]}, and now is {line}")


def call(url: str, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> tuple[int, Any]:
    """One request: its status, and its JSON."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    with contextlib.closing(connection):
        raw = None if body is None else json.dumps(body)
        connection.request(method, path, raw, {"Content-Type": "application/json"} | headers)
        response = connection.getresponse()
        said = response.read()
    return response.status, json.loads(said) if response.headers.get_content_type() == "application/json" else said
