"""What a killed process left is removed at the next start, and nothing else is."""

from __future__ import annotations

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from footnote.ingest.keeping import keep
from footnote.ingest.leftovers import OLD_S, RECEIVED
from footnote.parts import prepare
from footnote.settings import Settings
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary
from footnote.uploads import Upload


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "library").mkdir()
    made = Settings(data=tmp_path / "data", library=tmp_path / "library")
    (made.files / RECEIVED).mkdir(parents=True)
    made.pages.mkdir()
    return made


def put(*parts: str | Path) -> Path:
    place = Path(*parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("Words.", "utf-8")
    return place


def hex_() -> str:
    return uuid4().hex


def age(settings: Settings, seconds: float) -> None:
    then = time.time() - seconds
    for place in settings.data.rglob("*"):
        if not place.name.startswith("footnote.db"):
            os.utime(place, (then, then), follow_symlinks=False)


def taken_in(settings: Settings, tmp_path: Path) -> Path:
    """The file that was kept for an upload."""
    engine = open_database(settings.database)
    library = SqlLibrary(engine)
    keep(Upload(put(tmp_path, "sent.txt"), "kept.txt", "ann"), library, settings.files, max_bytes=1000)
    document = library.document("kept")
    engine.dispose()
    assert document is not None
    return Path(document.source)


def test_what_no_document_names_goes_once_it_is_old(settings, tmp_path) -> None:
    kept = taken_in(settings, tmp_path)
    left = [
        put(settings.files, hex_(), "notes.txt"),
        put(settings.files, RECEIVED, hex_()),
        put(settings.files, RECEIVED, f"{hex_()}.pdf"),
        put(settings.pages, f".{hex_()}"),
    ]
    empty = settings.files / hex_()
    empty.mkdir()
    age(settings, OLD_S - 60)
    prepare(settings)
    assert all(place.exists() for place in (*left, empty, kept))
    age(settings, OLD_S + 60)
    prepare(settings)
    assert [place for place in (*left, left[0].parent, empty) if place.exists()] == []
    assert kept.read_text("utf-8") == "Words."


def test_what_is_not_called_as_footnote_calls_it_stays(settings, tmp_path) -> None:
    others = [
        put(settings.files, "mine", "notes.txt"),
        put(settings.files, hex_(), "one.txt"),
        put(settings.files, RECEIVED, "notes.txt"),
        put(settings.pages, f"{'d' * 64}-1.webp"),
        put(settings.pages, ".hidden"),
        put(settings.data, hex_(), "notes.txt"),
    ]
    put(others[1].parent, "two.txt")
    link = settings.files / hex_()
    link.symlink_to(put(tmp_path, "elsewhere", "notes.txt").parent, target_is_directory=True)
    age(settings, 10 * OLD_S)
    prepare(settings)
    assert all(place.exists() for place in (*others, link / "notes.txt"))


def test_files_that_were_moved_together_with_the_database_stay(settings, tmp_path) -> None:
    kept = taken_in(settings, tmp_path)
    moved = Settings(data=settings.data.rename(tmp_path / "moved"), library=settings.library)
    age(moved, 10 * OLD_S)
    prepare(moved)
    assert (moved.files / kept.parent.name / kept.name).exists()
