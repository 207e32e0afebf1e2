"""Answers with and without planted errors, from the texts of ``../shared/data``: what ``bench/support.py`` measures on.

A case is a statement with a marker and the passages that the product would give for its question.
Correct ones are the extractive model's lines, sentences of the passages as they stand, the same
lightly reworded, and SQuAD's questions (a person's words) turned into statements with their gold
answers. Into each another number, another name of the corpus, another passage's citation and a
"not" (or one less) are then planted, where there is one to change.
Questions and lines that only lead to others claim nothing, and are left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from footnote import sentences
from footnote.models.quoting import escape, write
from footnote.models.selection import select
from footnote.passages import Passage

PLANTED = ("number", "name", "citation", "negation")

_NUMBER = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w.,]*\d)|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
)
_SPELLED = "two three four five six seven eight nine ten eleven twelve".split()
_NAME = re.compile(r"(?<![\w\u2019'-])[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*(?![\w\u2019'-])")
_INNER_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*(?![\w\u2019'-])")
_SMALL = re.compile(r"\b[a-z]+\b")
_ADVERB = re.compile(
    r"(?<!\bnot) (?:also|very|actually|really|however|usually|often|generally|mostly|only|then|[a-z]{4,}ly)(?= )"
)
_ASIDE = re.compile(r" \([^()]{1,80}\)")
_LEADING = re.compile(r"((?:In|On|At|During|By|After|Before|Since|From|For|With|Under) [^,.;:]{3,60}), ([^,]{3}.+)")
_BEHIND = re.compile(r"(.{12,}\w) ((?:in|on|at|during|after|before|since|for) [\w ]{3,60})")
_VERB = r"\b(?P<verb>is|are|was|were|has|have|had|do|does|did|can|could|will|would|should|must)"
_DENIED = re.compile(rf"{_VERB}(?: not|n['’]t)(?= \w)")  # noqa: RUF001
_AFFIRMED = re.compile(rf"{_VERB}(?= (?!not\b)\w)")
_OTHER_WORDS = {
    "because": "since", "began": "started", "many": "numerous", "large": "big", "also": "too", "but": "though",
    "used": "employed", "most": "the majority of", "about": "roughly", "usually": "mostly", "important": "significant",
    "called": "named", "such as": "like", "became": "turned into", "several": "a number of", "however": "but",
}  # fmt: skip
_ASKED = re.compile(
    r"(?:in |on |at |by |for |to |from |of |with )?"
    r"(?:what|which|who|whom|whose|when|where|why|how (?:many|much|long|old|far)|how)\b"
    r"(?: (?:did|does|do|is|are|was|were|has|have|had|can|could|would|will)\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A statement of an answer, the passages that were given for it, and what is wrong with it, if anything."""

    kind: str
    statement: str
    n: int
    passages: tuple[Passage, ...]
    planted: str | None = None

    @property
    def text(self) -> str:
        """The answer: the statement with its marker before the full stop."""
        said = self.statement.rstrip()
        return f"{said.rstrip('.')} [{self.n}]." if said.endswith(".") else f"{said} [{self.n}]"


def correct(question: str, golds: Sequence[str], gold: Passage | None, found: Sequence[Passage]) -> Iterator[Case]:
    """The correct statements for a question: ``gold`` is the passage that holds one of its answers ``golds``."""
    draw = random.Random(question)
    passages = list(found)
    if gold is not None and gold.id not in {p.id for p in passages}:
        passages[-1:] = [gold]
    given = tuple(passages)
    for line in write(quotes).split("\n") if (quotes := select(question, given)) else ():
        if match := re.fullmatch(r"(?:- )?(.+[^?:]) \[(\d+)\]", line):
            yield Case("extractive", match[1], int(match[2]), given)
    n = next((n for n, p in enumerate(given, 1) if gold is not None and p.id == gold.id), draw.randint(1, len(given)))
    if (sentence := _sentence(given[n - 1], golds, draw)) is None:
        return
    yield Case("verbatim", escape(sentence), n, given)
    if (reworded := rewording(sentence)) != sentence:
        yield Case("reworded", escape(reworded), n, given)
    if golds and gold is not None:
        yield Case("asked", escape(stated(question, golds[0])), n, given)


