"""Several instances of the product over one database: each a real gunicorn with its workers.

with Cluster(store, folder, {"FAULTS_MODEL": endpoint.url}, workers=(2, 1, 1)) as cluster:
    cluster.urls, cluster.instances[1].url
    cluster.kept(answer_id)               # what GET /answers/{answer_id} says, of any instance
    instance.workers()                    # process ids
    instance.kill(), instance.terminate(), instance.start(), instance.wait_until_up()
    cluster.heal()                        # whatever was killed runs again
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from faults.cursor_reader import asking, call
from faults.stores import Store
from ports import number, reserved_port
from told_figures import figure

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = ["-m", "gunicorn", "--config", "python:footnote.gunicorn_settings"]
START_S = 120


def until(holds: Callable[[], Any], within_s: float, what: str) -> Any:
    """What ``holds`` gives, as soon as that is true."""
    deadline = time.monotonic() + within_s
    while not (came := holds()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.02)
    return came


class Instance:
    """One gunicorn: its master, its workers, and the port that it keeps when it is started again."""

    def __init__(
        self, folder: Path, environment: dict[str, str], *, workers: int, app: str = "faults.loopback_app"
    ) -> None:
        self._reserved = reserved_port()
        self.port = number(self._reserved)
        self.log = folder / f"gunicorn-{self.port}.log"
        self.clock = folder / f"clock-{self.port}"
        """By how many seconds its wall clock is wrong."""
        self.clock.write_text("0")
        self.expected = workers
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "DATABRICKS_"))}
        kept.pop("XDG_RUNTIME_DIR", None)
        self._environment = kept | environment | {
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "tests"))),
            "FOOTNOTE_PORT": str(self.port),
            "FOOTNOTE_WORKERS": str(workers),
            "FAULTS_CLOCK": str(self.clock),
        }  # fmt: skip
        self._command = [sys.executable, *GUNICORN, f"{app}:create_server()"]
        self._folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Begin to start; ``wait_until_up`` says when that is done."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=self._environment, cwd=self._folder, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_up(self, within_s: float = START_S) -> None:
        """Return once all its workers are there and it answers."""
        until(self._is_up, within_s, f"up: {self.log.read_text()[-3000:]}")

    def _is_up(self) -> bool:
        assert self.alive, self.log.read_text()[-3000:]
        with contextlib.suppress(OSError, http.client.HTTPException):
            return len(self.workers()) == self.expected and call(self.url, "GET", "/healthz")[0] == http.client.OK
        return False

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        assert self.process is not None
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            return [int(pid) for pid in children.split()]
        return []

    def kill(self) -> None:
        """The master and all workers at once, without a word."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def close(self) -> None:
        """Kill it, and give its port back."""
        self.kill()
        self._reserved.close()

    def terminate(self) -> None:
        """As a platform asks an app to end."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)


class Cluster:
    """Instances over one store; see the module's docstring."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        environment: dict[str, str],
        *,
        workers: Sequence[int] = (2, 1, 1),
        app: str = "faults.loopback_app",
    ) -> None:
        self.store = store
        settings = {"FOOTNOTE_RATE_LIMIT": "off", "FOOTNOTE_MAX_STREAMS": "1000", "FOOTNOTE_MAX_RUNNING": "200"}
        settings |= store.environment | environment
        self.instances = [Instance(folder, settings, workers=number, app=app) for number in workers]

    def __enter__(self) -> Self:
        try:
            self.heal()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for instance in self.instances:
            instance.close()

    def heal(self) -> None:
        """Start what is not running; return once everything is there."""
        for instance in self.instances:
            if not instance.alive:
                instance.start()
        for instance in self.instances:
            instance.wait_until_up()

    @property
    def urls(self) -> list[str]:
        return [instance.url for instance in self.instances]

    def kept(self, answer_id: str, instance: int = 0) -> dict[str, Any]:
        """What an instance says that an answer has come to."""
        status, said = call(self.urls[instance], "GET", f"/api/chat/answers/{answer_id}")
        assert status == http.client.OK, said
        return dict(said)

    def ask(self, question: str, instance: int = 0) -> str:
        """Ask, and read nothing; the answer's id."""
        body = asking(question)
        status, said = call(self.urls[instance], "POST", "/api/chat/answers", body)
        assert status == http.client.CREATED, said
        return str(body["answer_id"])

    def figure(self, name: str, **labels: str) -> float:
        """A figure of ``/metrics``, of all instances together."""
        told = [call(url, "GET", "/metrics") for url in self.urls]
        assert [status for status, _ in told] == [http.client.OK] * len(self.urls)
        return sum(figure(said.decode(), name, **labels) for _, said in told)

    def stop(self, answer_id: str) -> None:
        """Have an answer stopped."""
        assert call(self.urls[0], "POST", f"/api/chat/answers/{answer_id}/stop")[0] == http.client.ACCEPTED

    def instance_of(self, pid: int) -> Instance:
        """Whose worker a process is."""
        return next(instance for instance in self.instances if pid in instance.workers())

    def besides(self, pid: int) -> list[str]:
        """The addresses of the instances that a process is no worker of."""
        return [instance.url for instance in self.instances if pid not in instance.workers()]


OnEach = Callable[[Callable[[Cluster], None]], None]
"""Does something to every cluster."""


def prepare(folder: Path) -> Path:
    """A data folder with the sample library in it."""
    environment = {"PYTHONPATH": str(ROOT / "src"), "FOOTNOTE_DATA": str(folder)}
    subprocess.run([sys.executable, "-m", "footnote", "prepare"], env=environment, check=True, timeout=START_S)
    return folder


@contextlib.contextmanager
def frozen(pid: int) -> Iterator[None]:
    """A process that does nothing, as on a machine that was put to sleep."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
