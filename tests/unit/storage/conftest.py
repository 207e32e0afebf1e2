"""The databases of this room's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import Shared
from postgres import Postgres


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Shared]:
    """A new embedded database."""
    shared = Shared(tmp_path / "footnote.db")
    yield shared
    shared.close()


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[Shared]:
    """A new database on Postgres."""
    shared = Shared(postgres_server.new_database())
    yield shared
    shared.close()
