"""The app's modules, imported once, by the process that all workers are forked from; each would do it anew otherwise.

Only imported: no thread, connection or name is made before each worker makes its own.
"""

from __future__ import annotations

import gc
import importlib
import warnings

_AS_THEY_ARE = ("os", "signal", "subprocess", "time", "queue")
"""What gunicorn's master goes on using as Python has it: it waits for signals and children outside of any loop."""


def preload(module: str) -> None:
    """Import a module for workers that gevent serves: what it has to replace is replaced first.

    A module that takes a lock or a class out of ``threading`` or ``socket`` as it is imported keeps what it then got.
    """
    from gevent import monkey

    monkey.patch_all(**dict.fromkeys(_AS_THEY_ARE, False))
    # Each worker replaces the rest once it is forked.
    warnings.filterwarnings("ignore", "Patching more than once", monkey.MonkeyPatchWarning)
    gc.disable()
    try:
        importlib.import_module(module)
    finally:
        gc.enable()
    gc.freeze()  # a look for garbage would write to pages that the workers share
