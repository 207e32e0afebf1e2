"""What of an answer's Markdown is words: the blocks that may claim something, every mark blanked out. Pure.

The blanked text is as long as the answer, so that an offset in the one is an offset in the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import accumulate

from markdown_it.token import Token

from footnote.answers.dialect import parser
from footnote.answers.formulas import formula_at
from footnote.answers.markers import MARKER

_MARK = re.compile(
    r"(?P<formula>[$\\])"
    r"|(?<!`)(?P<ticks>`{1,3})(?!`)[^`]{1,400}(?P=ticks)(?!`)"
    rf"|{MARKER}"
    r"|\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,500}(?:\s{1,9}\"[^\"]{0,200}\")?\)"
    r"|<?(?:https?://|www\.|mailto:)[^\s>]*>?"
    r"|&#?\w{1,31};|\*+|~~|`+|(?<!\w)_+|_+(?!\w)|^\[[ xX]\](?=\s)|!?\[|\]"
)
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_WORDLESS = re.compile(r"[^\n]")


class Part(Enum):
    """Where in the answer a block stands."""

    PARAGRAPH = auto()
    ITEM = auto()
    CELL = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """``text[start:end]`` of the answer; ``line`` is that of its beginning, from 0: a table's row."""

    part: Part
    start: int
    end: int
    line: int


def shown(text: str) -> tuple[str, list[Block]]:
    """The answer's words at their places, all else blank, and the blocks that they stand in.

    Headings, a table's head, code and formulas are no blocks; neither are links' addresses words.
    """
    source = text.replace("\r", " ").replace("\x00", "\ufffd")
    lines = source.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    words = [_WORDLESS.sub(" ", line) for line in lines]
    blocks = []
    read: dict[int, int] = {}  # how far each table row was
    for part, token in _inlines(source):
        places = _places(part, token, lines, read)
        if not places:
            continue
        for (line, column), piece in zip(places, _blanked(token.content).split("\n"), strict=True):
            words[line] = words[line][:column] + piece + words[line][column + len(piece) :]
        (first, begin), (last, column) = places[0], places[-1]
        end = starts[last] + column + len(token.content.rpartition("\n")[2])
        blocks.append(Block(part, starts[first] + begin, end, first))
    return "\n".join(words), blocks


def _inlines(source: str) -> Iterator[tuple[Part, Token]]:
    """The tokens that hold the words of paragraphs, list items and cells."""
    md = parser()
    opened, items = "", 0
    for token in md.block.parse(source, md, {}, []) or []:
        items += token.nesting if token.type.startswith("list_item") else 0
        if token.type != "inline":
            opened = token.type
        elif opened == "td_open":
            yield Part.CELL, token
        elif opened == "paragraph_open":
            yield (Part.ITEM if items else Part.PARAGRAPH), token


def _places(part: Part, token: Token, lines: Sequence[str], read: dict[int, int]) -> list[tuple[int, int]]:
    """The line and column of each of the token's lines; [] where they are written otherwise than they stand there."""
    first, _ = token.map or (0, 0)
    places = []
    for line, content in enumerate(token.content.split("\n"), first):
        if line >= len(lines):
            return []
        if part is Part.CELL:  # behind the cell before it; a bar in it was escaped
            column = lines[line].find(content, read.get(line, 0))
            read[line] = column + len(content) + 1
        else:  # behind the marks of lists and quotes
            end = len(lines[line].rstrip())
            column = end - len(content.rstrip()) if lines[line][:end].endswith(content.rstrip()) else -1
        if column < 0:
            return []
        places.append((line, column))
    return places


def _blanked(content: str) -> str:
    """The content with all marks blank, as long as before."""
    pieces, at = [], 0
    while match := _MARK.search(content, at):
        pieces.append(content[at : match.start()])
        begin, at = match.span()
        if match["formula"]:
            formula = formula_at(content, begin, len(content))
            escaped = content[begin] == "\\" and _PUNCTUATION.match(content, begin + 1)
            if formula:
                at = formula.end()
            elif escaped:
                pieces.append(" ")
                begin, at = begin + 1, begin + 2
                pieces.append(content[begin])
                continue
            else:
                pieces.append(content[begin])
                continue
        pieces.append(_WORDLESS.sub(" ", content[begin:at]))
    return "".join((*pieces, content[at:]))
