"""Gunicorn's configuration: it reads every name below as one of its settings.

Several workers, for one process is full at about 3,000 tokens a second; any of them shows any answer.
gevent, because it was measured: a thread a stream lags behind under load (``docs/architecture.md``).
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
import time
import traceback
from contextlib import suppress
from logging.config import dictConfig
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from gunicorn.glogging import Logger

from footnote.__main__ import main as prepare
from footnote.monitoring.logs import configuration
from footnote.preloading import Worker, preload
from footnote.serving import address, allow_open_files, announce
from footnote.settings import load

_settings = load()
_host, _port = address(_settings)
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
worker_class = Worker
workers = _settings.workers
worker_connections = 2000
keepalive = 65
# A platform that stops the app gives it 15 s; gunicorn's master kills a worker after this many.
graceful_timeout = 10
# Of these, running answers get the first to end of themselves. The rest is for telling their readers.
_ANSWERS_S = 5.0
# The worker leaves before the master would kill it, also where a browser keeps an idle connection open: it looks
# at its signals and its connections once a second, and takes one more to close what is left.
_WORKER_S = 6
_READERS_S = 0.1
# For what still has to be committed by then; where the database is away, that is for another process to end.
_COMMIT_S = 2.0
# Measured: a quarter of the time that Python's own (700, 10, 10) spends, and the longest pause halved.
_GARBAGE = (20_000, 10, 10)
# Of what a worker does with nothing in between the longest is a module of a Databricks model's client (``loading.py``),
# on a machine that is busy with many starts.
timeout = 120
accesslog = None
# It would put a socket into the home folder, through which this server could be told what to do.
control_socket_disable = True


# Beside the app; else imported as an operator first asks for it (``operated.py``).
_FOR_OPERATORS = ("footnote.page.ops.layout",)
# Each process counts into files of its own there, which whichever is asked adds up (``monitoring/prometheus.py``).
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"


class Lines(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's own lines, told as all others are; it tells of no single request."""

    def setup(self, cfg: Any) -> None:
        """Configure the log, also where gunicorn does so anew."""
        super().setup(cfg)
        dictConfig(configuration(_settings))


logger_class = Lines


def on_starting(server: Any) -> None:
    """Make all ready once, before there are workers; what is wrong is told in one line and nothing is served.

    In a process of its own: no thread, connection or lock of the preparation may be carried into the
    workers, nor any module that gevent has to change first. Meanwhile this one imports what they need.
    """
    if server.cfg.preload_app:
        sys.stderr.write("Footnote can't start. Each worker needs a name and connections of its own: drop --preload.\n")
        raise SystemExit(2)
    preparing = _preparing()
    os.environ[_FIGURES] = _figures_folder()  # prometheus_client looks for it as it is imported
    try:
        preload("footnote.app", *(_FOR_OPERATORS if _settings.operators else ()))
        if status := os.waitstatus_to_exitcode(os.waitpid(preparing, 0)[1]):
            raise SystemExit(status)
    except BaseException:
        on_exit(server)
        raise
    allow_open_files()


def _preparing() -> int:
    """Do what ``footnote prepare`` does in a fork, which has read the settings already; its process."""
    sys.stdout.flush()
    sys.stderr.flush()
    if child := os.fork():
        return child
    status = 1
    try:
        status = prepare(["prepare"])
    except BaseException:  # noqa: BLE001 - the end of this process, which must never go on as the server
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def when_ready(_server: Any) -> None:
    """All is prepared, and the address is listened to."""
    announce(_host, _port)


def pre_fork(_server: Any, _worker: Any) -> None:
    """Have a place for what the next worker counts, also where somebody has tidied it away."""
    if not Path(os.environ[_FIGURES]).is_dir():
        os.environ[_FIGURES] = _figures_folder()


def post_worker_init(worker: Any) -> None:
    """Make the loaded worker ready for many streams, and watch for its end.

    Without the watch, an answer that runs would keep the worker until it is killed.
    """
    # What is loaded stays: to look through its objects for garbage held every stream up, again and again (for half
    # a second with a Databricks model's client, which ``loading.py`` treats likewise). The rest is looked through
    # less often; an answer leaves some fifty objects that need it, and its chunks are kept until it ends.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    worker.cfg.set("graceful_timeout", _WORKER_S)
    if (producer := _producer(worker)) is not None:
        producer.keep()
    threading.Thread(target=_end_answers, args=(worker,), name="footnote-end", daemon=True).start()


def child_exit(_server: Any, worker: Any) -> None:
    """What a worker that ended, however it did, was doing is not going on; what it counted stays."""
    for gone in Path(os.environ[_FIGURES]).glob(f"gauge_live*_{worker.pid}.db"):
        gone.unlink(missing_ok=True)


def on_exit(_server: Any) -> None:
    """Nothing that was counted outlives its server."""
    shutil.rmtree(os.environ[_FIGURES], ignore_errors=True)


def worker_exit(_server: Any, worker: Any) -> None:
    """End what still runs, where the worker left at once."""
    producer = _producer(worker)
    if producer is not None and producer.close(timeout_s=_COMMIT_S):
        time.sleep(_READERS_S)


def _end_answers(worker: Any) -> None:
    while worker.alive:  # a signal's handler clears it; nothing may block there, not even to notify
        time.sleep(0.2)
    producer = _producer(worker)
    if producer is not None:
        producer.close(_ANSWERS_S)


def _figures_folder() -> str:
    # Not below FOOTNOTE_DATA: a worker has to start also while that is away.
    return mkdtemp(prefix="footnote-figures-")


def _producer(worker: Any) -> Any:
    return getattr(getattr(worker, "wsgi", None), "extensions", {}).get("footnote")
