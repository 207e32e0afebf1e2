"""An answer's citations: which passages its text uses, and the words of each that bear it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from footnote.answers.breathing import breathing
from footnote.answers.checking.verdicts import check
from footnote.answers.excerpts import Sentences, excerpt, sentences_of
from footnote.answers.markers import MarkerFilter
from footnote.answers.search import Search
from footnote.chat import Source
from footnote.events import Citation, Citations, Found, Retrieved
from footnote.passages import Hit
from footnote.wire import Entry, text_of

CLAIM_CHARACTERS = 400
CLAIMS = 20
"""Of one source that are looked at; an answer that names it more often repeats itself."""

_CLAIM_ENDS = re.compile(r"[.!?\n]\s|\n")


def cite(
    hits: Sequence[Hit], text: str, uses: Mapping[int, Sequence[int]], question: str, *, whole: bool = True
) -> Citations:
    """A citation for every passage given to the model, those that the text uses first, and the text's statements.

    ``uses`` tells for each number used where in ``text`` its markers stand (``MarkerFilter.uses``).
    Every excerpt is a contiguous part of its passage's text. ``whole`` says that the text did not break off.
    Where a source that is used has no text, nothing can be said of the statements.
    """
    read = [sentences_of(hit.passage) for hit in breathing(hits)]
    citations = [
        _citation(n, hit, sentences, [_claim(text, at) for at in uses.get(n, ())] or [question], cited=n in uses)
        for n, (hit, sentences) in enumerate(zip(hits, read, strict=True), 1)
    ]
    ordered = tuple(sorted(citations, key=lambda c: (not c.cited, c.n)))
    checked = all(hits[n - 1].passage.text for n in uses)
    return Citations(ordered, check(text, uses, read, whole=whole) if checked else ())


def cite_told(
    sources: Sequence[Source], text: str, uses: Mapping[int, Sequence[int]], question: str, *, whole: bool = True
) -> Citations:
    """The same for sources that the model itself found; those that it says it cites are cited, marked or not.

    A text without markers claims nothing of single statements, so nothing is said of them.
    """
    made = cite([Hit(source.passage, source.score) for source in sources], text, uses, question, whole=whole)
    told = [(citation, sources[citation.n - 1]) for citation in made.citations]
    citations = [replace(c, url=source.url, cited=c.cited or source.cited) for c, source in told]
    ordered = tuple(sorted(citations, key=lambda c: (not c.cited, c.n)))
    return Citations(ordered, made.statements if uses else ())


def cited_again(hits: Sequence[Hit], entries: Sequence[Entry], question: str) -> Citations:
    """The citations of an answer whose writing broke off, from its log and the passages found once more.

    None where they aren't the ones that the text's numbers mean, which stand in the log. So what is found with other
    rights than the user's shows nothing that they were not shown before.
    """
    found = next((e.event.passages for e in entries if isinstance(e.event, Retrieved)), ())
    if [one.passage_id for one in found if one.n is not None] != [hit.passage.id for hit in hits]:
        return Citations(())
    text = text_of(entries)
    markers = MarkerFilter(len(hits))
    markers.feed(text)
    markers.finish()
    return cite(hits, text, markers.uses, question, whole=False)


def retrieved(search: Search) -> Retrieved:
    """What a search came to, for whoever wants to know: passages given to the model have its numbers."""
    given = [_found(hit, n) for n, hit in enumerate(search.hits, 1)]
    passages = (*given, *(_found(hit) for hit in search.dropped))
    return Retrieved(search.queries, passages, search.candidates, search.untold or None)


def retrieved_by_model(sources: Sequence[Source]) -> Retrieved:
    """What a model came to that searched by itself; what it looked for is its own."""
    return Retrieved((), tuple(_found(Hit(s.passage, s.score), n) for n, s in enumerate(sources, 1)))


def _found(hit: Hit, n: int | None = None) -> Found:
    passage = hit.passage
    speaker = passage.speakers[0] if passage.speakers else None
    score = round(hit.score, 4)
    return Found(passage.id, passage.document_id, passage.title, score, n, speaker, passage.page, passage.start_s)


def _citation(n: int, hit: Hit, sentences: Sentences, claims: Sequence[str], *, cited: bool) -> Citation:
    passage = hit.passage
    start, end = excerpt(sentences, claims[:CLAIMS])
    # Of several claims' words the first tell who is heard and when: all of them may span several turns.
    segment = passage.segment_at(excerpt(sentences, claims[:1])[0])
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