def _sentence(passage: Passage, golds: Sequence[str], draw: random.Random) -> str | None:
    """A sentence of the passage that holds an answer; where none is known, any with a few words."""
    spans = [re.sub(r"\s+", " ", span.of(passage.text)) for span in sentences.split(passage.text)]
    fit = [s for s in spans if len(s.split()) >= 5 and s[-1] not in "?:" and any(gold in s for gold in golds or [""])]
    return (fit[0] if golds else draw.choice(fit)) if fit else None


def rewording(sentence: str) -> str:
    """The sentence in other words: an aside and adverbs dropped, words exchanged, a clause moved."""
    said = _ADVERB.sub("", _ASIDE.sub("", sentence))
    for word, other in _OTHER_WORDS.items():
        said = re.sub(rf"\b{word}\b", other, said)
    body = said.rstrip(".")
    if match := _LEADING.fullmatch(body):
        return f"{match[2][0].upper()}{match[2][1:]} {match[1][0].lower()}{match[1][1:]}."
    if match := _BEHIND.fullmatch(body):
        return f"{match[2][0].upper()}{match[2][1:]}, {match[1]}."
    return said


def stated(question: str, gold: str) -> str:
    """A question turned into a statement of its answer."""
    rest = " ".join(_ASKED.sub("", question.strip(" ?"), count=1).split())
    return f"{rest[:1].upper()}{rest[1:]} {gold}."


def planted(case: Case, names: Sequence[str]) -> Iterator[Case]:
    """The case with each error that fits in it; ``names`` are those of the corpus."""
    draw = random.Random(case.text)
    if numbers := list(_NUMBER.finditer(case.statement)):
        match = draw.choice(numbers)
        yield _with(case, match, _another_number(match[0], draw), "number")
    known = set(names)
    if found := [m for m in _NAME.finditer(case.statement) if m[0] in known]:
        match = draw.choice(found)
        other = draw.choice(names)
        while {*other.split()} & {*match[0].split()}:
            other = draw.choice(names)
        yield _with(case, match, other, "name")
    bare = re.sub(r"\W+", " ", case.statement).casefold()
    others = [
        n
        for n, p in enumerate(case.passages, 1)
        if n != case.n and bare.strip() not in re.sub(r"\W+", " ", p.text).casefold()
    ]
    if others:
        yield replace(case, n=draw.choice(others), planted="citation")
    if match := _DENIED.search(case.statement):
        yield _with(case, match, match["verb"], "negation")
    elif match := _AFFIRMED.search(case.statement):
        yield _with(case, match, f"{match[0]} not", "negation")


def _with(case: Case, match: re.Match[str], other: str, kind: str) -> Case:
    said = case.statement[: match.start()] + other + case.statement[match.end() :]
    return replace(case, statement=said, planted=kind)


def _another_number(old: str, draw: random.Random) -> str:
    if old in _SPELLED:
        return draw.choice([word for word in _SPELLED if word != old])
    at = draw.choice([i for i, c in enumerate(old) if c.isdigit()])
    digits = [d for d in "123456789" if d != old[at]]
    return old[:at] + draw.choice(digits) + old[at + 1 :]


def names_of(passages: Sequence[Passage]) -> list[str]:
    """The names of a corpus: what has capitals within its sentences and is no word without them, and its speakers."""
    common = {word for p in passages for word in _SMALL.findall(p.text)}
    inner = {match[0] for p in passages for match in _INNER_NAME.finditer(p.text)}
    return sorted({n for n in inner if n.lower() not in common} | {s for p in passages for s in p.speakers})
