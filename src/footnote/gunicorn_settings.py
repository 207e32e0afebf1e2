"""Gunicorn's configuration: it reads every name below as one of its settings.

One worker, because answers live in this process's memory. gevent, because it was measured
(``bench/serving.py``): a thread a stream lags behind under load.
"""

from __future__ import annotations

from typing import Any

from footnote.serving import address
from footnote.settings import load

_host, _port = address(load())
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
worker_class = "gevent"
workers = 1
worker_connections = 2000
keepalive = 65
# A platform that stops the app gives it 15 s; answers that run get the first of them.
graceful_timeout = 10
# Loading a Databricks model's client takes up to half a minute before the worker can say that it lives.
timeout = 120
accesslog = None


def worker_exit(_server: Any, worker: Any) -> None:
    """End running answers as interrupted, with their text."""
    producer = getattr(worker.wsgi, "extensions", {}).get("footnote")
    if producer is not None:
        producer.close()
