"""Citation markers in a model's text: those that point nowhere are taken out while it streams."""

from __future__ import annotations

import re

_PARAGRAPH_END = r"\n[ \t]*\n"
_BLANKS = r"(?:[^\S\n]|\n(?![ \t]*\n)){0,3}"  # a marker may be wrapped, but never across paragraphs
_MARKER = rf"\[{_BLANKS}\d{{1,3}}(?:{_BLANKS}[,;\u2013-]{_BLANKS}\d{{1,3}}){{0,15}}{_BLANKS}\]"
# What matters, in one pass. In prose: an escape, a run of backticks, a fence of tildes, the end of
# a paragraph, or a marker with the blanks before it. In code, nothing but what may end it. A run of
# blanks is looked at from its beginning only, so that a long one costs no more than a short one.
_IN_PROSE = re.compile(r"\\[!-/:-@\[-`{-~]" rf"|`+|~{{3,}}|{_PARAGRAPH_END}" rf"|(?:(?<![ \t])[ \t]++)?{_MARKER}")
_IN_CODE = re.compile(rf"`+|~+|{_PARAGRAPH_END}")
# The end of a piece that the next piece may turn into one of these.
_UNDECIDED_PROSE = re.compile(
    r"(?:\\|`+|~+|\n[ \t]*|(?<![ \t])[ \t]+|(?:(?<![ \t])[ \t]++)?\[[\d\s,;\u2013-]{0,160})\Z"
)
_UNDECIDED_CODE = re.compile(r"(?:`+|~+|\n[ \t]*)\Z")
_RANGE = re.compile(r"(\d+)\s*[\u2013-]\s*(\d+)|(\d+)")

FENCE = 3
"""Backticks or tildes that open a code block."""


class MarkerFilter:
    """Passes a model's text on in pieces, without the ``[n]`` of sources that were not given.

    ``sources`` is how many passages the model was given, numbered from 1. ``[2, 7]`` of 5
    becomes ``[2]``; a marker that is left with nothing goes, and so do the blanks before it.
    Markers may be cut anywhere between pieces. What could still become a marker is held back
    until it is decided. Text is made clean on the way: NULs go, and halves of a surrogate pair
    that came in two pieces are joined.
    """

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._held = ""
        self._half = ""
        self._fence = ""
        self._last = "\n"
        self._blanks = ""
        self._length = 0
        self.uses: dict[int, list[int]] = {}
        """For each source used, where its markers stand in the text passed on."""

    def feed(self, text: str) -> str:
        """The next piece of text that is decided; may be empty."""
        return self._pass(self._held + self._clean(text), whole=False)

    def finish(self) -> str:
        """What was held back, now that nothing follows."""
        text = self._held + ("\ufffd" if self._half else "")
        self._half = ""
        return self._pass(text, whole=True)

    def _clean(self, text: str) -> str:
        text, self._half = self._half + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        if not text.isascii():
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text.replace("\x00", "")

    def _pass(self, text: str, *, whole: bool) -> str:
        out: list[str] = []
        at = 0
        while match := (_IN_CODE if self._fence else _IN_PROSE).search(text, at):
            if not whole and match.end() == len(text) and match[0][0] in "`~":
                break  # the run may go on
            self._keep(text[at : match.start()], out)
            self._keep(self._token(match[0]), out)
            at = match.end()
        undecided = None if whole else (_UNDECIDED_CODE if self._fence else _UNDECIDED_PROSE).search(text, at)
        cut = undecided.start() if undecided else len(text)
        self._keep(text[at:cut], out)
        self._held = text[cut:]
        return "".join(out)

    def _keep(self, text: str, out: list[str]) -> None:
        if text:
            out.append(text)
            self._length += len(text)
            self._last = text[-1]
            self._blanks = ""

    def _token(self, token: str) -> str:
        if token[0] in "`~":
            self._toggle(token)
        elif token[0] == "\n":
            if len(self._fence) < FENCE:  # a code span ends with its paragraph, a fence doesn't
                self._fence = ""
        elif token[0] != "\\" and not self._fence:
            return self._marker(token)
        return token

    def _toggle(self, run: str) -> None:
        if self._fence:
            closes = run[0] == self._fence[0] and len(run) >= len(self._fence) >= FENCE
            if closes or run == self._fence:
                self._fence = ""
        elif run[0] == "`" or self._last == "\n":
            self._fence = run

    def _marker(self, token: str) -> str:
        marker = token.lstrip()
        blanks = token[: len(token) - len(marker)] or self._blanks
        asked = _numbers(marker)
        given = [n for n in asked if 1 <= n <= self._sources]
        if not given:
            # The blanks before a marker that goes are given to one that follows it at once.
            self._blanks = blanks
            return ""
        for n in given:
            self.uses.setdefault(n, []).append(self._length + len(blanks))
        return blanks + (marker if given == asked else f"[{', '.join(map(str, given))}]")


def _numbers(marker: str) -> list[int]:
    numbers: list[int] = []
    for match in _RANGE.finditer(marker):
        if match[3]:
            numbers.append(int(match[3]))
        else:
            numbers.extend(range(int(match[1]), int(match[2]) + 1))
    return numbers


def without_markers(text: str) -> str:
    """The text with no citation marker left, for a place where the numbers mean nothing."""
    markers = MarkerFilter(0)
    return markers.feed(text) + markers.finish()
