"""Another app with Footnote in it, served: the example as a person starts it, and a team's own in this process."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from page_server import _Quiet
from served_process import ROOT
from werkzeug.serving import make_server

from ports import number, reserved_port

STARTS_WITHIN_S = 60


@contextlib.contextmanager
def example(folder: Path) -> Iterator[str]:
    """The address of ``examples/dashboard``, started by one command with nothing configured."""
    reserved = reserved_port()
    port = number(reserved)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "DATABRICKS_"))}
    environment = kept | {"PYTHONPATH": str(ROOT / "src"), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(ROOT / "examples/dashboard/app.py")]
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            _until_listening(port, process, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(15)
            reserved.close()


def _until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    while True:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/", timeout=STARTS_WITHIN_S) as response:
        assert response.status == 200


@contextlib.contextmanager
def served(app) -> Iterator[str]:
    """The address of a Dash app of this process."""
    server = make_server("127.0.0.1", 0, app.server, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
