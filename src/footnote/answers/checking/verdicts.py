"""The verdict on each statement of an answer: quoted, supported, weak or uncited. Pure.

``docs/checking.md`` tells the method, what it can't tell and how it measures; `bench/support.py`
set ``SUPPORTED``, ``RIVAL`` and ``AKIN`` on one half of its answers and reports the other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from footnote.answers.breathing import breathing
from footnote.answers.checking.alterations import Repeated, altered, repeated, same_words
from footnote.answers.checking.claims import Claim, claims
from footnote.answers.checking.figures import figures as figures_of
from footnote.answers.checking.names import is_capital, names
from footnote.answers.checking.negations import is_opposite
from footnote.answers.checking.sources import Source, speakers_of, wording
from footnote.answers.excerpts import Sentences
from footnote.events import Evidence, Statement, Unfound, Verdict
from footnote.words import words

SUPPORTED = 0.5
"""The share of a statement's words that has to stand in few neighbouring sentences of what it cites."""
RIVAL = 0.2
"""By how much a passage that it does not cite may bear it out better."""
AKIN = 0.7
"""What a word counts that only begins as one of the passage's does: "Europe", "European"."""
AKIN_LETTERS = 5
MOST_SENTENCES = 200
"""Of a passage that a statement is held against: its first."""
MOST_CHARACTERS = 160_000
"""Of all passages together, in equal shares: twenty of an agent's longest texts, or a thousand of our own passages."""
FEWEST_CHARACTERS = 1600
"""A passage's share at least: more than one of our own has."""
_LABEL = re.compile(r"\s*([^\W\d_a-z][^:,;\n]{0,80}?)\s*:\s+(?=\S)")


