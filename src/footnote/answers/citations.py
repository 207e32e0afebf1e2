"""An answer's citations: which passages its text uses, and the words of each that bear it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from footnote import sentences
from footnote.answers.markers import MarkerFilter
from footnote.answers.search import Search
from footnote.events import Citation, Citations, Entry, Found, Retrieved, Stage, text_of
from footnote.passages import Hit, Passage

EXCERPT_CHARACTERS = 320
CLAIM_CHARACTERS = 400
CLAIMS = 20
"""Of one source that are looked at; an answer that names it more often repeats itself."""

_WORD = re.compile(r"\w+")
_CLAIM_ENDS = re.compile(r"[.!?\n]\s|\n")


def cite(hits: Sequence[Hit], text: str, uses: Mapping[int, Sequence[int]], question: str) -> Citations:
    """A citation for every passage given to the model, those that the text uses first.

    ``uses`` tells for each number used where in ``text`` its markers stand (``MarkerFilter.uses``).
    Every excerpt is a contiguous part of its passage's text.
    """
    citations = [
        _citation(n, hit, [_claim(text, at) for at in uses.get(n, ())] or [question], cited=n in uses)
        for n, hit in enumerate(hits, 1)
    ]
    return Citations(tuple(sorted(citations, key=lambda c: (not c.cited, c.n))))


def cited_again(hits: Sequence[Hit], entries: Sequence[Entry], question: str) -> Citations:
    """The citations of an answer whose writing broke off, from its log and the passages found once more.

    None where they can't be the ones that the text's numbers mean: as many were found as the log says.
    """
    found = next((e.event.found for e in entries if isinstance(e.event, Stage) and e.event.found is not None), None)
    if found != len(hits):
        return Citations(())
    text = text_of(entries)
    markers = MarkerFilter(len(hits))
    markers.feed(text)
    markers.finish()
    return cite(hits, text, markers.uses, question)


def retrieved(search: Search) -> Retrieved:
    """What a search came to, for whoever wants to know: passages given to the model have its numbers."""
    given = [_found(hit, n) for n, hit in enumerate(search.hits, 1)]
    return Retrieved(search.queries, (*given, *(_found(hit) for hit in search.dropped)))


def _found(hit: Hit, n: int | None = None) -> Found:
    passage = hit.passage
    speaker = passage.speakers[0] if passage.speakers else None
    score = round(hit.score, 4)
    return Found(passage.id, passage.document_id, passage.title, score, n, speaker, passage.page, passage.start_s)


def _citation(n: int, hit: Hit, claims: Sequence[str], *, cited: bool) -> Citation:
    passage = hit.passage
    start, end = excerpt(passage, claims[:CLAIMS])
    # Of several claims' words the first tell who is heard and when: all of them may span several turns.
    segment = passage.segment_at(excerpt(passage, claims[:1])[0])
    return Citation(
        n=n,
        passage_id=passage.id,
        recording_id=passage.document_id,
        recording_title=passage.title,
        excerpt=passage.text[start:end],
        cited=cited,
        speaker=segment.speaker if segment else None,
        page=passage.page,
        start_s=segment.start_s if segment else None,
        end_s=segment.end_s if segment else None,
        score=round(hit.score, 4),
    )


def _claim(text: str, at: int) -> str:
    """The words before a marker, back to where their sentence began."""
    before = text[max(0, at - CLAIM_CHARACTERS) : at].rstrip(" .!?")
    ends = list(_CLAIM_ENDS.finditer(before))
    return before[ends[-1].end() :] if ends else before


def excerpt(passage: Passage, claims: Sequence[str]) -> tuple[int, int]:
    """Where in the passage the words stand that bear out all of the claims: start and end.

    For each claim the sentence that shares most words with it, and as many of its neighbours in
    the same turn, paragraph or row as there is room for; together, all between them.
    """
    places = [place for segment in _segments(passage) for place in _sentences(passage.text, *segment)]
    if not places:
        return 0, min(len(passage.text), EXCERPT_CHARACTERS)
    words = [_words(passage.text[start:end]) for _, start, end in places]
    starts, ends = zip(*(_around(_best(words, _words(claim)), places, passage.text) for claim in claims), strict=True)
    return min(starts), max(ends)


def _best(words: Sequence[frozenset[str]], wanted: frozenset[str]) -> int:
    return max(range(len(words)), key=lambda i: (_overlap(words[i], wanted), -i))


def _around(best: int, places: Sequence[tuple[int, int, int]], text: str) -> tuple[int, int]:
    _, start, end = places[best]
    if end - start > EXCERPT_CHARACTERS:
        return start, start + len(text[start : start + EXCERPT_CHARACTERS].rsplit(" ", 1)[0])
    for neighbour in (*range(best + 1, len(places)), *range(best - 1, -1, -1)):
        segment, first, last = places[neighbour]
        if segment == places[best][0] and max(end, last) - min(start, first) <= EXCERPT_CHARACTERS:
            start, end = min(start, first), max(end, last)
    return start, end


def _segments(passage: Passage) -> list[tuple[int, int]]:
    """Where each turn, paragraph or row begins and ends, without the speaker's name before it."""
    offsets = [s.offset for s in passage.segments] or [0]
    speakers = [s.speaker for s in passage.segments] or [None]
    spans = []
    for offset, end, speaker in zip(offsets, [*offsets[1:], len(passage.text)], speakers, strict=True):
        prefix = f"{speaker}: "
        named = speaker is not None and passage.text.startswith(prefix, offset)
        spans.append((offset + len(prefix) if named else offset, end))
    return spans


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """The sentences between two offsets: the segment's start, and each one's start and end."""
    return [(start, start + s.start, start + s.end) for s in sentences.split(text[start:end])]


def _overlap(words: frozenset[str], wanted: frozenset[str]) -> float:
    return len(words & wanted) / (len(words) + len(wanted)) if words and wanted else 0.0


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))
