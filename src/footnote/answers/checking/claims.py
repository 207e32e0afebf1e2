"""The statements of an answer: its sentences that claim something, and the sources that each names. Pure.

A marker belongs to the sentence that it stands in or behind. A sentence without one may rest on
the next marker of its paragraph or list item, and a list's item or table's row without one on
those of the line that introduces them ("According to [2]:").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, islice, pairwise

from footnote import sentences
from footnote.answers.checking.language import content, is_german
from footnote.answers.checking.shown import Block, Part, shown
from footnote.unanswered import denies, remarks

MOST_CLAIMS = 200
MOST_CHARACTERS = 20_000
"""Of an answer that are looked at: its first, up to the end of a line."""
FEWEST_TERMS = 2

_TALK = re.compile(
    r"(?:I hope|Let me know|Sure\b|Certainly\b|Here (?:is|are)\b|Below (?:is|are)\b|If you\b|Would you\b|Feel free"
    r"|Ich hoffe|Hier (?:ist|sind)\b|Gerne?\b|Wenn Sie\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…:;。！？][\"'”’»)\s]*\Z")  # noqa: RUF001
_ASKS_OR_LEADS = re.compile(r"[?:？：][\"'”’»)\s]*\Z")  # noqa: RUF001


@dataclass(frozen=True)
class Claim:
    """``text[start:end]`` of the answer, its words at their places, and the numbers of its sources.

    ``cites`` are those of its own markers, ``covers`` those of a later or an introducing marker.
    """

    start: int
    end: int
    words: str
    cites: tuple[int, ...] = ()
    covers: tuple[int, ...] = ()

    @cached_property
    def german(self) -> bool:
        """Whether it reads as German."""
        return is_german(self.words)

    @cached_property
    def terms(self) -> list[str]:
        """Its folded words that carry its meaning."""
        return content(self.words, german=self.german)


def claims(text: str, uses: Mapping[int, Sequence[int]], *, whole: bool = True) -> list[Claim]:
    """The statements of an answer in order, at most ``MOST_CLAIMS`` and of its first ``MOST_CHARACTERS``.

    ``uses`` tells for each source where in ``text`` its markers stand. Where the answer is not
    ``whole``, a sentence that it broke off in claims nothing.
    """
    cut = len(text) if len(text) <= MOST_CHARACTERS else text.rfind("\n", 0, MOST_CHARACTERS) + 1 or MOST_CHARACTERS
    words, blocks = shown(text[:cut])
    markers = sorted((at, n) for n, places in uses.items() for at in places if at < cut)
    found = list(islice(_claims(words, blocks, markers), MOST_CLAIMS))
    if found and not whole and _broke_off(text, found[-1]):
        found.pop()
    return found


def _broke_off(text: str, last: Claim) -> bool:
    behind = text[last.end :].strip()
    return not behind and not last.cites and not _ENDS.search(text, 0, last.end)


def _claims(words: str, blocks: Sequence[Block], markers: Sequence[tuple[int, int]]) -> Iterator[Claim]:
    led: tuple[int, ...] = ()  # the sources of the line that leads what follows
    for (part, _), group in groupby(blocks, lambda b: (b.part, b.line if b.part is Part.CELL else b.start)):
        row = list(group)
        inside = markers[bisect_left(markers, (row[0].start, 0)) : bisect_left(markers, (row[-1].end, 0))]
        read = _row(words, row, inside) if part is Part.CELL else _sentences(words, row[0], inside)
        if part is Part.PARAGRAPH:
            led = ()
        else:
            read = [claim if claim.cites else replace(claim, covers=claim.covers or led) for claim in read]
        if part is not Part.CELL and read and _ASKS_OR_LEADS.search(read[-1].words):
            led = read[-1].cites or led
        yield from _claiming(read)


def _sentences(words: str, block: Block, markers: Sequence[tuple[int, int]]) -> list[Claim]:
    """A block's sentences, each with its markers; one without is covered by the next."""
    spans = sentences.split(words[block.start : block.end])
    starts = [block.start + span.start for span in spans]
    own: list[list[int]] = [[] for _ in spans]
    for at, n in markers:
        if own:
            own[max(0, sum(start <= at for start in starts) - 1)].append(n)
    read: list[Claim] = []
    covers: tuple[int, ...] = ()
    for start, span, cites in reversed(list(zip(starts, spans, own, strict=True))):
        end = block.start + span.end
        claim = Claim(start, end, words[start:end], tuple(dict.fromkeys(cites)), () if cites else covers)
        covers = claim.cites or covers
        read.append(claim)
    return read[::-1]


def _row(words: str, cells: Sequence[Block], markers: Sequence[tuple[int, int]]) -> list[Claim]:
    """A table's row as one statement; where several of its cells have markers, each such cell is one."""
    cited = [tuple(dict.fromkeys(n for at, n in markers if cell.start <= at < cell.end)) for cell in cells]
    if sum(map(bool, cited)) > 1:
        read = [
            Claim(cell.start, cell.end, words[cell.start : cell.end], cites)
            for cell, cites in zip(cells, cited, strict=True)
            if cites
        ]
        if any(claim.terms for claim in read):
            return read
    start, end = cells[0].start, cells[-1].end
    # A bar at each cell's beginning, where a capital tells no name.
    barred = "|".join(words[a.start : b.start - 1] for a, b in pairwise((*cells, Block(Part.CELL, end + 1, end, 0))))
    return [Claim(start, end, barred, tuple(dict.fromkeys(n for _, n in markers)))]


def _claiming(read: Sequence[Claim]) -> Iterator[Claim]:
    """Those that claim something."""
    if any(remarks(claim.words) for claim in read) and not any(claim.cites or claim.covers for claim in read):
        return
    for claim in read:
        terms = len(claim.terms)
        enough = terms >= FEWEST_TERMS or (terms and (claim.cites or any(c.isdigit() for c in claim.words)))
        talks = _TALK.match(claim.words) and not claim.cites
        if enough and not talks and not _ASKS_OR_LEADS.search(claim.words) and not denies(claim.words):
            yield claim
