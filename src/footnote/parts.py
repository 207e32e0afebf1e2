"""What the app is put together from, as the settings choose it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from secrets import token_bytes
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from footnote.answers.observing import Observer
from footnote.at_start import make_ready
from footnote.chat import Model
from footnote.conversations import AnswerLog
from footnote.errors import SettingsError
from footnote.feedback import FeedbackStore
from footnote.figures import Operations
from footnote.passages import Library, Retriever
from footnote.profiles import Profiles
from footnote.settings import Settings
from footnote.storage.memory import MemoryLog
from footnote.storage.profiles import MemoryProfiles, SqlProfiles
from footnote.uploads import Take

if TYPE_CHECKING:
    from footnote.evaluation.results import RunStore
    from footnote.lakebase import Passwords
    from footnote.workspace import Workspace


log = logging.getLogger(__name__)


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
    observers: tuple[Observer, ...] = ()
    """Who is told what becomes of each question, beside the log and the figures."""
    secret: Callable[[], bytes] = field(default_factory=lambda: cache(partial(token_bytes, 32)))
    """What belongs to this installation alone; raises ``StorageFailed``."""
    operations: Operations | None = None
    """What counts for the operators; None: nothing is counted, and there is no page of it."""
    fixed: bool = False
    """The library is changed elsewhere: here nothing is taken in, tagged or removed."""
    close: Callable[[], None] = lambda: None
    """Lets go of what the parts hold open, at the end of the app that is made of them; twice is no matter."""


def parts(
    settings: Settings,
    *,
    prepared: bool = False,
    retriever: Retriever | None = None,
    models: Mapping[str, Model] | None = None,
) -> Parts:
    """The parts that the settings choose, with database and library made ready unless they were ``prepared`` before.

    Then nothing is asked of the database: a worker that begins while it is away serves all the same. A retriever and
    models that are given stand in place of those that would be chosen; a retriever brings no sample along.
    """
    from footnote.models.choice import check
    from footnote.retrieval.choice import shelves
    from footnote.storage.answers import SqlLog
    from footnote.storage.feedback import SqlFeedback
    from footnote.storage.figures import SqlOperations
    from footnote.storage.installation import secret

    if not prepared and models is None:
        check(settings.named_models)
    databases = _Databases(settings, prepared=prepared)
    shelved = shelves(settings, databases.library, _sign_in, prepared=prepared)
    if shelved.take is None and settings.library:
        log.warning("FOOTNOTE_LIBRARY is not taken in: the documents are those of %s", settings.retriever)
    elif not prepared and shelved.take:
        make_ready(settings, shelved.library, sample=retriever is None)
    answers = SqlLog(databases.conversations)

    def close() -> None:
        shelved.close()
        databases.close()

    return Parts(
        settings,
        shelved.library,
        retriever or shelved.retriever,
        models or _models(settings, retriever or shelved.retriever),
        answers,
        SqlProfiles(databases.conversations),
        shelved.take,
        *_traced(settings, SqlFeedback(databases.conversations), answers),
        secret=lambda: secret(databases.conversations),
        operations=SqlOperations(databases.conversations, texts=settings.ops_texts),
        fixed=shelved.take is None,
        close=close,
    )


def _traced(
    settings: Settings, feedback: FeedbackStore, answers: AnswerLog
) -> tuple[FeedbackStore, tuple[Observer, ...]]:
    """The feedback, and what traces answers, hears of it too and of what is deleted; none where nothing is traced."""
    if settings.mlflow is None:
        return feedback, ()
    from footnote.tracing.exporting import Exporter
    from footnote.tracing.feedback import AssessedFeedback
    from footnote.tracing.store import MlflowStore

    exporter = Exporter(MlflowStore(settings.mlflow, texts=settings.mlflow_texts), feedback, answers.answer)
    answers.on_deletion(exporter.deleted)
    return AssessedFeedback(feedback, exporter.said_of), (exporter,)


def prepare(settings: Settings) -> None:
    """Bring the databases up to date and take the library in, once for all processes that are to serve it.

    What would keep models or an index from being used is found out here too, where that costs little.
    """
    from footnote.models.choice import check
    from footnote.retrieval.choice import library_of

    check(settings.named_models)
    if settings.retriever.startswith("vector-search:"):
        _sign_in()
    databases = _Databases(settings)
    try:
        if library := library_of(settings, databases.library, whole=False):
            make_ready(settings, library)
    finally:
        databases.close()


@contextmanager
def own_library(settings: Settings) -> Iterator[Library]:
    """The library that the command line changes; raises ``SettingsError`` where it is changed elsewhere."""
    from footnote.retrieval.choice import library_of

    databases = _Databases(settings)
    try:
        library = library_of(settings, databases.library, whole=True)
        if library is None:
            raise SettingsError(
                f"FOOTNOTE_RETRIEVER={settings.retriever!r} has its documents in Unity Catalog: take them in there "
                "(docs/ingestion.md), or set another one."
            )
        yield library
    finally:
        databases.close()


@contextmanager
def kept_feedback(settings: Settings) -> Iterator[tuple[FeedbackStore, AnswerLog]]:
    """What users said, and the answers that they said it of."""
    from footnote.storage.answers import SqlLog
    from footnote.storage.feedback import SqlFeedback

    engine = _Databases(settings).conversations
    with closing(SqlLog(engine)) as answers:
        yield SqlFeedback(engine), answers


@contextmanager
def kept_runs(settings: Settings) -> Iterator[RunStore]:
    """Where runs of ``footnote eval`` are logged; raises ``NotLogged`` where that can't be done."""
    from footnote.tracing.runs import MlflowRuns
    from footnote.tracing.store import MlflowStore

    store = MlflowStore(settings.mlflow or "")
    try:
        yield MlflowRuns(store)
    finally:
        store.close()


