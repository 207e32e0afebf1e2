"""The words of a text that carry its meaning, folded so that "walked" meets "walking": pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.,'’&][^\W_]+)*")  # noqa: RUF001
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")

# Words that hold a sentence together and tell nothing of what it is about.
STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can cannot can't could did didn't do does doesn't doing don't down during each either else
    for from further had has hasn't have having he he'd he'll he's her here hers herself him himself his how however
    i i'd i'll i'm i've if in into is isn't it it'd it'll it's its itself just let's may me might more most must my
    myself no nor not now of off on once only or other our ours ourselves out over own per rather same shall she
    should so some such than that that's the their theirs them themselves then there there's these they they're
    they've this those through thus to too under until up upon us very via was wasn't we we'd we'll we're we've were
    what what's when where which while who who's whom whose why will with within without would yes yet you you'd
    you'll you're you've your yours yourself
    ah aha eh er hm hmm huh mhm mm oh ok okay uh um un gonna wanna kinda sorta yeah yep yup well like really actually
    basically s t d m ll re ve don""".split()
)

# Words with which people ask, and which the answer seldom repeats.
ASKING_WORDS = frozenset(
    """tell told say said says give given name named list describe explain explained summarize summarise summary
    mention mentioned discuss discussed discussion think thought opinion talk talked meeting recording document
    conversation please question answer happen happened many much long often kind type sort used use uses using call
    called known considered get got make made become became thing things people someone something anything whole
    according involve involved perspective view views conclusion conclude concluded group team participants members
    speaker speakers""".split()
)

_VOWELS = "aeiouy"
_SUFFIXES = (
    ("ational", "at"), ("ization", "iz"), ("isation", "iz"), ("fulness", ""), ("ousness", ""), ("iveness", ""),
    ("ations", "at"), ("ation", "at"), ("ments", ""), ("ment", ""), ("ness", ""), ("ingly", ""), ("edly", ""),
    ("ically", "ic"), ("ities", ""), ("ity", ""), ("ible", ""), ("able", ""), ("ance", ""), ("ence", ""), ("ional", ""),
    ("ions", ""), ("ion", ""), ("ings", ""), ("ing", ""), ("ised", "iz"), ("ises", "iz"), ("ise", "iz"), ("ized", "iz"),
    ("izes", "iz"), ("ize", "iz"), ("ous", ""), ("ive", ""), ("ful", ""), ("ies", "y"), ("ied", "y"), ("ers", ""),
    ("ors", ""), ("er", ""), ("or", ""), ("ed", ""), ("es", ""), ("ly", ""), ("al", ""), ("s", ""), ("e", ""),
)  # fmt: skip
_SUFFIXES_BY_LAST = {
    last: tuple(pair for pair in _SUFFIXES if pair[0][-1] == last) for last in {suffix[-1] for suffix, _ in _SUFFIXES}
}


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A lower-case word without its ending, in the way of Porter (1980) but in one step.

    Two words that share a stem are taken for one; the stem itself need not be a word.
    """
    if len(word) < 4 or not word.isalpha():  # noqa: PLR2004
        return word
    if word.endswith("ss"):
        return word
    for suffix, put in _SUFFIXES_BY_LAST.get(word[-1], ()):
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            if len(rest) >= 3 and any(c in _VOWELS for c in rest):  # noqa: PLR2004
                return _settled(rest + put)
    return word


def _settled(stemmed: str) -> str:
    if len(stemmed) > 3 and stemmed[-1] == stemmed[-2] and stemmed[-1] not in "aeioulsz":  # noqa: PLR2004
        return stemmed[:-1]
    if stemmed[-1] == "i":
        return stemmed[:-1] + "y"
    return stemmed


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """What a word is compared by: no case, no accents, no possessive, no thousands' commas, no ending."""
    plain = word.lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("’", "'"))  # noqa: RUF001
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return stem(_THOUSANDS.sub("", plain.removesuffix("'s")))


def found(text: str) -> Iterator[re.Match[str]]:
    """The words of a text, each with its place; the parts of a hyphenated one are words of their own."""
    return _WORD.finditer(text)


def words(text: str) -> list[str]:
    """The words of a text as they stand, in order, as ``found`` finds them."""
    return _WORD.findall(text)


def terms(words: Sequence[str]) -> list[str | None]:
    """Each word folded, None for a stop word; a capital alone is a name ("vitamin D", "speaker A")."""
    return [
        fold(word) if number and len(word) == 1 and word.isupper() and word != "I" else _term(word)
        for number, word in enumerate(words)
    ]


@lru_cache(maxsize=65536)
def _term(word: str) -> str | None:
    return None if word.lower() in STOP_WORDS else fold(word)
