"""What the app is put together from, as the settings choose it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine

from footnote.at_start import make_ready
from footnote.chat import Model
from footnote.conversations import AnswerLog
from footnote.feedback import FeedbackStore
from footnote.passages import Library, Retriever
from footnote.profiles import Profiles
from footnote.settings import Settings
from footnote.storage.memory import MemoryLog
from footnote.storage.profiles import MemoryProfiles, SqlProfiles
from footnote.uploads import Take


@dataclass(frozen=True, slots=True)
class Parts:
    """What the app is put together from; a test or another app may bring its own."""

    settings: Settings
    library: Library
    retriever: Retriever
    models: Mapping[str, Model]
    log: AnswerLog = field(default_factory=MemoryLog)
    profiles: Profiles = field(default_factory=MemoryProfiles)
    take: Take | None = None
    """What takes in files that are sent to the page; None: they are taken into ``library`` here."""
    feedback: FeedbackStore | None = None
    """What is said of the log's answers; kept in memory where nothing else is given."""


def parts(settings: Settings, *, prepared: bool = False) -> Parts:
    """The parts that the settings choose, with database and library made ready unless they were ``prepared`` before.

    Then nothing is asked of the database: a worker that begins while it is away serves all the same.
    """
    from footnote.apart import in_a_child
    from footnote.retrieval.embedded import EmbeddedRetriever
    from footnote.storage.answers import SqlLog
    from footnote.storage.database import open_database
    from footnote.storage.feedback import SqlFeedback
    from footnote.storage.library import SqlLibrary

    engine = open_database(settings.database, prepared=prepared)
    library = SqlLibrary(engine)
    if not prepared:
        make_ready(settings, library)
    models = _models(settings)
    conversations = _conversations(settings, engine, prepared=prepared)
    return Parts(
        settings,
        library,
        EmbeddedRetriever(engine),
        models,
        SqlLog(conversations),
        SqlProfiles(conversations),
        in_a_child(settings.database, settings.files, settings.max_bytes),
        SqlFeedback(conversations),
    )


def prepare(settings: Settings) -> None:
    """Bring the databases up to date and take the library in, once for all processes that are to serve it."""
    from footnote.storage.database import open_database
    from footnote.storage.library import SqlLibrary

    engine = open_database(settings.database)
    try:
        _conversations(settings, engine).dispose()
        make_ready(settings, SqlLibrary(engine))
    finally:
        engine.dispose()


@contextmanager
def kept_feedback(settings: Settings) -> Iterator[tuple[FeedbackStore, AnswerLog]]:
    """What users said, and the answers that they said it of."""
    from footnote.storage.answers import SqlLog
    from footnote.storage.database import open_database
    from footnote.storage.feedback import SqlFeedback

    engine = _conversations(settings, open_database(settings.database))
    with closing(SqlLog(engine)) as answers:
        yield SqlFeedback(engine), answers


def _conversations(settings: Settings, embedded: Engine, *, prepared: bool = False) -> Engine:
    """Where conversations are kept: in the embedded database, or in the one that several instances share."""
    if settings.database_url is None:
        return embedded
    from footnote.storage.postgres import open_postgres

    return open_postgres(settings.database_url.get_secret_value(), prepared=prepared)


def _models(settings: Settings) -> dict[str, Model]:
    from footnote.models.choice import Options, builders

    options = Options(settings.max_tokens, settings.temperature, settings.idle_timeout_s)
    return {name: build() for name, build in builders(settings.named_models, options).items()}
