"""Writes the answers of the guided first conversation: without a model, into the same logs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from footnote.answers import history
from footnote.answers.ending import guarded
from footnote.answers.onboarding import Heard, begin, hear
from footnote.callers import Caller
from footnote.chat import Cancellation, FinishReason
from footnote.conversations import Answer, AnswerLog, outcome
from footnote.events import Asks, Citations, Done, Event, Timings, Token, TokenCounts
from footnote.passages import Document
from footnote.profiles import Profile, Profiles, Step
from footnote.wording import Say

PROFILE = "onboarding"
PAUSE_S = 0.022
"""Between two words: some forty a second, well ahead of who reads them."""
_Documents = Callable[[], Sequence[Document]]
_PIECES = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Interviewer:
    """Who asks a new user about themselves, and keeps what they say before a word of thanks."""

    log: AnswerLog
    profiles: Profiles
    documents: Callable[[Caller | None], Sequence[Document]]
    """Those that a caller may read."""
    texts: Callable[[], Say]
    """The page's texts, in the language of the request that is being answered."""

    def writing(self, answer: Answer, caller: Caller | None = None) -> Callable[..., Iterator[Event]]:
        """What writes an answer, in another thread; to be called while its request is answered."""
        say = self.texts()
        return lambda cancellation, *_told: self._events(answer, lambda: self.documents(caller), say, cancellation)

    def _events(self, answer: Answer, documents: _Documents, say: Say, cancellation: Cancellation) -> Iterator[Event]:
        began = time.perf_counter()
        failed = yield from guarded(self._written(answer, documents, say, cancellation), cancellation)
        yield Citations(())
        total_ms = round((time.perf_counter() - began) * 1000)
        yield failed or Done(FinishReason.STOP, TokenCounts(None, None), Timings(total_ms))

    def _written(self, answer: Answer, documents: _Documents, say: Say, cancellation: Cancellation) -> Iterator[Event]:
        cancellation.raise_if_requested()
        heard = self._heard(answer, documents(), say)
        yield Asks(heard.asks)
        for piece in _PIECES.findall(heard.says):
            yield Token(piece)
            cancellation.wait(PAUSE_S)
            cancellation.raise_if_requested()

    def _heard(self, answer: Answer, documents: Sequence[Document], say: Say) -> Heard:
        step = self._asked_before(answer)
        heard: list[Heard] = []

        def changed(profile: Profile | None) -> Profile:
            if step is None:
                heard.append(begin(profile, documents, say))
            else:
                heard.append(hear(profile or Profile(), step, answer.query, documents, say))
            return heard[-1].profile

        self.profiles.change(answer.user, changed)
        return heard[-1]

    def _asked_before(self, answer: Answer) -> Step | None:
        """What the conversation asked last, which the answer's question is the reply to; None where it begins."""
        for versions in reversed(history.before(self.log.answers(answer.session_id), answer)):
            for version in reversed(versions):
                asks = outcome(self.log.read(version.id)).asks if version.profile == PROFILE else None
                if asks is not None:
                    return Step(asks.step) if asks.step != Step.DONE else None
        return None
