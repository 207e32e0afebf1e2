"""Whether a text says that nothing was found, in the words of those who say so. Pure."""

from __future__ import annotations

import re

from footnote import sentences

MOST_OF_A_REMARK = 300
"""Characters in which a sentence says that nothing was found."""
_SOURCES = r"(?:passages?|sources?|documents?|recordings?|transcripts?|excerpts?|contexts?|material|librar(?:y|ies))"
_BEGINNING = 800
"""Characters of an answer in which it says so, if it does: whoever has more to say has found something."""
_NOTHING = re.compile(
    r"\bnothing (?:was |is )?(?:found|fits|known)\b"
    rf"|\b(?:nothing|none|no|not|cannot|unable)\b.*\b(?:{_SOURCES}|information|evidence|mention\w*|answers?)\b"
    rf"|n't\b.*\b(?:{_SOURCES}|information|mention\w*)\b|\b{_SOURCES}\b.*(?:\b(?:not|nothing|no)\b|n't\b)"
    r"|\b(?:nichts|nicht|kein\w*)\b.*\b(?:Passagen?|Quellen?|Dokument\w*|Aufnahmen?|Unterlagen|Angaben|Informationen|"
    r"erwähnt|gefunden)\b|\b(?:Passagen?|Quellen?|Dokumente?|Aufnahmen?|Unterlagen)\b.*\b(?:nicht|nichts|kein\w*)\b",
    re.IGNORECASE | re.DOTALL,
)
_SAYS_NOT = re.compile(
    rf"\b{_SOURCES}\b.{{0,40}}(?:\b(?:not|nothing|never)|n't) (?:\w+ )?(?:mention|say|tell|state|contain|discuss|"
    r"specify|answer|address|describe|give|provide)",
    re.IGNORECASE | re.DOTALL,
)


def denies(sentence: str) -> bool:
    """Whether a sentence, which may cite them, says of sources that they don't tell something."""
    return _SAYS_NOT.search(sentence, 0, MOST_OF_A_REMARK) is not None


def remarks(sentence: str) -> bool:
    """Whether a sentence says that nothing was found, or that it doesn't stand in the sources."""
    return _NOTHING.search(sentence, 0, MOST_OF_A_REMARK) is not None


def says_so(text: str) -> bool:
    """Whether an answer that cites nothing begins by saying that."""
    begins = text[:_BEGINNING]
    return any(remarks(begins[span.start : span.end]) for span in sentences.split(begins))


def says_not_found(text: str, *, cites: bool) -> bool:
    """Whether an answer says that what was asked doesn't stand there: also one that cites what stands there instead.

    That one says so in its first sentence, as models are told to.
    """
    if not cites:
        return says_so(text)
    first = next(iter(sentences.split(text[:_BEGINNING])), None)
    return first is not None and denies(first.of(text))
