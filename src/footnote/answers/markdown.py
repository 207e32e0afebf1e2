"""An answer's Markdown as safe HTML, block by block, each rendered once when it is finished.

A block is finished when nothing that may follow can change it. The blocks are a pure function
of the text: however it is cut into pieces, they are those of the whole text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from footnote.answers.boundaries import is_closed, is_prose, may_end
from footnote.answers.dialect import is_too_deep, parser
from footnote.answers.safe_html import clean

CREDIT_AT_START = 20_000
CREDIT_PER_CHARACTER = 5
"""Characters that may be parsed for each that came: what bounds the search for blocks' ends."""
FURTHEST_INDENT = 3
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Block:
    """One finished block as safe HTML, and the offset in the text behind it."""

    html: str
    end: int


class BlockRenderer:
    """Text in, in pieces; finished blocks out, in order."""

    def __init__(self, sources: int | None = None) -> None:
        self.sources = sources
        """How many sources there are: markers of others are left out. None leaves all of them."""
        self._lines: list[str] = []  # whole lines behind the last finished block
        self._partial: list[str] = []  # pieces of the line that has begun
        self._start = 0  # where self._lines begins in the text
        self._last: Token | None = None  # the first token of the block that is being written
        self._probed = False  # whether the line that has begun was looked at
        self._size = 0
        self._credit = CREDIT_AT_START

    @property
    def tail(self) -> str:
        """The text behind the last finished block."""
        return "".join((*self._lines, *self._partial))

    def feed(self, text: str) -> list[Block]:
        """Take the next piece of the text; the blocks that it finishes."""
        blocks: list[Block] = []
        begun, *further = text.split("\n")
        self._partial.append(begun)
        for following in further:
            blocks += self._end_line()
            self._partial.append(following)
        return blocks + self._begin_line()

    def finish(self) -> list[Block]:
        """The text has ended: render what is left."""
        self._lines.append("".join(self._partial))
        self._partial = []
        source = _readable("".join(self._lines))
        return self._cut(source, _blocks(source))

    def _end_line(self) -> list[Block]:
        line = "".join(self._partial) + "\n"
        self._lines.append(line)
        self._partial = []
        self._probed = False
        self._size += len(line)
        self._credit += len(line) * CREDIT_PER_CHARACTER
        if not may_end(self._last, line.rstrip("\r\n")) or self._credit < self._size:
            return []
        source = _readable("".join(self._lines))
        blocks = self._parse(source)
        if blocks and is_closed(blocks[-1][0], source.split("\n")[:-1]):
            self._last = None
            return self._cut(source, blocks)
        return self._cut(source, blocks[:-1])

    def _begin_line(self) -> list[Block]:
        """Finish a list or indented code at the first letter of what follows it, not at that line's end."""
        waits = self._last is not None and self._last.type in ("bullet_list_open", "ordered_list_open", "code_block")
        if self._probed or not waits or not self._lines or self._lines[-1].strip(" \t\r\n"):
            return []
        line = "".join(self._partial)
        # A line that is indented further goes on with what is there, whatever comes behind the blanks.
        self._probed = len(line) > FURTHEST_INDENT or line.strip(" ") != ""
        if not self._probed or self._credit < self._size or not is_prose(line):
            return []
        source = _readable("".join(self._lines) + line)
        return self._cut(source, self._parse(source)[:-1])

    def _parse(self, source: str) -> list[list[Token]]:
        self._credit -= len(source)
        blocks = _blocks(source)
        self._last = blocks[-1][0] if blocks else None
        return blocks

    def _cut(self, source: str, blocks: list[list[Token]]) -> list[Block]:
        """Render these blocks and drop their text."""
        if not blocks:
            return []
        shown = source.split("\n")
        offsets = [0, *accumulate(map(len, self._lines))]
        finished: list[Block] = []
        for tokens in blocks:
            first, end = tokens[0].map or [0, 0]
            last = end
            while last > first + 1 and not shown[last - 1].strip(" \t"):
                last -= 1
            html = _plain("\n".join(shown[first:last])) if is_too_deep(tokens) else _html(tokens, self.sources)
            finished.append(Block(html, self._start + offsets[last]))
        self._start += offsets[last]
        self._size -= offsets[last]
        del self._lines[:last]
        return finished


def render(text: str) -> str:
    """A whole text as safe HTML."""
    renderer = BlockRenderer()
    return "".join(block.html for block in (*renderer.feed(text), *renderer.finish()))


def _blocks(source: str) -> list[list[Token]]:
    """The tokens of the text's top-level blocks, with the inlines not yet parsed."""
    md = parser()
    blocks: list[list[Token]] = []
    for token in md.block.parse(source, md, {}, []) or []:
        if token.level == 0 and token.nesting >= 0:
            blocks.append([])
        blocks[-1].append(token)
    return blocks


def _html(tokens: list[Token], sources: int | None) -> str:
    """One block's tokens as safe HTML."""
    md = parser()
    # Without a source, the rules behind the block parser work on the tokens that are there.
    state = StateCore("", md, {"sources": sources}, tokens)
    md.core.process(state)
    return clean(md.renderer.render(state.tokens, md.options, {}))


def _plain(source: str) -> str:
    return f'<pre class="plain">{escapeHtml(source)}</pre>\n'


def _readable(text: str) -> str:
    """The same lines with only line feeds between them, and no character that can't be written as UTF-8."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", " ")
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
