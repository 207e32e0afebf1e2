"""How a user begins: what is proposed to them, and what they tell of themselves. Each has their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Response, jsonify, request

from footnote.answers.onboarding import choices
from footnote.errors import InvalidRequest
from footnote.passages import Document, Filter
from footnote.profiles import Profile, Profiles, Step
from footnote.suggesting.suggestions import Suggestions
from footnote.web.chat import Chat, body
from footnote.web.requests.asking import After
from footnote.web.requests.fields import parse
from footnote.web.requests.profile import ProfileBody
from footnote.web.views import filter_view
from footnote.wording import Say

_WRITTEN_IN = "en"
_TOPICS_S = 5.0
"""How long topics are waited for while a user is asked for theirs, and reads the question."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The parts that these requests need beside those of a conversation."""

    profiles: Profiles
    suggestions: Suggestions
    documents: Callable[[], list[Document]]
    texts: Callable[[], Say]
    """The page's texts in the language of the request."""
    written: Callable[[], list[str]] = list
    """English questions that somebody has written for just this library: better than those that are made."""


class Starting:
    """One method a request; each asks who is asking before anything else."""

    def __init__(self, chat: Chat, beginning: Beginning) -> None:
        self._chat = chat
        self._beginning = beginning

    def suggest(self) -> Response:
        user = self._chat.user()
        after = parse(After, request.args.to_dict()).after
        say = self._beginning.texts()
        if after is not None:
            proposed = self._suggestions().after(self._chat.own_answer(after), say)
        else:
            proposed = self._first(user, say)
        return _own(jsonify(suggestions=[{"query": query} for query in proposed]))

    def _first(self, user: str, say: Say) -> list[str]:
        profile = self._beginning.profiles.profile(user)
        told = profile is not None and (profile.topics or profile.sources != Filter())
        written = [] if told or say.language != _WRITTEN_IN else self._beginning.written()
        return written or self._suggestions().first(user, profile, say, datetime.now(UTC).date())

    def _suggestions(self) -> Suggestions:
        return self._chat.identity.acting(self._beginning.suggestions)

    def profile(self) -> Response:
        return self._shown(self._beginning.profiles.profile(self._chat.user()))

    def change(self) -> Response:
        user = self._chat.user()
        changes = parse(ProfileBody, body()).changes()
        # What was removed since it was told keeps nobody from changing something else.
        named = changes["sources"].document_ids if "sources" in changes else None
        if unknown := self._chat.unknown_documents(sorted(named or ())):
            raise InvalidRequest(
                f"The request can't be used. sources.recording_filter: no document has the id {unknown[0]!r}."
            )
        profiles = self._beginning.profiles
        return self._shown(profiles.change(user, lambda told: replace(told or Profile(), **changes)))

    def forget(self) -> tuple[str, int]:
        self._beginning.profiles.forget(self._chat.user())
        return "", 204

    def _shown(self, profile: Profile | None) -> Response:
        told = profile or Profile()
        documents = self._beginning.documents()
        topics = partial(self._suggestions().frequent, wait_s=_TOPICS_S if told.step is Step.TOPICS else 0.0)
        return _own(
            jsonify(
                known=profile is not None,
                role=told.role,
                topics=list(told.topics),
                sources=_sources(told.sources, documents),
                style=told.style,
                step=told.step,
                choices=choices(self._beginning.texts(), documents, topics),
            )
        )


def _sources(sources: Filter, documents: Sequence[Document]) -> dict[str, Any]:
    """Usual sources as a question's body has them, without those that were removed: it would be refused for them."""
    named = [document.id for document in documents if document.id in (sources.document_ids or ())]
    return {"recording_filter": sorted(named), "filter": filter_view(sources)}


def _own(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
