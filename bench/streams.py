"""Many answers read side by side, and how late what they said was."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from lags import lags_of, number_of, percentile
from servers import ROOT, ModelServer


@dataclass(frozen=True, slots=True)
class Load:
    """So many answers, begun within ``over_s``, the first ``idle`` of a silent model; let go of at ``hold_s``."""

    streams: int
    over_s: float
    timeout_s: float
    idle: int = 0
    hold_s: float | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a load: each chunk's lag in ms, those of first chunks, and what went wrong."""

    lags: Sequence[float]
    firsts: Sequence[float]
    failures: Sequence[str]
    tokens: int

    def lag(self, q: float) -> float:
        """The lag below which a share of all chunks lies."""
        return percentile(self.lags, q)


def bodies(load: Load) -> list[dict[str, Any]]:
    """The questions, as the page asks them."""
    asked = "what did the review decide about the depot, and who disagreed?"
    return [
        {
            "query": f"{'[[no-chunk]] ' if number < load.idle else ''}Stream {number}: {asked}",
            "session_id": str(uuid4()),
            "answer_id": str(uuid4()),
            "render": "html",
        }
        for number in range(load.streams)
    ]


class Reading:
    """A process that reads a load; what it read comes through a file, so that nobody need read along."""

    def __init__(self, port: int, load: Load) -> None:
        self._load = load
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - closed where it is read
        command = [sys.executable, str(ROOT / "bench" / "serving_load.py")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self._told)
        job = {"port": port, "bodies": bodies(load), "over_s": load.over_s, "timeout_s": load.timeout_s}
        assert self._process.stdin is not None
        with self._process.stdin as stdin:
            stdin.write(json.dumps(job | {"hold_s": load.hold_s}).encode())

    def goes_on(self, for_s: float) -> bool:
        """Whether it still reads after so long."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(for_s)
        return self._process.returncode is None

    def streams(self) -> list[dict[str, Any]]:
        """The streams, once they have ended: ``frames`` with their times, and ``failure``."""
        try:
            self._process.wait(self._load.timeout_s + 30)
        finally:
            self._process.kill()
        with self._told as told:
            told.seek(0)
            return list(json.load(told))


def compared(streams: Sequence[dict[str, Any]], model: ModelServer) -> Came:
    """What was read beside what the model sent; a text that is not the model's is a failure."""
    sent = {number_of(request): request["sent"] for request in model.sent()}
    lags: list[float] = []
    firsts = []
    failures = []
    for number, stream in enumerate(streams):
        came = lags_of(sent.get(number, []), stream)
        if came is None:
            failures.append(str(stream["failure"] or "another text than the model's"))
        else:
            firsts.append(came[0])
            lags += came
    return Came(lags, firsts, failures, sum(len(pieces) for pieces in sent.values()))


def read(port: int, load: Load, model: ModelServer) -> Came:
    """Read a load to its end."""
    return compared(Reading(port, load).streams(), model)
