"""What is imported before workers are forked from it is what a worker that gevent serves would have imported."""

from __future__ import annotations

import json
import subprocess
import sys

IMPORTED_FIRST = """
import logging, os, queue, signal, subprocess, sys, time, json, warnings
from gunicorn.config import Config
from footnote import gunicorn_settings

warnings.simplefilter("error")
kept = (os, queue, signal, subprocess, time)
native = {(module.__name__, name): value for module in kept for name, value in vars(module).items() if callable(value)}
gunicorn_settings.preload("footnote.app")
unchanged = all(getattr(sys.modules[module], name) is value for (module, name), value in native.items())
threads = len(sys._current_frames())
worker = gunicorn_settings.Worker(0, 1, [], None, 1, Config(), logging)
worker.patch()
worker.tmp.close()
replaced = {id(value): f"{module}.{name}" for (module, name), value in native.items()
            if getattr(sys.modules[module], name) is not value}
theirs = {"gevent", "os", "queue", "signal", "subprocess", "time", "posix", "_queue", "_signal", "_posixsubprocess"}
holding = [f"{name}.{attribute} is {replaced[id(value)]}" for name, module in sys.modules.items()
           if name.split(".")[0] not in theirs | {"__main__"}
           for attribute, value in list(getattr(module, "__dict__", {}).items()) if id(value) in replaced]
assert os.fork() or os._exit(0) is None
os.wait()
print(json.dumps([unchanged, threads, sorted(replaced.values()), holding, "footnote.app" in sys.modules]))
"""


def test_no_module_keeps_what_gevent_replaces_in_a_worker_and_the_master_keeps_what_it_waits_with() -> None:
    """A module that held Python's own ``sleep`` would hold up all streams of its worker."""
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTED_FIRST], capture_output=True, text=True, timeout=120, check=True
    )
    unchanged, threads, replaced, holding, imported = json.loads(ran.stdout)
    assert (unchanged, threads, imported) == (True, 1, True)
    assert {"os.fork", "signal.signal", "queue.SimpleQueue", "subprocess.Popen", "time.sleep"} <= {*replaced}
    assert holding == []
    assert ran.stderr == ""
