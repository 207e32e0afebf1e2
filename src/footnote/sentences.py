"""Where the sentences of a text are: pure, and the same for answers and for the excerpts of citations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence: ``text[start:end]``, verbatim, without the white space around it."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The sentence itself."""
        return text[self.start : self.end]


# A full stop behind these says nothing about the sentence's end: a name, a number or an example follows.
_GOES_ON = frozenset(
    "mr mrs ms mx dr prof st ste gen hon rev fr sgt capt cmdr lt col maj adm sen rep gov pres supt messrs mt ft "
    "vs v viz cf e.g eg i.e ie ca approx est fig figs eq eqs vol vols ed eds sec art ch pp op cit al dept univ assn "
    "bros jan feb mar apr jun jul aug sep sept oct nov dec z.b bzw".split()
)
# Behind these a number follows, or the sentence has ended.
_NUMBERED = frozenset("no nos nr p para pt".split())
# Behind a day's number ("am 12. März") the sentence goes on.
_GERMAN_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
# Behind an initial or "U.S." a capital may be a name or a new sentence; these words begin a sentence.
_STARTERS = frozenset(
    "a after all also although an and another as at because before both but by during each even every finally for "
    "from furthermore he her here his how however i if in instead it its later many meanwhile moreover most my no "
    "nor not now of on once one or other our since so some such that the their then there therefore these they this "
    "those though through thus to today under until we what when where whether which while who why with yes yet "
    "you your".split()
)

_END = re.compile(r"(?<![.!?…])(?P<mark>[.!?…]++)(?P<closed>[\"'”’»)\]*_]*(?:\[\d{1,3}\])*)(?=\s)|[。！？]+[”」』）]*")  # noqa: RUF001
_WORD_BEFORE = re.compile(r"[^\W_](?:[\w.&-]*[^\W_])?$")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_OPENING = "\"'“‘«([*_¿¡-–—"  # noqa: RUF001
_MARKER = re.compile(r"[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•·‣▪][ \t]+|\d{1,3}[.)][ \t]+)*")
_LABEL = re.compile(r"[^\W\d_a-z][^:\n]{0,79}:[ \t]")
_CELL = re.compile(r"[^:;.?!\n]{1,40}:[ \t]")
_LINE = re.compile(r"[^\n]+")
_WRAPS_FROM = 40  # characters: a shorter line was ended by its writer, not by the page's width


def split(text: str) -> list[Span]:
    """The sentences of a text, in order, as offsets.

    A blank line, a heading, a list item, a ``Speaker:`` line and a table's row
    (``column: value; column: value``) end a sentence; a line that was only wrapped does not.
    List and heading marks are left out; so is a piece without a letter or digit.
    """
    return [span for start, end in _blocks(text) for span in _sentences(text, start, end)]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that are one flow of words."""
    start = end = -1
    for line in _LINE.finditer(text):
        begin = _MARKER.match(text, line.start(), line.end())
        marked = begin is not None and bool(begin.group().strip())
        body = begin.end() if begin else line.start()
        if start >= 0 and end + 1 == line.start() and not marked and _wrapped(text, start, end, body):
            end = line.end()
            continue
        if start >= 0:
            yield start, end
        start, end = body, line.end()
    if start >= 0:
        yield start, end


def _wrapped(text: str, start: int, end: int, following: int) -> bool:
    """Whether the line that ends at ``end`` goes on in the line at ``following``."""
    line_start = max(start, text.rfind("\n", 0, end) + 1)
    line = text[line_start:end].rstrip()
    if not line or line[-1] in ".!?…:;|。！？" or _LABEL.match(text, following):  # noqa: RUF001
        return False
    if _is_row(text[following:].partition("\n")[0]):
        return False
    first = text[following : following + 1]
    return first.islower() or len(line) >= _WRAPS_FROM


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    if not _is_row(text[start:end]):
        for found in _END.finditer(text, start, end):
            if _ends(text, start, found):
                yield from _trimmed(text, start, found.end())
                start = found.end()
    yield from _trimmed(text, start, end)


def _is_row(line: str) -> bool:
    """Whether a line is cells as ``column: value; column: value``; a value may hold a semicolon of its own."""
    cells = line.split("; ")
    named = sum(_CELL.match(cell) is not None for cell in cells)
    return named > 1 and 2 * named >= len(cells) and _CELL.match(line) is not None


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    if any(c.isalnum() for c in piece):
        yield Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether the marks found end the sentence that began at ``start``."""
    mark = found.group("mark")
    if mark is None:
        return True
    at = found.start()
    if at > start and text[at - 1] == " ":  # transcripts set their marks apart: "okay . so"
        return True
    rest = text[found.end() : found.end() + 40].lstrip()
    first = rest.lstrip(_OPENING)[:1]
    if not first or first.islower():
        return not first
    if mark != "." or found.group("closed"):
        return True
    before = _WORD_BEFORE.search(text, max(start, at - 20), at)
    return before is None or _word_ends(before.group(), rest.lstrip(_OPENING))


def _word_ends(word: str, rest: str) -> bool:
    """Whether a full stop behind ``word`` ends a sentence, when ``rest`` comes next."""
    lower = word.lower()
    if lower in _GOES_ON:
        return False
    if lower in _NUMBERED:
        return not rest[0].isdigit()
    if word.isdigit() and len(word) <= 2 and _GERMAN_MONTH.match(rest):  # noqa: PLR2004
        return False
    if (len(word) == 1 and word.isupper()) or _ACRONYM.fullmatch(word):
        following = re.match(r"\w+", rest)
        return following is not None and following.group().lower() in _STARTERS
    return True
