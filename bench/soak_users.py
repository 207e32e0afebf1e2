"""Users of the soak: each asks, stops, refreshes, drops, uploads, deletes and searches, and remembers what it saw."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from soak_verdicts import ENDS_BY, LASTS_S, Faults, unexplained, wrong_end

MODELS = ("fast", "fast", *ENDS_BY)
KEPT_CONVERSATIONS = 6
KEPT_DOCUMENTS = 3
ENDS = {"done", "error", "cancelled"}
STATUS_OF = {"done": "complete", "error": "error", "cancelled": "cancelled"}
PATIENCE_S = 90.0


@dataclass
class Asked:
    """An answer as its readers saw it."""

    session: str
    id: str
    kind: str  # of the model
    at: float = field(default_factory=time.monotonic)
    stopped: bool = False
    code: str | None = None  # of the error that it ended by
    seen: list[str] = field(default_factory=list)  # by event number; a token's text, else nothing
    end: str | None = None

    @property
    def text(self) -> str:
        """What was seen of it."""
        return "".join(self.seen)

    @property
    def query(self) -> str:
        """The question, which names the kind of model that is to answer it."""
        return f"What did the review decide, and who disagreed? [[{self.kind}]]"

    @property
    def status(self) -> str | None:
        """What the record has to say once it has ended."""
        return "interrupted" if self.code == "INTERRUPTED" else STATUS_OF[self.end] if self.end else None

    def again(self) -> Asked:
        """The same answer, of which nothing was seen."""
        return Asked(self.session, self.id, self.kind, self.at, self.stopped)


class User:
    """One user, until told to stop; ``wrong`` is what must not be."""

    def __init__(self, url: str, number: int, pause_s: float, faults: Faults) -> None:
        self.name = f"user-{number}"
        self._thread = threading.Thread(target=self._use, name=self.name, daemon=True)
        identity = {"X-Forwarded-Email": f"user{number}@example.org"}
        self._client = httpx.Client(base_url=url, headers=identity, timeout=30)
        self._random = random.Random(number)
        self._faults = faults
        self._pause_s = pause_s
        self._stopping = threading.Event()
        self._kept: deque[Asked] = deque()
        self._documents: deque[str] = deque()
        self._numbers = iter(range(10**9))
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []

    def begin(self) -> None:
        """Begin to use it."""
        self._thread.start()

    def _use(self) -> None:
        """Do one thing after the other."""
        things = [self._read, self._read, self._read, self._stop, self._drop, self._refresh]
        things += [self._upload, self._search, self._look_back]
        while not self._stopping.wait(self._random.uniform(0, 2 * self._pause_s)):
            thing = self._random.choice(things)
            try:
                thing()
                self.done[thing.__name__.strip("_")] += 1
                while len(self._kept) > KEPT_CONVERSATIONS:
                    self._delete()
            except httpx.HTTPError as error:  # the worker was killed: the next thing meets another
                self.done[f"failed: {type(error).__name__}"] += 1

    def end(self) -> None:
        """Finish what is being done, and look at all answers once more."""
        self._stopping.set()
        self._thread.join(2 * PATIENCE_S)
        if self._thread.is_alive():
            self.wrong.append("a user hangs")
        for asked in self._kept:
            self._verify(asked)
        self._client.close()

    def _ask(self) -> Asked:
        asked = Asked(str(uuid4()), str(uuid4()), self._random.choice(MODELS))
        body = {"query": asked.query, "session_id": asked.session, "answer_id": asked.id}
        self._kept.append(asked)
        self._patiently("POST", "/api/chat/answers", json=body, wanted=201)
        return asked

    def _read(self) -> None:
        self._follow(self._ask())

    def _stop(self) -> None:
        asked = self._ask()
        self._follow(asked, events=self._random.randrange(3, 12))
        asked.stopped = True
        self._patiently("POST", f"/api/chat/answers/{asked.id}/stop", wanted=202)
        self._follow(asked)

    def _drop(self) -> None:
        asked = self._ask()
        for _ in range(3):
            self._follow(asked, events=self._random.randrange(1, 8))
        self._follow(asked)

    def _refresh(self) -> None:
        asked = self._ask()
        self._follow(asked, events=self._random.randrange(3, 12))
        again = asked.again()
        self._follow(again)
        if not again.text.startswith(asked.text):
            self.wrong.append(f"{asked.id}: a second reader saw another text")
        asked.seen, asked.end, asked.code = again.seen, again.end, again.code

    def _upload(self) -> None:
        number = next(self._numbers)
        words = " ".join(f"word{self._random.randrange(5000)}" for _ in range(400))
        file = {"file": (f"{self.name}-{number}.md", f"# Note {number}\n\n{words}\n".encode())}
        began = time.monotonic()
        try:
            response = self._client.post("/api/library/documents", files=file, timeout=PATIENCE_S)
        except httpx.HTTPError as error:
            self._judge("an upload", repr(error), began)
            return
        if response.status_code == 201:
            self._documents.append(response.json()["document"]["id"])
        else:
            self._judge("an upload", response.status_code, began)
        while len(self._documents) > KEPT_DOCUMENTS:
            self._patiently("DELETE", "/api/library/documents", params={"id": self._documents[0]}, wanted=(204, 404))
            self._documents.popleft()

    def _search(self) -> None:
        self._patiently("GET", "/api/chat/sessions", params={"search": "review"}, wanted=200)

    def _look_back(self) -> None:
        if self._kept:
            self._verify(self._random.choice(self._kept))

    def _delete(self) -> None:
        asked = self._kept[0]
        self._verify(asked)
        self._patiently("DELETE", f"/api/chat/sessions/{asked.session}", wanted=(204, 200, 404))
        self._kept.popleft()

    def _follow(self, asked: Asked, events: int | None = None) -> None:
        """Read on from what was seen, over as many responses as it takes: to the end, or so many events."""
        until = time.monotonic() + PATIENCE_S
        while asked.end is None and (events is None or events > 0) and time.monotonic() < until:
            began = time.monotonic()
            try:
                for event in self._events(asked):
                    self._saw(asked, event)
                    events = None if events is None else events - 1
                    if events == 0:
                        return
            except httpx.HTTPError as error:
                self.done["broken streams"] += 1
                self._judge("a stream", repr(error), began)
                time.sleep(0.3)
        if asked.end is None and events is None:
            self.wrong.append(f"{asked.id}: no end within {PATIENCE_S:.0f} s")

    def _events(self, asked: Asked) -> Iterator[dict[str, Any]]:
        body = {"answer_id": asked.id, "after": len(asked.seen)}
        began = time.monotonic()
        with self._client.stream("POST", "/api/chat/stream", json=body) as response:
            if response.status_code != 200:
                self._judge("a stream", response.status_code, began)
                time.sleep(0.5)
                return
            for line in response.iter_lines():
                if line.startswith("data: {"):
                    yield json.loads(line[6:])

    def _saw(self, asked: Asked, event: dict[str, Any]) -> None:
        if (seq := event.get("seq")) is None:
            return
        if seq != len(asked.seen) + 1 or asked.end is not None:
            self.wrong.append(f"{asked.id}: event {seq} behind {len(asked.seen)} (end: {asked.end})")
        asked.seen.append(event.get("content", "") if event["type"] == "token" else "")
        if event["type"] in ENDS:
            asked.end, asked.code = event["type"], event.get("code")
            self.done[f"ended: {asked.code or asked.end}"] += 1
            faults = self._faults.since(asked.at)
            if wrong := wrong_end(asked.kind, asked.end, asked.code, stopped=asked.stopped, faults=faults):
                self.wrong.append(f"{asked.id}: {wrong}")

    def _verify(self, asked: Asked) -> None:
        """That the record holds what was seen, and one end."""
        told = self._patiently("GET", f"/api/chat/answers/{asked.id}", wanted=(200, 404))
        if told.status_code == 404:
            if asked.seen:
                self.wrong.append(f"{asked.id}: is lost")
            return
        record = told.json()
        if asked.end and record["status"] != asked.status:
            self.wrong.append(f"{asked.id}: ended by {asked.code or asked.end}, and is {record['status']}")
        same = record["text"] == asked.text if asked.end else record["text"].startswith(asked.text)
        if not same:
            self.wrong.append(f"{asked.id}: another text than was seen")
        whole = asked.again()
        self._follow(whole)  # a second end, or a number twice, is told there
        if asked.end and (whole.end, whole.code) != (asked.end, asked.code):
            self.wrong.append(f"{asked.id}: ended by {asked.code or asked.end}, and then by {whole.code or whole.end}")
        if whole.end is not None and whole.text != self._record_text(asked.id):
            self.wrong.append(f"{asked.id}: its log says another text than its record")

    def _record_text(self, answer_id: str) -> str:
        return str(self._patiently("GET", f"/api/chat/answers/{answer_id}", wanted=200).json()["text"])

    def _patiently(self, method: str, path: str, *, wanted: int | tuple[int, ...], **what: Any) -> httpx.Response:
        """Ask again while workers die and databases are locked; what else is refused is wrong."""
        until = time.monotonic() + PATIENCE_S
        expected = wanted if isinstance(wanted, tuple) else (wanted,)
        while True:
            began = time.monotonic()
            said: int | str
            try:
                response = self._client.request(method, path, **what)
                if response.status_code in expected:
                    return response
                said = response.status_code
            except httpx.HTTPError as error:
                said = repr(error)
            self.done["asked again"] += 1
            self._judge(f"{method} {path}", said, began)
            if time.monotonic() > until:
                self.wrong.append(f"{method} {path}: {said} for {PATIENCE_S:.0f} s")
                raise httpx.TransportError(str(said))
            time.sleep(0.5)

    def _judge(self, what: str, said: int | str, began: float) -> None:
        """A refusal or a broken connection that no fault explains is wrong."""
        if unexplained(said, self._faults.since(began - LASTS_S)):
            self.wrong.append(f"{what}: {said}, and there was no fault ({time.monotonic() - self._faults.began:.0f} s)")
