"""The guided first conversation: what is asked, how a reply is understood, and what comes of it. Pure.

Four questions, one at a time. A reply answers the step that was asked before it, or says what else is wanted:
"skip", "back", "later". What is understood is said, so that it can be put right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from footnote.answers.usual_sources import described, understood
from footnote.passages import EVERYTHING, Document, Kind
from footnote.profiles import ASKED, MOST_TOPICS, ROLE_LENGTH, TOPIC_LENGTH, Profile, Step, Style
from footnote.wording import Say

MOST_TAGS = 4
MOST_CHOICES = 6
_SKIP = frozenset("skip,skip this,next,pass,überspringen,weiter,keine angabe".split(","))
_LATER = frozenset("later,stop,not now,quit,exit,später,stopp,nicht jetzt,abbrechen".split(","))
_BACK = frozenset("back,go back,previous,zurück,eins zurück".split(","))
_STYLES = {
    Style.SHORT: frozenset("short brief concise kurz knapp".split()),
    Style.DETAILED: frozenset("detailed detail details long thorough full ausführlich lang genau detailliert".split()),
    Style.BULLETS: frozenset("bullet bullets list lists points stichpunkte stichworte liste punkte".split()),
}
_WORD = re.compile(r"\w+")
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&!$(){}+.-])")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a reply: the profile as it is now, what is said to it, and what is asked next."""

    profile: Profile
    says: str
    asks: Step


def begin(profile: Profile | None, documents: Sequence[Document], say: Say) -> Heard:
    """The first words of a conversation: the step that was reached is asked, from the first one where all are done."""
    known = profile or Profile()
    step = known.step if known.step in ASKED else Step.ROLE
    hello = say("onboarding.hello" if step is Step.ROLE else "onboarding.again")
    return _recalling(_asking(replace(known, step=step), [hello], say), documents, say)


def hear(profile: Profile, step: Step, reply: str, documents: Sequence[Document], say: Say) -> Heard:
    """What a reply to ``step`` comes to."""
    if _wish(reply) in _LATER:
        return Heard(replace(profile, step=step), say("onboarding.later"), step)
    return _recalling(_heard(profile, step, reply, documents, say), documents, say)


def _heard(profile: Profile, step: Step, reply: str, documents: Sequence[Document], say: Say) -> Heard:
    wish = _wish(reply)
    if wish in _BACK:
        before = ASKED[max(0, ASKED.index(step) - 1)]
        return _asking(replace(profile, step=before), [say("onboarding.back")], say)
    if wish in _SKIP:
        return _next(profile, step, say("onboarding.skipped"), say)
    if "?" in reply and step in {Step.ROLE, Step.TOPICS}:
        return _asking(replace(profile, step=step), [say("onboarding.question")], say)
    return _TAKES[step](profile, " ".join(reply.split()), documents, say)


def choices(
    say: Say, documents: Sequence[Document], frequent: Callable[[int], Sequence[str]]
) -> dict[str, list[dict[str, str]]]:
    """What each step can be answered with at a press: ``value`` is said, ``label`` is shown."""
    kinds = Counter(document.kind for document in documents)
    tags = Counter(tag for document in documents for tag in document.tags)
    sources = [say("onboarding.everything")]
    sources += [say(f"onboarding.kind_{kind}") for kind in Kind if len(kinds) > 1 and kinds[kind]]
    named = {source.casefold() for source in sources}
    sources += [tag for tag, _ in tags.most_common(MOST_TAGS) if len(tags) > 1 and tag.casefold() not in named]
    said = {
        Step.ROLE: say("onboarding.roles").split(", "),
        Step.TOPICS: list(frequent(MOST_CHOICES)),
        Step.SOURCES: list(dict.fromkeys(sources)),
    }
    listed = {step.value: [{"value": text, "label": text} for text in texts] for step, texts in said.items()}
    styles = [{"value": style.value, "label": say(f"onboarding.style_{style}")} for style in Style]
    return listed | {Step.STYLE.value: styles}


