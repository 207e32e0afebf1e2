"""A file that is sent: written to disk as it comes, one a request, within limits."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from uuid import uuid4

from flask import request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import parse_form_data

from footnote.errors import InvalidRequest, TooLarge, TooManyUploads, UnsupportedMediaType
from footnote.file_names import safe_name

FIELD = "file"
AT_ONCE = 12
AT_ONCE_FOR_A_USER = 3
RETRY_S = 2.0
_AROUND = 64 * 1024
"""What a request may hold beside the file, in bytes."""
_READ = 64 * 1024
"""What werkzeug reads at a time. It counts it as memory, a file's too, with the end of the bytes before it."""
_FORGOTTEN_S = 24 * 3600
_GRACE_S = 60.0
_SLOWEST = 100_000
"""Bytes a second that a file has to come with, beyond the grace; else a few who trickle would hold all places."""
OWN_HEADER = "X-Requested-With"
_NO_FORM = "The file has to be sent as multipart/form-data, in a field named file."


class Receiving:
    """Takes files from requests into a folder of what is not yet taken in."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()

    @contextmanager
    def file(self, user: str) -> Iterator[tuple[Path, str]]:
        """The file of this request, and the name that it may have; it is gone behind the block, unless it was moved."""
        if request.mimetype != "multipart/form-data":
            raise UnsupportedMediaType(_NO_FORM)
        _refuse_forms_of_others()
        with self._turn(user):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._forget_old()
            place = self._folder / uuid4().hex
            try:
                yield self._named(place, self._received(place))
            finally:
                for left in self._folder.glob(f"{place.name}*"):
                    left.unlink(missing_ok=True)

    def _named(self, place: Path, sent: str) -> tuple[Path, str]:
        """The file with the ending that tells its kind, and its name."""
        if (name := safe_name(sent)) is None:
            raise InvalidRequest("The file's name can't be used. Give it another one, with its ending.")
        if place.stat().st_size > self._max_bytes:
            raise self._too_large()
        return place.rename(place.with_name(place.name + Path(name).suffix)), name

    def _received(self, place: Path) -> str:
        """Write the request's one file to ``place``; its name as it was sent."""
        files: list[IO[bytes]] = []

        def opened(  # werkzeug names all of them
            total_content_length: int | None,  # noqa: ARG001
            content_type: str | None,  # noqa: ARG001
            filename: str | None,  # noqa: ARG001
            content_length: int | None = None,  # noqa: ARG001
        ) -> IO[bytes]:
            if files:
                raise InvalidRequest("One file a request can be taken in.")
            files.append(place.open("xb+"))
            return files[0]

        try:
            with _for_at_most(_GRACE_S + self._max_bytes / _SLOWEST):
                _, _, sent = parse_form_data(
                    request.environ,
                    stream_factory=opened,
                    max_form_memory_size=_READ + _AROUND,
                    max_content_length=self._max_bytes + _AROUND,
                    max_form_parts=4,
                    silent=False,
                )
        except RequestEntityTooLarge as error:
            raise self._too_large() from error
        except (ValueError, HTTPException) as error:
            raise InvalidRequest("The file did not arrive whole, or too slowly. Send it again.") from error
        finally:
            for file in files:
                file.close()
        if FIELD not in sent:
            raise InvalidRequest(_NO_FORM)
        return sent[FIELD].filename or ""

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The file is larger than {self._max_bytes / 1_000_000:g} MB. Split it into smaller ones.")

    @contextmanager
    def _turn(self, user: str) -> Iterator[None]:
        """One of the files that are taken in at once."""
        with self._lock:
            if self._open.total() >= AT_ONCE or self._open[user] >= AT_ONCE_FOR_A_USER:
                raise TooManyUploads(retry_after_s=RETRY_S)
            self._open[user] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[user] -= 1
                self._open += Counter()  # who has none open is not remembered

    def _forget_old(self) -> None:
        """Remove what a process that was killed has left."""
        for left in self._folder.iterdir():
            with suppress(OSError):  # another process removes it too
                if time.time() - left.stat().st_mtime > _FORGOTTEN_S:
                    left.unlink()


def _refuse_forms_of_others() -> None:
    """A form of another site can send files too, untold by browsers over plain HTTP; but none can have our header."""
    headers = request.headers
    if "Origin" in headers and "Sec-Fetch-Site" not in headers and OWN_HEADER not in headers:
        raise InvalidRequest(f"A browser has to send files with the header {OWN_HEADER}.")


@contextmanager
def _for_at_most(seconds: float) -> Iterator[None]:
    """Read this request no longer than so: behind it, its connection gives nothing more, and can still be answered."""
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    if connection is None:
        yield
        return
    timer = threading.Timer(seconds, _end_reading, (connection,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _end_reading(connection: socket.socket) -> None:
    with suppress(OSError):  # it may be closed by now
        connection.shutdown(socket.SHUT_RD)
