"""Questions that a library can answer, from its topics: which ones, in which order, in which words. Pure."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footnote.passages import Document, Kind
from footnote.suggesting.topics import Topic
from footnote.wording import Say
from footnote.words import terms, words

TITLE_LENGTH = 60
ONLY_BEST = 8
"""Topics of a document from which its question is drawn."""
OFTEN = 3
"""Documents with the same topic, from which on it is asked for in all of them."""
ROUNDS = 3
"""Questions about one document, where there are few."""
ALIKE = 0.5
"""Of the words of what the profile names, the share that a topic has to hold, and more."""
OLD = 0.35
"""What the oldest document is worth against the newest."""

# Who is called by what they do is asked for with an article, and which one, only a person knows.
_ROLES = frozenset(
    """manager designer interface marketing chair chairman chairwoman minister interviewer moderator host speaker clerk
    expert member members narrator operator unknown president director""".split()
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A question, and the passages of which at least one has to be found with it."""

    query: str
    passage_ids: frozenset[str]
    form: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom the questions are for: what they ask about, and what makes their choice their own."""

    about: tuple[frozenset[str], ...] = ()
    """The folded words of each thing that they ask about."""
    seed: str = ""

    def asks_about(self, topic: Topic) -> bool:
        """Whether a topic is one of theirs."""
        return any(len(topic.terms & own) > ALIKE * len(own) or topic.terms <= own for own in self.about)


def about(*texts: str) -> frozenset[str]:
    """The folded words of texts."""
    return frozenset(term for text in texts for term in terms(words(text)) if term is not None)


def propose(
    documents: Sequence[Document], found: Mapping[str, Sequence[Topic]], wanted: Wanted, say: Say
) -> Iterator[Proposed]:
    """Questions in the order in which they are worth asking, each document's turn coming round."""
    chance = random.Random(wanted.seed)  # noqa: S311 - a choice that has to come out the same again
    held = Counter(topic.terms for topics in found.values() for topic in topics)
    known = [document for document in documents if found.get(document.id)]
    used: set[str] = set()
    forms: Counter[str] = Counter()
    for document in _in_order(known, found, wanted, chance) * ROUNDS:
        topics = [topic for topic in found[document.id] if used.isdisjoint(topic.terms)]
        if not topics:
            continue
        best = [topic for topic in topics if wanted.asks_about(topic)] or topics[:ONLY_BEST]
        topic = chance.choices(best, [topic.score for topic in best])[0]
        possible = _forms(topic, document, across=len(topic.terms) > 1 and held[topic.terms] >= OFTEN)
        fewest = min(forms[form] for form in possible)
        form = chance.choice([form for form in possible if forms[form] == fewest])
        used |= topic.terms
        forms[form] += 1
        yield asked(form, topic, document, say)


def _in_order(
    documents: Sequence[Document], found: Mapping[str, Sequence[Topic]], wanted: Wanted, chance: random.Random
) -> list[Document]:
    """A weighted order (Efraimidis and Spirakis 2006): the user's topics, and what is new, first."""
    by_age = sorted(documents, key=lambda d: d.date or "", reverse=True)
    newness = {d.id: OLD ** (n / max(1, len(by_age) - 1)) for n, d in enumerate(by_age)}

    def key(document: Document) -> tuple[bool, float]:
        foreign = not any(wanted.asks_about(topic) for topic in found[document.id])
        return foreign, -math.log(1 - chance.random()) / newness[document.id]

    return sorted(documents, key=key)


def _forms(topic: Topic, document: Document, *, across: bool) -> list[str]:
    """The ways in which a topic of a document can be asked for."""
    if document.kind is not Kind.RECORDING:
        return ["document"]
    forms = ["said"]
    if topic.decided:
        forms.append("decided")
    if topic.speakers and called(topic.speakers[0]):
        forms.append("speaker")
    if across:
        forms.append("across")
    return forms


def asked(form: str, topic: Topic, document: Document, say: Say) -> Proposed:
    """The question in words."""
    title = document.title if len(document.title) <= TITLE_LENGTH else f"{document.title[: TITLE_LENGTH - 1].rstrip()}…"
    speaker = called(topic.speakers[0]) if topic.speakers else None
    text = say(f"suggestions.{form}", topic=named(topic, say), title=title, speaker=speaker)
    return Proposed(text, frozenset(topic.passage_ids), form)


def named(topic: Topic, say: Say) -> str:
    """The topic as it stands in a sentence."""
    return say("suggestions.the_topic" if topic.with_article else "suggestions.topic", topic=topic.text)


def called(speaker: str) -> str | None:
    """What a speaker is called in a sentence; None where that takes more than the name."""
    name = re.sub(r"\s*\(.*", "", speaker).strip()
    roles = _ROLES.intersection(word.lower() for word in words(name))
    return None if roles or not name or name.islower() else name
