"""The app's modules, imported once, by the process that all workers are forked from; each would do it anew otherwise.

Only imported: no thread, connection or name is made before each worker makes its own.
"""

from __future__ import annotations

import gc
import importlib
import warnings
from typing import Any

from gevent import monkey, socket
from gunicorn.workers.ggevent import GeventWorker

_AS_THEY_ARE = ("os", "signal", "subprocess", "time", "queue")
"""What gunicorn's master goes on using as Python has it: it waits for signals and children outside of any loop."""


def preload(*modules: str) -> None:
    """Import modules for workers that gevent serves: what it has to replace is replaced first.

    A module that takes a lock or a class out of ``threading`` or ``socket`` as it is imported keeps what it then got.
    """
    monkey.patch_all(**dict.fromkeys(_AS_THEY_ARE, False))
    gc.disable()
    try:
        for module in modules:
            importlib.import_module(module)
    finally:
        gc.enable()
    gc.freeze()  # a look for garbage would write to pages that the workers share


class Worker(GeventWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's worker on gevent, forked from a process that has replaced a part already."""

    sockets: list[Any]

    def patch(self) -> None:
        """Replace the rest.

        Not threads again: they would look after each fork twice, and the second look takes what the first left for
        a broken process.
        """
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Patching more than once", monkey.MonkeyPatchWarning)
            monkey.patch_all(thread=False)
        self.sockets = [
            socket.socket(listener.FAMILY, socket.SOCK_STREAM, fileno=listener.sock.detach())
            for listener in self.sockets
        ]