@dataclass(frozen=True)
class Given:
    """The passages that an answer was given, and what a word tells among them."""

    sources: Sequence[Source]
    weights: dict[str, float] = field(default_factory=dict)

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that are names in any of them."""
        return frozenset().union(*(source.names for source in self.sources))

    @cached_property
    def common(self) -> frozenset[str]:
        """The words that are common ones in any of them."""
        return frozenset().union(*(source.common for source in self.sources))

    def support(self, terms: Sequence[str], sources: Sequence[Source]) -> float:
        """How much of a statement stands together in one place of each of these sources, of 1."""
        weights = {term: self._weight(term) for term in terms}
        best = [max(source.windows, key=lambda w: sum(weights[t] for t in weights if t in w)) for source in sources]
        held = frozenset[str]().union(*best)
        begins = {term[:AKIN_LETTERS] for term in held if len(term) >= AKIN_LETTERS}
        total = sum(weights.values())
        return sum(w * _held(term, held, begins) for term, w in weights.items()) / total if total else 0.0

    def _weight(self, term: str) -> float:
        """1 for a word of one passage or none, less for one of several: it tells less of which is meant."""
        if term not in self.weights:
            most = math.log(len(self.sources) + 1)
            held = sum(term in source.vocabulary for source in self.sources)
            self.weights[term] = (1 + math.log(len(self.sources) / held + 1) / most) / 2 if held else 1.0
        return self.weights[term]


def check(
    text: str, uses: Mapping[int, Sequence[int]], passages: Sequence[Sentences], *, whole: bool = True
) -> tuple[Statement, ...]:
    """The statements of an answer, each with its verdict.

    ``uses`` tells for each passage used, from 1, where in ``text`` its markers stand.
    """
    share = max(FEWEST_CHARACTERS, MOST_CHARACTERS // max(1, len(passages)))
    given = Given([_read(n, read, share) for n, read in enumerate(passages, 1)])
    return tuple(_statement(claim, given) for claim in breathing(claims(text, uses, whole=whole)))


def _read(n: int, whole: Sentences, share: int) -> Source:
    """A source by its beginning."""
    passage = whole.passage
    kept = tuple(sentence for sentence in whole.all[:MOST_SENTENCES] if sentence.end <= share)
    if len(passage.text) > share:
        segments = tuple(segment for segment in passage.segments if segment.offset < share)
        passage = replace(passage, text=passage.text[:share], segments=segments)
    return Source(n, Sentences(passage, kept))


def _statement(claim: Claim, given: Given) -> Statement:
    cited = [given.sources[n - 1] for n in claim.cites or claim.covers]
    terms = claim.terms
    verdict, doubtful = _verdict(claim, terms, cited, given)
    if verdict is Verdict.WEAK and not claim.cites:
        verdict = Verdict.UNCITED
    bears = cited if verdict is not Verdict.UNCITED else []
    evidence = tuple(found for source in bears if (found := _evidence(claim, terms, source)))
    unfound = tuple(Unfound(claim.start + start, claim.start + end) for start, end in sorted(doubtful))
    return Statement(claim.start, claim.end, verdict, evidence, unfound)


def _verdict(
    claim: Claim, terms: Sequence[str], cited: Sequence[Source], given: Given
) -> tuple[Verdict, list[tuple[int, int]]]:
    if speakers_of(claim.words, cited):
        return Verdict.QUOTED, []
    label = _LABEL.match(claim.words)
    if label and (speakers := [who for who in speakers_of(claim.words[label.end() :], cited) if who]):
        is_theirs = wording(label[1]) in map(wording, speakers)
        return (Verdict.QUOTED, []) if is_theirs else (Verdict.WEAK, [label.span(1)])
    sentence = repeated(claim.words, cited or given.sources)
    doubtful = _doubtful(claim, label, sentence, cited or given.sources, given)
    same = sentence.text if sentence else same_words(terms, cited)
    if doubtful or (same and is_opposite(claim.words, same)):
        return Verdict.WEAK, doubtful
    telling = [term for term in terms if not term[0].isdigit()]  # figures were looked for on their own
    support = given.support(telling, cited)
    if not cited or (telling and support < SUPPORTED):
        return Verdict.WEAK, []
    if support + RIVAL < 1:
        others = [source for source in given.sources if source not in cited]
        if any(given.support(telling, [source]) > support + RIVAL for source in others):
            return Verdict.WEAK, []
    return Verdict.SUPPORTED, []


def _doubtful(
    claim: Claim, label: re.Match[str] | None, sentence: Repeated | None, sources: Sequence[Source], given: Given
) -> list[tuple[int, int]]:
    """The numbers, dates and names of a statement that stand in none of these sources.

    Where it repeats one sentence of them, they have to stand in that one.
    """
    said = claim.words
    figures = figures_of(said, german=claim.german)
    taken = {at for figure in figures for at in range(figure.start, figure.end)}
    called = [name for name in names(said, given.names, german=claim.german) if name.start not in taken]
    keys = frozenset[str]().union(*(source.figures for source in sources))
    missing = [(figure.start, figure.end) for figure in figures if not figure.stands_in(keys)]
    missing += [(n.begin, n.end) for n in called if not any(n.stands_in(source.known) for source in sources)]
    if missing or sentence is None:
        return missing
    if label and sentence.speaker and wording(label[1]) != wording(sentence.speaker) and _names_one(label[1]):
        return [label.span(1)]
    return list(dict.fromkeys(altered(said, figures, called, sentence, given.common)))


def _names_one(label: str) -> bool:
    """Whether what a statement begins with may be who says it: "Hon. Patty Hajdu", and not "What was agreed"."""
    return all(is_capital(word) for word in words(label))


def _evidence(claim: Claim, terms: Sequence[str], source: Source) -> Evidence | None:
    """The sentence of a source that bears a statement best, where any of its words does."""
    if not source.read.all:
        return None
    best = source.read.best(claim.words)
    return Evidence(source.n, source.read.text(best)) if source.sentences[best] & {*terms} else None


def _held(term: str, held: frozenset[str], begins: set[str]) -> float:
    if term in held:
        return 1.0
    return AKIN if len(term) >= AKIN_LETTERS and term[:AKIN_LETTERS] in begins else 0.0
