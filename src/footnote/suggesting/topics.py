"""What a document is about: the phrases that stand in it often and in few others. Pure.

A phrase is one to four words that stand together and are no stop words. It has to be used as a noun is: behind
"the", "our", "of" and their like, and not in front of another word of content. So no grammar is needed, and
verbs and fillers of spoken language fall out by themselves.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from footnote.passages import Document, Passage
from footnote.suggesting.vocabulary import ARTICLES, BEFORE_NOUNS, DECIDING, NOT_BEFORE_NOUNS, may_be_of_topic
from footnote.words import fold, words
from footnote.words import found as found_words

LONGEST = 4
"""Words of a phrase."""
FEWEST_LETTERS = 3
MENTIONS = {1: 3, 2: 2, 3: 2, 4: 2}
"""How often a phrase of so many words has to stand in a document."""
NOUN = 0.4
"""Of a phrase's places, the share in which it has to stand as a noun does."""
ALONE = 0.55
"""The same for a word on its own, which may be an adjective; it also has to stand in so many passages."""
LONGER = {1: 0.55, 2: 1.6, 3: 1.8, 4: 1.9}
"""What a phrase counts for by its words: two that keep standing together say more than each of them."""
ARTICLE = 0.45
"""Of a phrase's places, the share from which on it is asked for with "the"."""
ARTICLE_OF_MANY = 0.65
"""The same for a plural."""
MOST = 40
"""Topics of one document."""
MOST_SPEAKERS = 3
SHORT_TURN = 80
"""Words of a turn in which a decision is taken to be about the topics beside it."""

_CLAUSES = re.compile(r"[.,;:?!()\[\]\"“”„…/|\n]+|\s[-–—]+\s|--+")  # noqa: RUF001
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase of one document: how it is written, its folded words, where it stands, and who speaks of it most."""

    text: str
    terms: frozenset[str]
    document_id: str
    passage_ids: tuple[str, ...]
    with_article: bool = False
    """Whether English asks for it with "the"."""
    speakers: tuple[str, ...] = ()
    decided: bool = False
    """Whether something is decided where it is spoken of."""
    score: float = 0.0


@dataclass(slots=True)
class _Mentions:
    """The places of one phrase in one document."""

    written: Counter[str] = field(default_factory=Counter)
    passages: dict[str, None] = field(default_factory=dict)
    speakers: Counter[str] = field(default_factory=Counter)
    count: int = 0
    as_noun: int = 0
    as_verb: int = 0
    with_article: int = 0
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One document's phrases by their folded words."""

    document: Document
    phrases: Mapping[tuple[str, ...], _Mentions]


def read(document: Document, passages: Iterable[Passage]) -> Reading:
    """The phrases of a document that may be topics."""
    found: defaultdict[tuple[str, ...], _Mentions] = defaultdict(_Mentions)
    for passage in passages:
        for speaker, text in _turns(passage):
            said = words(text)
            decides = len(said) <= SHORT_TURN and any(word.lower() in DECIDING for word in said)
            for clause in _CLAUSES.split(text):
                _count(found, clause, passage.id, speaker, decides=decides)
    names = {fold(word) for name in (document.title, *document.speakers) for word in words(name)}
    kept = {k: phrase for k, phrase in found.items() if not names.issuperset(k) and _may_be_topic(k, phrase, found)}
    return Reading(document, kept)


def _turns(passage: Passage) -> Iterator[tuple[str | None, str]]:
    """What each speaker says in a passage, without the name before it."""
    if not passage.segments:
        yield None, passage.text
        return
    ends = [segment.offset for segment in passage.segments[1:]] + [len(passage.text)]
    for segment, end in zip(passage.segments, ends, strict=True):
        yield segment.speaker, passage.text[segment.offset : end].removeprefix(f"{segment.speaker}:")


