"""A model that says what a test tells it to, when the test tells it to."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

from footnote.chat import Cancellation, Cancelled, Chunk, FinishReason, Prompt, Usage
from footnote.errors import StreamingError
from footnote.passages import EVERYTHING, Filter, Hit, Retriever, Scope

PATIENCE_S = 30


class Writing:
    """One answer that is being written."""

    def __init__(self, prompt: Prompt, pieces: Sequence[Chunk | float] = ()) -> None:
        self.prompt = prompt
        self.called_off = threading.Event()
        self._pieces: queue.SimpleQueue[Chunk | float | Exception] = queue.SimpleQueue()
        for piece in pieces:
            self.put(piece)

    def say(self, *texts: str, every_s: float = 0) -> None:
        """Go on with these pieces of text; the model takes so long for each."""
        for text in texts:
            if every_s:
                self.put(every_s)
            self.put(Chunk(text))

    def finish(self, reason: FinishReason = FinishReason.STOP, usage: Usage | None = None) -> None:
        """Be finished."""
        self.put(Chunk(finish=reason, usage=usage))

    def fail(self, error: StreamingError) -> None:
        """Break off."""
        self.put(error)

    def call_off(self) -> None:
        """Wake the model, whose answer was stopped."""
        self.called_off.set()
        self.put(Cancelled())

    def put(self, piece: Chunk | float | Exception) -> None:
        """Let the model come to this next."""
        self._pieces.put(piece)

    def chunks(self, cancellation: Cancellation) -> Iterator[Chunk]:
        """What the model yields."""
        while True:
            piece = self._pieces.get()
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, float):
                cancellation.wait(piece)
                continue
            yield piece
            if piece.finish:
                return


class PacedModel:
    """A ``Model`` whose answers wait for the test."""

    name = "paced"
    retrieves = False

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[Writing] = queue.SimpleQueue()
        self._all: list[Writing] = []

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        writing = Writing(prompt)
        self.begin(writing)
        with cancellation.on_request(writing.call_off):
            yield from writing.chunks(cancellation)

    def begin(self, writing: Writing) -> None:
        """The model was asked for this answer."""
        self._all.append(writing)
        self._asked.put(writing)

    def asked(self) -> Writing:
        """The next answer that the model was asked for, as soon as it was."""
        return self._asked.get(timeout=PATIENCE_S)

    def was_asked(self) -> int:
        """How many answers the model was asked for since the last rest."""
        return len(self._all)

    def rest(self) -> None:
        """Finish what is being written, and forget it."""
        for writing in self._all:
            writing.finish()
        self._all = []
        while not self._asked.empty():
            self._asked.get()


class HeldRetriever:
    """A real retriever whose search a test can hold."""

    def __init__(self, real: Retriever) -> None:
        self._real = real
        self._free = threading.Event()
        self._free.set()

    def hold(self) -> None:
        """Let searches wait."""
        self._free.clear()

    def release(self) -> None:
        """Let them go on."""
        self._free.set()

    def scope(self, filter: Filter) -> Scope:
        return self._real.scope(filter)

    def search(self, query: str, *, filter: Filter = EVERYTHING, limit: int = 10) -> list[Hit]:
        self._free.wait(PATIENCE_S)
        return self._real.search(query, filter=filter, limit=limit)
