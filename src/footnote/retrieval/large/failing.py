"""How tantivy fails, as one error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Unusable(Exception):
    """The index can't be opened, read or written."""


@contextmanager
def told() -> Iterator[None]:
    """Raises ``Unusable`` for whatever tantivy raises in this block.

    Files that a crash left empty make it panic, which PyO3 raises as no ``Exception``, whose class nobody can import.
    """
    try:
        yield
    except UnicodeError:
        raise  # of a question that can't be asked: nothing is wrong with the index
    except (OSError, ValueError) as error:
        raise Unusable from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Unusable from error
        raise