def _count(
    found: defaultdict[tuple[str, ...], _Mentions],
    clause: str,
    passage_id: str,
    speaker: str | None,
    *,
    decides: bool,
) -> None:
    places = [match.span() for match in found_words(clause)]
    lower = [clause[begin:end].lower().replace("’", "'") for begin, end in places]  # noqa: RUF001
    carries = [_carries(word) for word in lower]
    for start in range(len(places)):
        for end in range(start + 1, min(start + LONGEST, len(places)) + 1):
            if not carries[end - 1]:
                break
            before = lower[start - 1] if start else ""
            closed = end == len(places) or not carries[end]
            phrase = found[tuple(map(fold, lower[start:end]))]
            phrase.count += 1
            phrase.as_noun += closed and before in BEFORE_NOUNS
            phrase.as_verb += before in NOT_BEFORE_NOUNS
            phrase.with_article += before in ARTICLES
            phrase.written[_spelled(clause[places[start][0] : places[end - 1][1]], first=start == 0)] += 1
            phrase.passages[passage_id] = None
            phrase.decided |= decides
            if speaker:
                phrase.speakers[speaker] += 1


def _carries(word: str) -> bool:
    return len(word) >= FEWEST_LETTERS and "'" not in word and not _NUMBER.search(word) and may_be_of_topic(word)


def _spelled(written: str, *, first: bool) -> str:
    """As it stands, but for the capital that begins a sentence."""
    word, _, rest = written.partition(" ")
    plain = word.lower() if first and word[1:].islower() else word
    return f"{plain} {rest}".strip()


def _may_be_topic(key: tuple[str, ...], phrase: _Mentions, found: Mapping[tuple[str, ...], _Mentions]) -> bool:
    if phrase.count < MENTIONS[len(key)] or any(a == b for a, b in pairwise(key)):
        return False
    if phrase.as_noun < NOUN * phrase.count or phrase.as_verb > phrase.as_noun / 3:
        return False
    if len(key) > 1:  # what ends with a verb is a sentence: "the rider pays"
        last = found[key[-1:]]
        return last.as_verb <= max(last.as_noun, phrase.as_noun)
    if phrase.as_noun < ALONE * phrase.count or len(phrase.passages) < MENTIONS[1]:
        return False
    written = phrase.written.most_common(1)[0][0]
    named = not written[0].islower() or written.endswith("s")
    return not written.endswith("ing") and (named or phrase.with_article >= ARTICLE * phrase.count)


def topics(readings: Sequence[Reading]) -> list[list[Topic]]:
    """Each document's topics, best first: what stands there often, and in few other documents."""
    held = Counter(key for reading in readings for key in reading.phrases)
    return [_best(reading, held, len(readings)) for reading in readings]


def _best(reading: Reading, held: Mapping[tuple[str, ...], int], among: int) -> list[Topic]:
    scored = {
        key: _often(phrase) * math.log(1 + among / held[key]) * LONGER[len(key)]
        for key, phrase in reading.phrases.items()
    }
    taken: list[Topic] = []
    used: set[str] = set()
    for key in sorted(scored, key=lambda key: (-scored[key], key)):
        if used.intersection(key):  # the same again, or a part of it
            continue
        used.update(key)
        taken.append(_topic(key, reading, scored[key]))
        if len(taken) == MOST:
            break
    return taken


def _often(phrase: _Mentions) -> float:
    return 1 + math.log(phrase.count) + math.log(len(phrase.passages))


def _topic(key: tuple[str, ...], reading: Reading, score: float) -> Topic:
    phrase = reading.phrases[key]
    written = phrase.written.most_common(1)[0][0]
    share = ARTICLE_OF_MANY if written.endswith("s") else ARTICLE
    return Topic(
        written,
        frozenset(key),
        reading.document.id,
        tuple(phrase.passages),
        with_article=written.split()[-1].islower() and phrase.with_article >= share * phrase.count,
        speakers=tuple(speaker for speaker, _ in phrase.speakers.most_common(MOST_SPEAKERS)),
        decided=phrase.decided,
        score=score,
    )
