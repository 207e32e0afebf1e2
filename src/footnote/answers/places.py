"""How many answers are written at once, and the short queue of those that wait: first come, first served."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from footnote.chat import Cancellation
from footnote.errors import Unavailable


class Places:
    """``running`` places; up to ``waiting`` more wait in order for one to come free."""

    def __init__(self, running: int, waiting: int, on_change: Callable[[int, int], None] = lambda *_: None) -> None:
        """``on_change`` is told, in order, how many run and how many wait; it must be quick."""
        self._most = self._free = running
        self._on_change = on_change
        self._most_waiting = waiting
        self._queue: list[Place] = []
        self._changed = threading.Condition()

    def take(self) -> Place:
        """A place, or one in the queue; raises ``Unavailable`` where that is full too."""
        with self._changed:
            if self._free <= 0 and len(self._queue) >= self._most_waiting:
                raise Unavailable(retry_after_s=2)
            place = Place(self)
            self._queue.append(place)
            self._move_up()
            return place

    def before(self, place: Place) -> int:
        """How many are before it, itself included; 0 where it has its place."""
        return self._queue.index(place) + 1 if place in self._queue else 0

    def wait(self, place: Place, told: int, cancellation: Cancellation) -> int:
        """Wait until the number before it is another one than ``told``; returns that at once when called off."""
        with cancellation.on_request(self._wake), self._changed:
            self._changed.wait_for(lambda: cancellation.reason is not None or self.before(place) != told)
            return self.before(place)

    def leave(self, place: Place) -> None:
        """Give a place back, or leave the queue."""
        with self._changed:
            if place in self._queue:
                self._queue.remove(place)
            else:
                self._free += 1
            self._move_up()

    def _move_up(self) -> None:
        while self._free > 0 and self._queue:
            self._queue.pop(0)
            self._free -= 1
        self._on_change(self._most - self._free, len(self._queue))
        self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class Place:
    """One answer's place: its own, or one in the queue."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def queued(self, cancellation: Cancellation) -> Iterator[int]:
        """How many are before it, itself included, whenever that changes, until it has its place or is called off."""
        told = 0
        while cancellation.reason is None and (before := self._places.wait(self, told or -1, cancellation)):
            if before != told:
                yield before
            told = before

    def leave(self) -> None:
        """Let the next one have it. Once."""
        self._places.leave(self)
