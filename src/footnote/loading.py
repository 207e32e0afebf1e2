"""Packages that take seconds to import, imported by a process that serves meanwhile.

Under gevent an import would hold up every greenlet of the worker for all of its seconds. So it gives way to them
before each module: requests wait for one module at most. A native thread beside the loop was tried too and was quicker
to let requests by; but in two of four starts some requests were never answered, probably for a lock that both met.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder

WHOLE = ("pandas",)
"""What is imported with nothing in between: plotly looks for it among the modules, and must not find half of it."""

_one_at_a_time = threading.Lock()


def load(packages: Sequence[str], *, whole: Sequence[str] = WHOLE) -> None:
    """Import them, while this process's other greenlets or threads go on; before them what is imported ``whole``."""
    with _one_at_a_time:
        wanted = [package for package in packages if package not in sys.modules]
        if not wanted:
            return
        with _garbage_left_alone():
            if _greened():
                _import(whole)
                with _giving_way():
                    _import(wanted)
            else:
                _import(wanted)


def _import(packages: Sequence[str]) -> None:
    for package in packages:
        importlib.import_module(package)


class _GivesWay(MetaPathFinder):
    """Finds no module, and lets others have a turn before the next finder looks for it."""

    def __init__(self, give_way: Callable[[], None]) -> None:
        self._give_way = give_way
        self._importing = threading.get_ident()

    def find_spec(self, *_: object) -> None:
        if threading.get_ident() == self._importing:  # not where another greenlet imports something, or the loop itself
            self._give_way()


@contextlib.contextmanager
def _giving_way() -> Iterator[None]:
    import gevent

    finder = _GivesWay(lambda: gevent.sleep(0))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _greened() -> bool:
    if "gevent" not in sys.modules:
        return False
    from gevent import monkey

    return bool(monkey.is_module_patched("threading"))


@contextlib.contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Let no garbage be looked for, which takes a fifth of an import's time, and never again in what it made."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
