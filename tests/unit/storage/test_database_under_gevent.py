"""The database the way it is served: many greenlets in one patched process."""

import os
import subprocess
import sys
from pathlib import Path

import footnote

SERVED = """
import sys
from gevent import monkey
monkey.patch_all()
from pathlib import Path
import gevent
from footnote.passages import Document, Kind, Passage
from footnote.retrieval.embedded import EmbeddedRetriever
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary

engine = open_database(Path(sys.argv[1]))
library, retriever = SqlLibrary(engine), EmbeddedRetriever(engine)

def put(id, word):
    document = Document(id, "T", Kind.TEXT, id, word)
    library.replace(document, [Passage(f"{id}#{n}", id, "T", n, f"salmon {word}") for n in range(20)])

def search(_):
    for _ in range(5):
        gevent.sleep(0)
        assert len(retriever.search("salmon", limit=10)) == 10
    return True

put("a", "first")
searches = [gevent.spawn(search, n) for n in range(60)]
changes = [gevent.spawn(put, f"d{n}", "more") for n in range(20)]
gevent.joinall(searches + changes, raise_error=True, timeout=30)
assert all(g.value for g in searches) and len(library.documents()) == 21
print(engine.pool.checkedout(), "connections are still taken")
"""


def test_greenlets_search_and_change_it_side_by_side(tmp_path):
    """More of them than the pool has connections: none fails, none deadlocks, every connection goes back."""
    ran = subprocess.run(
        [sys.executable, "-c", SERVED, str(tmp_path / "footnote.db")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(footnote.__file__).parents[1])},
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "0 connections are still taken"), ran.stderr
