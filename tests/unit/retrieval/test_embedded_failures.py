"""What becomes of a search when the database fails."""

import sqlite3

import pytest

from footnote.errors import RetrievalFailed
from footnote.passages import EVERYTHING
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.storage.database import open_database


@pytest.fixture
def broken(tmp_path) -> EmbeddedRetriever:
    """A retriever whose index and documents have gone."""
    engine = open_database(tmp_path / "footnote.db")
    connection = sqlite3.connect(tmp_path / "footnote.db")
    connection.executescript("DROP TABLE passages_fts; DROP TABLE passages; DROP TABLE documents;")
    connection.close()
    yield EmbeddedRetriever(engine)
    engine.dispose()


@pytest.mark.parametrize("ask", [lambda r: r.search("salmon"), lambda r: r.scope(EVERYTHING)])
def test_a_failing_database_is_a_failed_retrieval_that_tells_a_person_nothing_of_sql(broken, ask):
    with pytest.raises(RetrievalFailed) as raised:
        ask(broken)
    assert raised.value.message == RetrievalFailed.message
    assert raised.value.retryable