def _role(profile: Profile, reply: str, _documents: Sequence[Document], say: Say) -> Heard:
    if len(reply) > ROLE_LENGTH:
        return _asking(profile, [say("onboarding.too_long", most=ROLE_LENGTH)], say, Step.ROLE)
    return _next(replace(profile, role=reply), Step.ROLE, say("onboarding.role_saved", role=inert(reply)), say)


def _topics(profile: Profile, reply: str, _documents: Sequence[Document], say: Say) -> Heard:
    parts = [part.strip(" .") for part in re.split(r"[,;•]|\band\b|\bund\b", reply)]
    told = tuple(dict.fromkeys(part for part in parts if part))
    if not told or len(told) > MOST_TOPICS or any(len(part) > TOPIC_LENGTH for part in told):
        limits = say("onboarding.topics_unclear", most=MOST_TOPICS, characters=TOPIC_LENGTH)
        return _asking(profile, [limits], say, Step.TOPICS)
    listed = ", ".join(inert(part) for part in told)
    return _next(replace(profile, topics=told), Step.TOPICS, say("onboarding.topics_saved", topics=listed), say)


def _sources(profile: Profile, reply: str, documents: Sequence[Document], say: Say) -> Heard:
    sources = understood(reply, documents)
    if sources is None:
        return _asking(
            profile, [say("onboarding.sources_unclear", said=inert(reply[:TOPIC_LENGTH]))], say, Step.SOURCES
        )
    changed = replace(profile, sources=sources)
    if sources == EVERYTHING:
        return _next(changed, Step.SOURCES, say("onboarding.everything_saved"), say)
    listed = inert(described(sources, documents, say))
    return _next(changed, Step.SOURCES, say("onboarding.sources_saved", sources=listed), say)


def _style(profile: Profile, reply: str, _documents: Sequence[Document], say: Say) -> Heard:
    told = set(_WORD.findall(reply.casefold()))
    style = next((style for style, words in _STYLES.items() if told & words), None)
    if style is None:
        return _asking(profile, [say("onboarding.style_unclear")], say, Step.STYLE)
    saved = say("onboarding.style_saved", style=say(f"onboarding.style_{style}"))
    return _next(replace(profile, style=style), Step.STYLE, saved, say)


_TAKES = {Step.ROLE: _role, Step.TOPICS: _topics, Step.SOURCES: _sources, Step.STYLE: _style}


def _next(profile: Profile, step: Step, says: str, say: Say) -> Heard:
    after = (*ASKED, Step.DONE)[ASKED.index(step) + 1]
    return _asking(replace(profile, step=after), [says], say)


def _asking(profile: Profile, says: Sequence[str], say: Say, step: Step | None = None) -> Heard:
    """These words, and the question of the step that the profile has come to, or has to stay at."""
    asks = step or profile.step
    if step is not None:
        profile = replace(profile, step=step)
    return Heard(profile, "\n\n".join((*says, say(f"onboarding.ask_{asks}"))), asks)


def _recalling(heard: Heard, documents: Sequence[Document], say: Say) -> Heard:
    """What was told before to the question that is asked, which can be kept."""
    told = heard.profile
    before = {
        Step.ROLE: told.role,
        Step.TOPICS: ", ".join(told.topics),
        Step.SOURCES: described(told.sources, documents, say),
        Step.STYLE: told.style and say(f"onboarding.style_{told.style}"),
    }.get(heard.asks)
    return replace(heard, says=f"{heard.says} {say('onboarding.so_far', said=inert(before))}") if before else heard


def _wish(reply: str) -> str:
    return " ".join(_WORD.findall(reply.casefold()))


def inert(text: str) -> str:
    """What somebody wrote, as it stands, inside of Markdown."""
    return _MARKUP.sub(r"\\\1", text)
