"""What somebody means by "only the board meetings": a filter out of words, and words for a filter. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from footnote.passages import EVERYTHING, Document, Filter, Kind
from footnote.wording import Say
from footnote.words import terms, words

MOST_NAMED = 3
"""Titles that are named one by one."""
_ALL = frozenset("everything all anything any alles alle egal".split())
_KINDS = {
    Kind.RECORDING: "recording recordings meetings transcript transcripts aufnahme aufnahmen besprechungen transkripte",
    Kind.PDF: "pdf pdfs",
    Kind.TABLE: "table tables csv spreadsheet spreadsheets tabelle tabellen",
    Kind.TEXT: "text texts notes markdown texte notizen",
}
_NAMED = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_LITTLE = re.compile(
    r"^(?:(?:only|just|mostly|mainly|usually|the|my|our|in|from"
    r"|nur|meist|meistens|vor allem|die|der|das|meine|aus)\s+)+",
    re.IGNORECASE,
)
_SINCE = re.compile(r"^(?:since|from|after|seit|ab)\s+(\d{4}(?:-\d{2}(?:-\d{2})?)?)$", re.IGNORECASE)


def understood(said: str, documents: Sequence[Document]) -> Filter | None:
    """The documents that are meant; None where a part of it names none that is there."""
    parts = [part.strip(" .!\"'“”„") for part in re.split(r"[,;]|\band\b|\bund\b", said)]
    wanted = EVERYTHING
    for part in filter(None, parts):
        found = _part(part, documents)
        if found is None:
            return None
        wanted = _both(wanted, found)
    return wanted if any(parts) else None


def _part(part: str, documents: Sequence[Document]) -> Filter | None:
    if since := _SINCE.match(part):
        day = _day(since[1])
        return Filter(since=day) if day else None
    name = _LITTLE.sub("", part)
    plain = name.casefold()
    if plain in _ALL or plain.split()[-1:] == ["everything"]:
        return EVERYTHING
    if plain in _NAMED:
        return Filter(kinds=frozenset({_NAMED[plain]}))
    if tags := {tag for document in documents for tag in document.tags if tag.casefold() == plain}:
        return Filter(tags=frozenset(tags))
    if speakers := {s for document in documents for s in document.speakers if _names(plain, s)}:
        return Filter(speakers=frozenset(speakers))
    sought = set(filter(None, terms(words(name))))
    ids = {d.id for d in documents if sought and sought <= set(terms(words(f"{d.title} {' '.join(d.tags)}")))}
    return Filter(frozenset(ids)) if ids else None


def _day(said: str) -> str | None:
    """The day that a year, month or day begins with; None for one that there is not."""
    try:
        return date.fromisoformat(f"{said}-01-01"[: len("2026-01-01")]).isoformat()
    except ValueError:
        return None


def _names(plain: str, speaker: str) -> bool:
    """Whether a speaker is meant, by the whole name or by the first or last of its words."""
    name = speaker.casefold()
    parts = name.split()
    return plain in {name, parts[0], parts[-1]}


def _both(one: Filter, other: Filter) -> Filter:
    """What either of two names, where they are of a kind; else what meets both."""
    ids = one.document_ids if other.document_ids is None else (one.document_ids or frozenset()) | other.document_ids
    return replace(
        one,
        document_ids=ids,
        kinds=one.kinds | other.kinds,
        tags=one.tags | other.tags,
        speakers=one.speakers | other.speakers,
        since=other.since or one.since,
    )


def described(sources: Filter, documents: Sequence[Document], say: Say) -> str:
    """A filter in words."""
    parts = [say(f"onboarding.kind_{kind}") for kind in Kind if kind in sources.kinds]
    parts += [say("onboarding.tagged", tag=tag) for tag in sorted(sources.tags)]
    parts += [say("onboarding.with_speaker", speaker=speaker) for speaker in sorted(sources.speakers)]
    titles = [document.title for document in documents if document.id in (sources.document_ids or ())]
    parts += [say("onboarding.titled", title=title) for title in titles[:MOST_NAMED]]
    if len(titles) > MOST_NAMED:
        parts.append(say("onboarding.more_titles", count=len(titles) - MOST_NAMED))
    if sources.since:
        parts.append(say("onboarding.since", day=sources.since))
    return ", ".join(parts)
