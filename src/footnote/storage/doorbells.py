"""Sockets beside an SQLite file, through which the processes that share it tell each other what has changed."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

FOLDER = "bells"
"""Where they stand, beside the file: in nobody's reach who may not open that too."""
MOST_HEARD = 1000
"""Messages taken at once; one who is flooded looks in between all the same."""
MOST_NAMED = 150
"""Ids of 36 characters in one message, here or in Postgres: a notification holds less than 8,000 bytes."""
_MOST_OCTETS = 8192


class Doorbell:
    """A process's own socket, once it listens, and the way to those of all others.

    What is told is a hint: a message that finds no room, or nobody, is lost, and nothing ever waits for one to be
    taken. The socket of a process that was killed is removed by whoever rings there next. One thread listens, any
    may ring.
    """

    def __init__(self, folder: Path, process: str) -> None:
        self._folder = folder
        self._process = process
        self._own: socket.socket | None = None

    @property
    def listens(self) -> bool:
        """Whether others can ring here: not where the socket has been cleared away with its folder."""
        return self._own is not None and self._place.exists()

    def listen(self) -> None:
        """Let others ring here; raises ``OSError`` where that can't be: too long a path, no such sockets, no right."""
        self.close()
        own = _datagrams()
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            own.bind(str(self._place))
        except OSError:
            own.close()
            raise
        self._own = own

    def heard(self, timeout_s: float) -> set[str]:
        """The ids that others name, as soon as some do; none where nobody does in time."""
        return {id for message in islice(self._messages(timeout_s), MOST_HEARD) for id in message.split(",")}

    def ring(self, ids: Iterable[str]) -> None:
        """Name these to all others that listen."""
        named = list(ids)
        messages = [",".join(named[n : n + MOST_NAMED]).encode() for n in range(0, len(named), MOST_NAMED)]
        with suppress(OSError):  # nobody has ever listened here, or nobody can
            with os.scandir(self._folder) as places:
                others = [place.path for place in places if place.name != self._process]
            with _datagrams() as out:
                out.settimeout(0)
                for place in others:
                    _send(out, messages, place)

    def close(self) -> None:
        """Listen no more."""
        own, self._own = self._own, None
        if own is not None:
            own.close()
            with suppress(OSError):
                self._place.unlink()

    @property
    def _place(self) -> Path:
        return self._folder / self._process

    def _messages(self, timeout_s: float) -> Iterator[str]:
        """What has come, and at first what comes within a time."""
        while self._own is not None:
            self._own.settimeout(timeout_s)
            try:
                message = self._own.recv(_MOST_OCTETS)
            except (TimeoutError, BlockingIOError):
                return
            yield message.decode("ascii", "replace")
            timeout_s = 0.0


def _send(out: socket.socket, messages: Sequence[bytes], place: str) -> None:
    try:
        for message in messages:
            out.sendto(message, place)
    except ConnectionRefusedError:  # as a file that is no socket does too, which is none of ours
        with suppress(OSError):
            if stat.S_ISSOCK(os.lstat(place).st_mode):
                os.unlink(place)  # noqa: PTH108 - it was listed as a string
    except OSError:
        pass  # one that has so much unheard looks anyway


def _datagrams() -> socket.socket:
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        raise OSError("this system has no sockets in folders")
    return socket.socket(family, socket.SOCK_DGRAM)
