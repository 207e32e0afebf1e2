"""Packages that take seconds to import, imported by a process that serves meanwhile.

Under gevent an import would hold up every greenlet of the worker, for all of its seconds. So it is done in a
native thread, beside the loop. Measured over twenty starts (``bench/starting.py``): requests wait some
milliseconds more. A yield to the loop between any two modules, in a greenlet, made them wait ten times longer.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import platform
import sys
import threading
from collections.abc import Iterator, Sequence

from footnote.errors import LAYERS_BELOW

BEFORE = ("pandas", "numpy.testing")
"""What is imported with nothing beside it, for half a second.

Dash's plotly looks for pandas among the modules that are there, and would find half of it. numpy's tests run another
program as they are imported; gevent can't start one outside of its first thread.
"""

log = logging.getLogger(__name__)

_one_at_a_time = threading.Lock()


def load(packages: Sequence[str]) -> None:
    """Import them, while this process's other greenlets or threads go on."""
    with _one_at_a_time:
        wanted = [package for package in packages if package not in sys.modules]
        if not wanted:
            return
        with _unsorted():
            if _greened():
                _import_beside(wanted)
            else:
                _import(wanted)


def _import(packages: Sequence[str]) -> None:
    for package in packages:
        importlib.import_module(package)


def _import_beside(packages: Sequence[str]) -> None:
    from gevent.threadpool import ThreadPool

    platform.platform()  # mlflow asks for it as it is imported; this runs a program, and remembers its answer
    _import(BEFORE)
    pool = ThreadPool(1)
    try:
        pool.apply(_import, (packages,))
    except (ImportError, *LAYERS_BELOW):
        # It may have met another thread that imports the same the other way round, or run a program after all.
        log.warning("a package is imported once more, while this process waits", exc_info=True)
        _import(packages)
    finally:
        pool.kill()


def _greened() -> bool:
    if "gevent" not in sys.modules:
        return False
    from gevent import monkey

    return bool(monkey.is_module_patched("threading"))


@contextlib.contextmanager
def _unsorted() -> Iterator[None]:
    """Let no garbage be looked for, which takes a fifth of an import's time, and never again in what it made."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
