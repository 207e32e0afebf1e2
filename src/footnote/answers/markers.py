"""Citation markers in a model's text: those that point nowhere are taken out while it streams."""

from __future__ import annotations

import re

_PARAGRAPH_END = r"\n[ \t]*\n"
_BLANKS = r"(?:[^\S\n]|\n(?![ \t]*\n)){0,3}"  # a marker may be wrapped, but never across paragraphs
MARKER = rf"\[{_BLANKS}\d{{1,3}}(?:{_BLANKS}[,;\u2013-]{_BLANKS}\d{{1,3}}){{0,15}}{_BLANKS}\]"
# What matters, in one pass. In prose: an escape, a run of backticks, a fence of tildes, the end of
# a paragraph, or a marker with the blanks before it. A run of blanks is looked at from its beginning
# only, so that a long one costs no more than a short one.
_IN_PROSE = re.compile(r"\\[!-/:-@\[-`{-~]" rf"|`+|~{{3,}}|{_PARAGRAPH_END}" rf"|(?:(?<![ \t])[ \t]++)?{MARKER}")
_IN_SPAN = re.compile(rf"`+|{_PARAGRAPH_END}|{MARKER}")
_IN_BLOCK = re.compile(r"`+|~+")
# The end of a piece that the next piece may turn into one of these.
_UNDECIDED_PROSE = re.compile(
    r"(?:\\|`+|~+|\n[ \t]*|(?<![ \t])[ \t]+|(?:(?<![ \t])[ \t]++)?\[[\d\s,;\u2013-]{0,160})\Z"
)
_UNDECIDED_SPAN = re.compile(r"(?:`+|\n[ \t]*|\[[\d\s,;\u2013-]{0,160})\Z")
_UNDECIDED_BLOCK = re.compile(r"(?:`+|~+)\Z")
_LINE_START = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_LINE_SEEN = 32
"""Characters of a line that tell whether a fence begins it."""
_RANGE = re.compile(r"(\d+)\s*[\u2013-]\s*(\d+)|(\d+)")

MOST = 20
"""Numbers in one marker; what names more is text."""
_ANY = 1000
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
        self._fence = ""  # the run that opened the code we are in
        self._in_block = False
        self._line = ""
        self._blanks = ""
        self._in_span: list[tuple[int, int]] = []
        self._length = 0
        self.uses: dict[int, list[int]] = {}
        """For each source used, where its markers stand in the text passed on."""

    def given(self, sources: int) -> None:
        """From here on the model has so many sources."""
        self._sources = sources

    def feed(self, text: str) -> str:
        """The next piece of text that is decided; may be empty."""
        return self._pass(self._held + self._clean(text), whole=False)

    def finish(self) -> str:
        """What was held back, now that nothing follows."""
        text = self._held + ("\ufffd" if self._half else "")
        self._half = ""
        passed = self._pass(text, whole=True)
        self._leave_span(closed=False)
        return passed

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
        while match := self._patterns()[0].search(text, at):
            if not whole and match.end() == len(text) and self._may_go_on(match[0]):
                break
            self._keep(text[at : match.start()], out)
            self._keep(self._token(match[0], text[match.end() : match.end() + 1]), out)
            at = match.end()
        undecided = None if whole else self._patterns()[1].search(text, at)
        cut = undecided.start() if undecided else len(text)
        if match:
            cut = min(cut, match.start())
        self._keep(text[at:cut], out)
        self._held = text[cut:]
        return "".join(out)

    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        if not self._fence:
            return _IN_PROSE, _UNDECIDED_PROSE
        return (_IN_BLOCK, _UNDECIDED_BLOCK) if self._in_block else (_IN_SPAN, _UNDECIDED_SPAN)

    def _may_go_on(self, token: str) -> bool:
        """Whether what follows decides: a run of backticks, or a marker out of range that may be a link's text."""
        if token[0] in "`~":
            return True
        return not self._fence and token[-1] == "]" and not self._given(token)

    def _keep(self, text: str, out: list[str]) -> None:
        if text:
            out.append(text)
            self._length += len(text)
            _, newline, line = text.rpartition("\n")
            self._line = (line if newline else self._line + line)[:_LINE_SEEN]
            self._blanks = ""

    def _token(self, token: str, following: str) -> str:
        if token[0] in "`~":
            self._toggle(token)
        elif token[0] == "\n":
            self._leave_span(closed=False)  # a code span ends with its paragraph, a block doesn't
        elif token[0] != "\\":
            return self._marker(token, following)
        return token

    def _toggle(self, run: str) -> None:
        begins_line = _LINE_START.fullmatch(self._line) is not None
        if self._in_block:
            if begins_line and run[0] == self._fence[0] and len(run) >= len(self._fence):
                self._fence, self._in_block = "", False
        elif self._fence:
            if run == self._fence:
                self._leave_span(closed=True)
        elif begins_line and len(run) >= FENCE:
            self._fence, self._in_block = run, True
        elif run[0] == "`":
            self._fence = run

    def _leave_span(self, *, closed: bool) -> None:
        """Backticks that nothing closes were no code: what looked like markers behind them were."""
        if self._in_block:
            return
        self._fence = ""
        for n, at in () if closed else self._in_span:
            self.uses.setdefault(n, []).append(at)
        self._in_span.clear()

    def _marker(self, token: str, following: str) -> str:
        given = self._given(token)
        marker = token.lstrip()
        if self._fence:
            self._in_span += [(n, self._length) for n in given]
            return token
        if following == "(" and not given:  # a link's text, and no marker
            return token
        blanks = token[: len(token) - len(marker)] or self._blanks
        if not given:
            # The blanks before a marker that goes are given to one that follows it at once.
            self._blanks = blanks
            return ""
        for n in given:
            self.uses.setdefault(n, []).append(self._length + len(blanks))
        return blanks + (marker if given == numbers(marker, _ANY) else f"[{', '.join(map(str, given))}]")

    def _given(self, marker: str) -> list[int]:
        return [n for n in numbers(marker, _ANY) if 1 <= n <= self._sources]


def numbers(marker: str, most: int = MOST) -> list[int]:
    """The sources that a marker names, each once, in order; [] where it is none after all."""
    named: dict[int, None] = {}
    for match in _RANGE.finditer(marker):
        first, last = int(match[1] or match[3]), int(match[2] or match[3])
        if last < first or last - first >= most:
            return []
        named.update(dict.fromkeys(range(first, last + 1)))
    return list(named) if len(named) <= most else []


def without_markers(text: str) -> str:
    """The text with no citation marker left, for a place where the numbers mean nothing."""
    markers = MarkerFilter(0)
    return markers.feed(text) + markers.finish()
