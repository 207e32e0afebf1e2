"""How a part says something in the reader's language without knowing which: the protocol of the page's texts."""

from __future__ import annotations

from typing import Protocol


class Say(Protocol):
    """A text of the catalogue by its key, with its values in it."""

    language: str

    def __call__(self, key: str, **values: object) -> str: ...
