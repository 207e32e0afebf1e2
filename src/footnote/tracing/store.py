"""Where traces are kept, as this process sees it: MLflow is another process, which may be slow, hang or die.

MLflow's import takes seconds and some 170 MB, and under gevent its waiting and its subprocesses would get in the way
of the streams. There (``keeper.py``) it takes half of that, in nobody's way.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Protocol

from footnote.answers.recording import Recording
from footnote.feedback import Feedback
from footnote.tracing.assessments import assessment
from footnote.tracing.spans import Json
from footnote.tracing.traces import trace

START_S = 120.0
"""For MLflow's import and its store's beginning."""
LONGEST_S = 30.0
_CHILD = ("-m", "footnote.tracing.keeper")


class TraceMissing(LookupError):
    """There is no such trace: it may be on its way from another process, or it was never taken."""


class NotKept(Exception):
    """It was not kept for now; says why, by the name of what was raised."""


class TraceStore(Protocol):
    """Where traces are kept. Whatever is raised means that nothing was kept for now."""

    def keep(self, recording: Recording) -> None:
        """Keep an answer's trace."""

    def assess(self, trace_id: str, said: Sequence[Feedback]) -> None:
        """Let the trace's assessments by users be what is said of its answer, and nothing else.

        Raises ``TraceMissing``.
        """

    def forget(self, trace_ids: Sequence[str]) -> None:
        """Delete these traces for good; one that is not there is no matter."""

    def close(self) -> None:
        """Give up whatever is being done."""


class MlflowStore:
    """The store that ``MLFLOW_TRACKING_URI`` names, and in it an experiment, by name or path; made where it is missing.

    Nothing is started before there is something to keep. ``texts`` of False leaves out all that anybody wrote.
    """

    def __init__(self, experiment: str, *, texts: bool = True) -> None:
        self._experiment = experiment
        self._texts = texts
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        self._asking = threading.Lock()

    def keep(self, recording: Recording) -> None:
        self._ask({"trace": trace(recording, texts=self._texts)})

    def assess(self, trace_id: str, said: Sequence[Feedback]) -> None:
        wanted = [assessment(feedback, texts=self._texts) for feedback in said]
        self._ask({"assess": trace_id, "wanted": wanted})

    def forget(self, trace_ids: Sequence[str]) -> None:
        self._ask({"forget": [*trace_ids]})

    def log_run(self, run: Json) -> None:
        """Log a run with its ``name``, ``params``, ``metrics`` and ``table``; raises ``NotKept``."""
        self._ask({"run": run})

    def close(self) -> None:
        self._closed = True
        if process := self._process:
            process.kill()  # who asks it just now waits no longer
        with self._asking:
            self._end()

    def _ask(self, job: Json) -> None:
        with self._asking:
            said = json.loads(self._answered(json.dumps(job)))
        if said.get("missing"):
            raise TraceMissing
        if error := said.get("error"):
            raise NotKept(error)

    def _answered(self, job: str) -> str:
        if self._closed:
            raise NotKept("closed")
        bound_s = LONGEST_S
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._started()
            bound_s += START_S
        if self._closed:  # meanwhile
            self._process.kill()
        said = self._answer(self._process, job, bound_s)
        if not said:
            self._end()
            raise NotKept("MLflow's process ended")
        return said

    def _end(self) -> None:
        """End the process, if there is one, and close what it was spoken to through."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with contextlib.suppress(OSError), process:  # a job that it never read
                pass

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - the interpreter that runs already
            [sys.executable, *_CHILD, self._experiment],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # MLflow tells addresses there; what matters is in the answer
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def _answer(self, process: subprocess.Popen[str], job: str, bound_s: float) -> str:
        """What the process says to a job; nothing where it ended, as one does that takes too long."""
        assert process.stdin is not None  # noqa: S101 - narrows what Popen leaves open
        assert process.stdout is not None  # noqa: S101
        late = threading.Timer(bound_s, process.kill)
        late.daemon = True
        late.start()
        try:
            process.stdin.write(job + "\n")
            process.stdin.flush()
            said = process.stdout.readline()
        except OSError as error:
            raise NotKept(type(error).__name__) from error
        finally:
            late.cancel()
        return said
