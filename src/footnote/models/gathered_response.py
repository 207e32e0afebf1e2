"""A model's HTTP response as it comes over the wire, with the text of its event stream gathered; pure."""

from __future__ import annotations

import re

from footnote.models.gathering import GatheredFrames

MOST_HELD = 1_000_000
"""Bytes of a head, chunk or frame that is not whole yet; what is longer is handed on as it comes."""

_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
_LONGEST_SIZE = 100
_LINE_BREAK = b"\r\n"


class GatheredResponse:
    """The bytes of one response in, the same response with fewer frames out.

    Only the body of an event stream that comes in HTTP's chunks is touched. Of anything else, and from there on of
    what is not as HTTP has it, every byte is handed on as it came.
    """

    def __init__(self) -> None:
        self._read = self._head
        self._held = b""
        self._frames = GatheredFrames()

    @property
    def begun(self) -> bool:
        """Whether text has come that can be gathered: from then on it is worth while to wait for more."""
        return self._frames.begun

    def feed(self, data: bytes) -> bytes:
        """What to hand on, now that these bytes have come; none mean that the response has ended."""
        self._held += data
        return self._read() if data else self._as_it_is()

    def _as_it_is(self) -> bytes:
        self._read = self._as_it_is
        held, self._held = self._held, b""
        return _chunk(self._frames.rest()) + held

    def _head(self) -> bytes:
        head, blank, body = self._held.partition(b"\r\n\r\n")
        if not blank and len(self._held) < MOST_HELD:
            return b""
        if not _is_event_stream(head):
            return self._as_it_is()
        self._held = body
        self._read = self._body
        return head + blank + self._body()

    def _body(self) -> bytes:
        """The chunks that are whole, as one."""
        came: list[bytes] = []
        at = 0
        while (chunk := _whole_chunk(self._held, at)) is not None:
            begin, end = chunk
            came.append(self._held[begin:end])
            at = end + len(_LINE_BREAK)
        self._held = self._held[at:]
        handed_on = _chunk(self._frames.feed(b"".join(came)))
        waits = _may_be_chunk(self._held) and self._frames.held < MOST_HELD
        return handed_on if waits else handed_on + self._as_it_is()


def _is_event_stream(head: bytes) -> bool:
    """Whether the body is frames in chunks, as they are."""
    status, *lines = head.lower().split(_LINE_BREAK)
    fields = {name.strip(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    return (
        status.startswith(b"http/1.1 200")
        and fields.get(b"content-type", b"").startswith(b"text/event-stream")
        and fields.get(b"transfer-encoding") == b"chunked"
        and fields.get(b"content-encoding", b"identity") == b"identity"
    )


def _whole_chunk(held: bytes, at: int) -> tuple[int, int] | None:
    """Where the data of the chunk there begins and ends; None where it is not whole, is none, or is the last."""
    size = _SIZE.match(held, at)
    if size is None:
        return None
    end = size.end() + int(size[1], 16)
    is_whole = held[end : end + len(_LINE_BREAK)] == _LINE_BREAK
    return (size.end(), end) if is_whole and end > size.end() else None


def _may_be_chunk(held: bytes) -> bool:
    """Whether what is held may become a chunk with something in it that can be waited for."""
    size = _SIZE.match(held)
    if size is None:
        return _LINE_BREAK not in held and len(held) < _LONGEST_SIZE
    end = size.end() + int(size[1], 16)
    return size.end() < end < MOST_HELD and len(held) < end + len(_LINE_BREAK)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
