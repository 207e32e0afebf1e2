"""A library of any size, made from the shared real texts: their sentences and turns in ever new orders.

What matters to an index is kept as it is in real texts: how often each word stands, so that a common word stands in as
large a share of a million passages as of the real ones, and that a document goes on about its own matter. What a
larger library has more of are names: so in each made document the words that few real passages hold end in a syllable
of that document's own, which several documents may share (the vocabulary grows as Heaps 1978 has it), and only some
documents name what the real ones name. The same number and seed give the same library.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from retrieval import recordings, squad

from footnote.passages import Document, Kind, Parsed, Passage, Segment

SEED = 20
RARE = 5
"""A word in so few of the real passages is a name, or as telling as one."""
SAME_NAMES = 0.03
"""Of the documents name what the real ones do."""
OWN_MATTER = 0.8
"""Of a document's text is about its own matter; the rest is of others."""
MEDIAN_PASSAGES, SPREAD = 40, 0.9
PASSAGE_WORDS = 115
TAGS = 40
PEOPLE_IN = 0.05
"""Of the recordings name people in place of roles."""
FIRST_DAY = date(2020, 1, 1)
DAYS = 6 * 365

_NAME = "\0"
_WORD = re.compile(r"[^\W\d_]{3,}")
_SENTENCE = re.compile(r"(?<=[.?!]) +")
_SYLLABLES = [a + b for a, b in product("b d f g k l m n p r s t v z".split(), "ad en im or ul esk ov ath".split())]
SUFFIXES = ["".join(pair) for pair in product(_SYLLABLES, repeat=2)]
PEOPLE = [f"{first.title()} {last.title()}" for first, last in product(_SYLLABLES[::3], SUFFIXES[::400])]


@dataclass(frozen=True, slots=True)
class Matter:
    """What one real document is made of: sentences with their numbers of words, each said by somebody or nobody."""

    title: str
    kind: Kind
    said: Sequence[tuple[str | None, str, int]]


def documents(passages: int, seed: int = SEED) -> Iterator[Parsed]:
    """Documents that hold ``passages`` passages together."""
    chance = random.Random(seed)
    matters = _matters()
    weights = [1 / place for place in range(1, TAGS + 1)]
    number = made = 0
    while made < passages:
        size = min(max(4, round(chance.lognormvariate(0, SPREAD) * MEDIAN_PASSAGES)), 400, passages - made)
        yield _document(chance, matters, number, size, f"tag{chance.choices(range(TAGS), weights)[0]}")
        made, number = made + size, number + 1


def _document(chance: random.Random, matters: Sequence[Matter], number: int, size: int, tag: str) -> Parsed:
    matter = chance.choice(matters)
    others = [other for other in matters if other.kind == matter.kind]
    # The first suffixes are used most, as the best-known names are.
    suffix = "" if chance.random() < SAME_NAMES else SUFFIXES[int(len(SUFFIXES) ** chance.random()) - 1]
    people = chance.sample(PEOPLE, 8) if matter.kind == Kind.RECORDING and chance.random() < PEOPLE_IN else []
    id = f"{tag}/{number:06d}"
    title = f"{matter.title.replace(_NAME, suffix)} {number}"
    day = (FIRST_DAY + timedelta(days=chance.randrange(DAYS))).isoformat()
    words = size * PASSAGE_WORDS
    document = Document(id, title, matter.kind, f"{id}.txt", digest=id, date=day, words=words, tags=(tag,))

    def about() -> Matter:
        return matter if chance.random() < OWN_MATTER else chance.choice(others)

    passages = (_passage(chance, about(), document, place, suffix, people) for place in range(size))
    return Parsed(document, tuple(passages))


def _passage(
    chance: random.Random, matter: Matter, document: Document, place: int, suffix: str, people: Sequence[str]
) -> Passage:
    lines: list[str] = []
    segments: list[Segment] = []
    words = offset = 0
    at = chance.randrange(len(matter.said))
    while words < PASSAGE_WORDS:
        speaker, text, count = matter.said[at % len(matter.said)]
        at = at + 1 if chance.random() < OWN_MATTER else chance.randrange(len(matter.said))
        if speaker and people:
            speaker = people[sum(map(ord, speaker)) % len(people)]
        line = (f"{speaker}: {text}" if speaker else text).replace(_NAME, suffix)
        begins = 10.0 * (place * 10 + len(lines)) if speaker else None
        segments.append(Segment(offset, len(segments), speaker, begins, begins + 10 if begins is not None else None))
        lines.append(line)
        offset += len(line) + 1
        words += count
    joint = "\n" if matter.kind == Kind.RECORDING else " "
    return Passage(f"{document.id}#{place}", document.id, document.title, place, joint.join(lines), tuple(segments))


def _matters() -> list[Matter]:
    real = [*squad().documents, *recordings().documents]
    common = _common(real)
    return [
        Matter(_marked(parsed.document.title, common), parsed.document.kind, [
            (speaker, _marked(text, common), len(text.split()))
            for passage in parsed.passages
            for speaker, text in _said(passage)
        ])
        for parsed in real
    ]  # fmt: skip


def _common(real: Sequence[Parsed]) -> frozenset[str]:
    held = Counter(
        word
        for parsed in real
        for passage in parsed.passages
        for word in set(_WORD.findall(f"{passage.title} {passage.text}".lower()))
    )
    return frozenset(word for word, passages in held.items() if passages > RARE)


def _marked(text: str, common: frozenset[str]) -> str:
    """A text in which each rare word shows where its suffix goes."""
    return _WORD.sub(lambda found: found[0] if found[0].lower() in common else found[0] + _NAME, text)


def _said(passage: Passage) -> Iterator[tuple[str | None, str]]:
    if not passage.speakers:
        yield from ((None, sentence) for sentence in _SENTENCE.split(passage.text))
        return
    for line in passage.text.splitlines():
        speaker, found, text = line.partition(": ")
        if found and speaker in passage.speakers and text.strip():
            yield speaker, text
