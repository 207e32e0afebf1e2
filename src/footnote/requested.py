"""What the requests are answered with: the parts of the app, as ``web/`` asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from footnote.answers.interviewer import Interviewer
from footnote.answers.observing import Observer, Observers
from footnote.answers.producer import Producer
from footnote.answers.rendering import Renderings
from footnote.answers.running import Limits
from footnote.at_start import SAMPLE, SAMPLE_QUESTIONS
from footnote.callers import acting_for
from footnote.load_errors import LoadError
from footnote.page.texts import LANGUAGES, Texts
from footnote.parts import Parts
from footnote.passages import Library
from footnote.sources.pages import Pages
from footnote.storage.feedback import MemoryFeedback
from footnote.suggesting.suggestions import Suggestions
from footnote.uploads import Take, Taken, Upload
from footnote.web.chat import Chat
from footnote.web.holdings import Holdings, Uploads
from footnote.web.identity import Identity
from footnote.web.language import language_of
from footnote.web.ops import Overseeing
from footnote.web.starting import Beginning


def texts() -> Texts:
    """The page's texts in the language of the request."""
    return Texts(language_of(LANGUAGES))


def identity(made: Parts) -> Identity:
    """By what it is known who asks."""
    return Identity(made.settings.identity_trusted, made.settings.user_authorization)


def producer(made: Parts, observers: Sequence[Observer]) -> Producer:
    """What answers the questions."""
    settings = made.settings
    limits = Limits(
        settings.answer_timeout_s,
        settings.idle_timeout_s,
        settings.passages,
        settings.max_running,
        settings.max_waiting,
    )
    interviewer = Interviewer(
        made.log, made.profiles, lambda caller: acting_for(made.library, caller).documents(), texts
    )
    return Producer(made.log, made.retriever, made.models, limits, interviewer, observers)


def chat(made: Parts, producer: Producer) -> Chat:
    """What the requests of a conversation need."""
    settings, who = made.settings, identity(made)
    return Chat(
        log=made.log,
        producer=producer,
        renderings=Renderings(made.log),
        models=tuple(made.models),
        words=texts,
        unknown_documents=lambda wanted: _unknown(who.acting(made.library), wanted),
        feedback=made.feedback or MemoryFeedback(made.log.answer),
        identity=who,
        allowance=settings.allowance,
        max_streams=settings.max_streams,
    )


def holdings(made: Parts, producer: Producer) -> Holdings:
    """What the requests of the library need."""
    from footnote.ingest import keeping, leftovers, load

    settings = made.settings

    def take_here(upload: Upload) -> Taken:
        return keeping.keep(upload, made.library, settings.files, max_bytes=settings.max_bytes)

    uploads = Uploads(
        settings.files / leftovers.RECEIVED,
        _told(made.take or take_here, producer.observers),
        load.ENDINGS,
        settings.max_bytes,
        settings.max_documents,
        open=settings.uploads and not made.fixed,
    )
    return Holdings(
        made.library,
        uploads,
        forget=lambda document: keeping.forget(document, settings.files),
        pages=Pages(settings.pages),
        media_url=settings.media_url,
        folder=settings.library.resolve() if settings.library else None,
        identity=identity(made),
        editors=frozenset(name.casefold() for name in settings.editors),
        fixed=made.fixed,
        answer=made.log.answer,
    )


def _told(take: Take, observers: Observers) -> Take:
    """The same, whose outcome is told."""

    def taken(upload: Upload) -> Taken:
        try:
            came = take(upload)
        except LoadError as error:
            observers.uploaded(error.reason.name.lower())
            raise
        observers.uploaded(came.became)
        return came

    return taken


def beginning(made: Parts) -> Beginning:
    """What proposes questions, and knows what users tell of themselves."""
    who = identity(made)

    def library() -> Library:
        return who.acting(made.library)

    suggestions = Suggestions(made.library, made.retriever, made.log)
    return Beginning(
        made.profiles, suggestions, lambda: library().documents(), texts, lambda: _sample_questions(library())
    )


def overseeing(made: Parts) -> Overseeing:
    """What the operators' requests need."""
    who = identity(made)
    operators = frozenset(name.casefold() for name in made.settings.operators)
    return Overseeing(made.operations, lambda: who.acting(made.library), who, operators)


def _sample_questions(library: Library) -> list[str]:
    """Those that were written for the sample, where nothing else is there."""
    samples = {path.relative_to(SAMPLE).with_suffix("").as_posix() for path in SAMPLE.rglob("*") if path.is_file()}
    ids = library.digests().keys()
    return SAMPLE_QUESTIONS.read_text("utf-8").splitlines() if ids and ids <= samples else []


def _unknown(library: Library, wanted: list[str]) -> list[str]:
    """The first of these ids under which there is no document; one that is not listed may be there all the same."""
    known = library.digests() if wanted else {}
    return list(islice((id for id in wanted if id not in known and library.document(id) is None), 1))
