"""Whether a statement says the opposite of the sentence that it repeats: a "not" more, or one less. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from footnote.answers.checking.sources import wording
from footnote.words import fold, words

_NOT = re.compile(
    r"\b(?:not(?! (?:only|just|merely|least)\b)|never|cannot|no(?= \w)|nicht(?! nur\b)|niemals|nie|kein(?:e[mnrs]?)?)\b"
    r"|\b\w{2,9}n['’]t\b",  # noqa: RUF001
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:neither|nor|none|nobody|nothing|nowhere|without|hardly|barely|scarcely|rarely|seldom|unable|unlike\w*"
    r"|fail\w*|refus\w*|den(?:y|ies|ied|ying)|lack\w*|avoid\w*|reject\w*|prevent\w*|stop\w*|rather than|instead"
    r"|ohne|weder|kaum|selten|niemand\w*|nichts|nirgends|statt)\b",
    re.IGNORECASE,
)
"""With these a sentence may say what another says with a "not"."""
_BETWEEN = frozenset({"not", "never", "nicht", "nie", "niemals"})
_BUT = re.compile(r"\b(?:but|sondern)\b", re.IGNORECASE)
_BEHIND = 2
"""Words behind a "not" that tell what it denies, among so many characters."""
_NEAR = 60


def is_opposite(said: str, sentence: str) -> bool:
    """Whether one of the two denies what the other says; where both deny anything, only the same words tell."""
    ours, theirs = wording(said).split(), wording(sentence).split()
    if _puts_not_into(ours, theirs) or _puts_not_into(theirs, ours):
        return True
    return not _denies(sentence) if _denies(said) else _leaves_not_out(said, sentence)


def _puts_not_into(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a "not" stands between two words that follow one another in the other."""
    pairs = frozenset(pairwise(other))
    return any(
        word in _BETWEEN and (a, b) in pairs for a, word, b in zip(one, one[1:], one[2:], strict=False) if b != "only"
    )


def _leaves_not_out(said: str, sentence: str) -> bool:
    folded = {fold(word) for word in words(said)}
    for denied in _NOT.finditer(sentence):
        behind = words(sentence[denied.end() :][:_NEAR])[:_BEHIND]
        if behind and folded.issuperset(map(fold, behind)) and not _BUT.search(sentence, denied.end()):
            return True
    return False


def _denies(text: str) -> bool:
    return bool(_NOT.search(text) or _OTHERWISE.search(text))
