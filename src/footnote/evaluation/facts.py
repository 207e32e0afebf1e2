"""Whether an answer tells an expected fact: words by their stems, figures and dates by what they mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from footnote import sentences
from footnote.answers.checking.figures import Figure, figures, keys
from footnote.answers.checking.shown import shown
from footnote.words import terms, words

_BREAK = re.compile(r"\s+")


def tells(text: str, wordings: Sequence[str]) -> bool:
    """Whether one sentence of an answer's Markdown has one of these wordings.

    All figures and dates of the wording have to stand in it, however they are written ("4,000", "four thousand"), and
    what words it has between them in a row, without case, endings and the words that tell nothing.
    """
    said = [*_sentences(text)]
    return any(_stands_in(wording, sentence) for wording in wordings for sentence in said)


def _sentences(text: str) -> Iterator[str]:
    plain, _ = shown(text)
    for span in sentences.split(plain):
        yield _BREAK.sub(" ", span.of(plain))


def _stands_in(wording: str, sentence: str) -> bool:
    said, whole = _folded(sentence), _folded(wording)
    if not whole:  # of stop words or signs alone: looked for as it stands
        return wording.casefold() in sentence.casefold()
    if _in_a_row(whole, said):
        return True
    given, known = figures(wording), keys(sentence)
    told = bool(given) and all(figure.stands_in(known) for figure in given)
    return told and all(_in_a_row(run, said) for run in _runs(wording, given))


def _runs(wording: str, given: Sequence[Figure]) -> Iterator[list[str]]:
    """The folded words before, between and behind the figures."""
    ends = [0, *(figure.end for figure in given)]
    starts = [*(figure.start for figure in given), len(wording)]
    for end, start in zip(ends, starts, strict=True):
        if run := _folded(wording[end:start]):
            yield run


def _folded(text: str) -> list[str]:
    return [term for term in terms(words(text)) if term is not None]


def _in_a_row(run: Sequence[str], said: Sequence[str]) -> bool:
    return any(said[at : at + len(run)] == run for at in range(len(said) - len(run) + 1))