class _Databases:
    """The databases that the settings name: the embedded one, one that several instances share, or both."""

    def __init__(self, settings: Settings, *, prepared: bool = False) -> None:
        self.conversations = _open(settings, shared=settings.shared_database is not None, prepared=prepared)
        self.library = self.conversations
        if settings.shared_database is not None and settings.retriever == "embedded":
            self.library = _open(settings, shared=False, prepared=prepared)

    def close(self) -> None:
        """Let go of all connections."""
        self.library.dispose()
        self.conversations.dispose()


def _open(settings: Settings, *, shared: bool, prepared: bool) -> Engine:
    if shared and settings.shared_database is not None:
        from footnote.storage.postgres import open_postgres

        return open_postgres(
            settings.shared_database, prepared=prepared, passwords=_passwords(settings, prepared=prepared)
        )
    from footnote.storage.database import open_database

    return open_database(settings.database, prepared=prepared)


def _sign_in(setting: str = "FOOTNOTE_RETRIEVER", otherwise: str = "set FOOTNOTE_RETRIEVER=embedded") -> Workspace:
    from footnote.workspace import Workspace, settings_checked

    with settings_checked(setting, otherwise):
        return Workspace.sign_in()


def _passwords(settings: Settings, *, prepared: bool) -> Passwords | None:
    """What mints the shared database's passwords, where that is done; what was prepared signs in when it first does."""
    if settings.lakebase is None:
        return None
    from footnote.lakebase import passwords

    sign_in = cache(lambda: _sign_in("FOOTNOTE_LAKEBASE", "leave FOOTNOTE_LAKEBASE out"))
    if prepared:
        import databricks.sdk  # noqa: F401 - now: who waits for a first password has no time for it
    else:
        sign_in()
    return passwords(settings.lakebase, sign_in)


def _models(settings: Settings, retriever: Retriever) -> dict[str, Model]:
    from footnote.models.choice import Options, models

    options = Options(settings.max_tokens, settings.temperature, settings.idle_timeout_s, retriever)
    return models(settings.named_models, options)
