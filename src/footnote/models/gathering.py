"""A model's event stream with neighbouring pieces of text put together, before anything parses them; pure.

What the model's client does for a piece costs as much as for many: a frame, its JSON, objects of three libraries. So
pieces that came together and differ in nothing but their text, and in what was used so far, are handed on as one.
Everything else, ends, tools, errors and what nobody here knows, is handed on as it came and in its place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_END_OF_FRAME = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_CONTENT = re.compile(rb'"content": ?"')
_TEXT = re.compile(rb'(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
_NEVER_FIRST = (b"[", b"\\u")
"""A text that begins so may be read as a list of blocks (``chunks.py``), and none made of several may be."""
_BLOCKS = b"[{"
_PLAIN = frozenset({"id", "object", "created", "model", "system_fingerprint", "service_tier", "index", "role"})
"""What may stand beside a text and say nothing of it."""


@dataclass(frozen=True, slots=True)
class _Around:
    """The frame around a piece of text, and what it says beside the text and what was used."""

    before: bytes
    behind: bytes
    beside: object

    def text_of(self, frame: bytes) -> bytes | None:
        """The text of a frame that is the same around it to the letter."""
        begin, end = len(self.before), len(frame) - len(self.behind)
        if end < begin or not (frame.startswith(self.before) and frame.endswith(self.behind)):
            return None
        text = frame[begin:end]
        return text if _TEXT.fullmatch(text) and _is_utf8(text) else None

    def frame(self, texts: list[bytes]) -> bytes:
        """These texts as one piece."""
        return b"".join((self.before, *texts, self.behind))


class GatheredFrames:
    """Bytes of an event stream's body in, in pieces; the same body with fewer frames out."""

    def __init__(self) -> None:
        self.begun = False
        """Whether text has come that can be gathered."""
        self._held = b""
        self._around: _Around | None = None
        self._texts: list[bytes] = []

    @property
    def held(self) -> int:
        """How many bytes wait for the end of their frame."""
        return len(self._held)

    def feed(self, body: bytes) -> bytes:
        """The frames that are whole with these bytes; what came together is gathered."""
        handed_on: list[bytes] = []
        held = self._held + body
        at = 0
        for end in _END_OF_FRAME.finditer(held):
            self._take(held[at : end.end()], handed_on)
            at = end.end()
        self._held = held[at:]
        self._finish(handed_on)
        return b"".join(handed_on)

    def rest(self) -> bytes:
        """What is no whole frame, at the body's end."""
        rest, self._held = self._held, b""
        return rest

    def _take(self, frame: bytes, handed_on: list[bytes]) -> None:
        around = self._around
        text = around.text_of(frame) if around else None
        if text is None and (read := _read(frame)):
            now, text = read
            if around is None or now.beside != around.beside:
                self._finish(handed_on)
            self._around = now  # what was used counts as the last one tells it
        if text is None or text.startswith(_BLOCKS) or (text.startswith(_NEVER_FIRST) and not any(self._texts)):
            self._finish(handed_on)
            handed_on.append(frame)
        else:
            self._texts.append(text)
        self.begun = self.begun or bool(text)

    def _finish(self, handed_on: list[bytes]) -> None:
        if self._around and self._texts:
            handed_on.append(self._around.frame(self._texts))
            self._texts.clear()


def _read(frame: bytes) -> tuple[_Around, bytes] | None:
    """A frame that is a piece of text and nothing else: what is around it, and the text."""
    begins = _CONTENT.search(frame)
    text = _TEXT.match(frame, begins.end()) if begins else None
    if begins is None or text is None or not _is_utf8(text[0]):
        return None
    before, behind = frame[: begins.end()], frame[text.end() :]
    data = (before + behind).rstrip(b"\r\n")
    if not data.startswith(b"data:") or b"\n" in data or b"\r" in data:
        return None
    try:
        beside = json.loads(data.removeprefix(b"data:"))
    except ValueError:
        return None
    return (_Around(before, behind, beside), text[0]) if _is_plain(beside) else None


def _is_plain(chunk: Any) -> bool:
    """Whether a chunk's delta has a content, here taken out, and nothing else says anything; forgets what was used."""
    match chunk:
        case {"choices": [{"delta": {"content": "", **delta}, "finish_reason": None, **choice}], **rest}:
            if isinstance(rest.get("usage"), dict):
                chunk["usage"] = {}  # one that tells it is not put together with one that doesn't
                del rest["usage"]
            return all(_says_nothing(*field) for part in (delta, choice, rest) for field in part.items())
    return False


def _says_nothing(name: object, value: object) -> bool:
    return value is None or (name in _PLAIN and isinstance(value, str | int))


def _is_utf8(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
