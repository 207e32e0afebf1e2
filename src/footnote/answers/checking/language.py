"""The words of a statement that count, in English and in German. Pure."""

from __future__ import annotations

from collections.abc import Container

from footnote.words import terms, words

_GERMAN = frozenset(
    """aber alle allem allen aller alles als also am an auch auf aus bei beim bereits bis bzw da dabei dadurch dafür
    damit danach dann daran darauf darin darüber das dass dazu dem den denen denn der deren des dessen die dies diese
    diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwa etwas für gegen hat
    hatte hatten haben hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder
    jedes jedoch kann kein keine keinem keinen keiner können könnte mehr mit muss müssen nach nicht nichts noch nun nur
    ob oder ohne sehr sei sein seine seinem seinen seiner seit sich sie sind so sollte sollen soll sowie sondern über
    um und uns unter vom von vor war waren warum was weil welche welcher welches wenn wer werden wie wir wird wo wurde
    wurden würde würden zu zum zur zwar zwischen""".split()
)
_TELLING = frozenset(
    """aber auch auf bei das dass dem den der des die durch ein eine einem einen einer es für hat ist mit nicht noch
    oder sich sie sind und von vom war werden wird wurde wurden zu zum zur über""".split()
)
GERMAN_SHARE = 0.2
"""Of a text's words that are among the most frequent German ones; in English texts it is under .05."""


def is_german(text: str) -> bool:
    """Whether a text reads as German."""
    found = words(text)
    return bool(found) and sum(word.lower() in _TELLING for word in found) / len(found) >= GERMAN_SHARE


def content(text: str, *, german: bool) -> list[str]:
    """The folded words of a text that carry its meaning, in order."""
    found = words(text)
    dropped: Container[str] = _GERMAN if german else ()
    return [
        term for word, term in zip(found, terms(found), strict=True) if term is not None and word.lower() not in dropped
    ]
