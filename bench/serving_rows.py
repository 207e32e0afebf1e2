"""The server under load: what a token costs, how late words are, what a stream takes of the memory.

Footnote is served as ``footnote serve`` does it, with the log on SQLite and the page's finished blocks of HTML; its
model server, the readers and the floors are processes of their own, and none of them is counted.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from row import Row, at_most, ratio_at_most
from servers import BARE_VIEW, FOOTNOTE, ROOT, ModelServer, Served, environment_of, model_server, served
from streams import Came, Load, Reading, compared, read

TIMES_THE_LOOP = 1.25
LAG_P99_MS = 100.0
STREAM_MB = 0.5
FIRST_EVENT_MS = 300.0
OPENED_A_SECOND = 25  # all are asked by so many newcomers a second: the row is of streams that stand open
SETTLE_S = 3.0
BLOCK = """## Finding {n}

The review moved the **launch** to May, because the audit is still open and `depot_7` waits for it [1].

- Priya wants to wait for the report
- Tom would rather ship a part of it first [2]

| step | owner | days |
|---|---|---|
| audit | Priya | 12 |

```python
def days(step: str) -> int:
    return STEPS[step]
```

"""


def rows(*, quick: bool) -> Iterator[Row]:
    """The section's rows."""
    yield from costs(quick=quick)
    yield from crowd(10, 5, quick=True) if quick else crowd(100, 60, quick=False)
    yield from held(50, 10) if quick else held(1000, 300)


def answer(tokens: int) -> str:
    """A Markdown text of so many words, each a token: headings, lists, tables and code."""
    text = "".join(BLOCK.replace("{n}", str(n)) for n in range(tokens // 40 + 2))
    return "".join(re.findall(r"\s*\S+\s*", text)[:tokens])


def costs(*, quick: bool) -> Iterator[Row]:
    """The processor time of 1,000 tokens beside a bare loop over the model's client; the two take turns."""
    tokens, rounds = (60, 1) if quick else (400, 5)
    cases = [(streams, rate) for streams in (20, 1) for rate in (50, 100)]
    of_server: dict[tuple[int, int], list[float]] = {case: [] for case in cases}
    of_loop: dict[tuple[int, int], list[float]] = {case: [] for case in cases}
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        model = running.enter_context(model_server(answer(tokens), 0))
        server = running.enter_context(footnote(model, folder))
        loop = running.enter_context(_bare_loop(model, folder))
        _looped(loop, 4)
        for streams, rate in cases * rounds:
            case = streams, rate
            model.reset(rate=rate)
            before = server.cpu_s()
            came = read(server.port, Load(streams, 0.1, tokens / rate + 60), model)
            time.sleep(0.3)  # for what comes behind an answer's end
            of_server[case].append((server.cpu_s() - before) / came.tokens * 1e6)
            assert not came.failures, came.failures
            model.reset(rate=rate)
            of_loop[case].append(_looped(loop, streams) / came.tokens * 1e6)
    for streams, rate in cases:
        name = (
            f"server CPU of 1,000 tokens at R={rate}, {'one answer' if streams == 1 else f'{streams} answers'} at once"
        )
        value, floor = (statistics.median(each[streams, rate]) for each in (of_server, of_loop))
        yield ratio_at_most(name, value, floor, "ms", TIMES_THE_LOOP)


def crowd(streams: int, seconds: int, *, quick: bool) -> Iterator[Row]:
    """Many answers of 30 tokens a second at once; first the floor, then Footnote."""
    load = Load(streams, min(5, seconds / 2), seconds + 120)
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        model = running.enter_context(model_server(answer(seconds * 30), 0))
        with served(BARE_VIEW, model, folder / "bare", WEB_CONCURRENCY="2") as bare:
            _, floor, floor_mb = _crowded(bare, load, model)
        with footnote(model, folder) as server:
            _, came, stream_mb = _crowded(server, load, model)
    name = f"{streams} streams of 30 tokens/s"
    yield at_most(f"{name}: failed", len(came.failures), "streams", 0)
    yield at_most(f"{name}: lag p99", came.lag(0.99), "ms", LAG_P99_MS, floor.lag(0.99))
    yield at_most(f"{name}: lag p50", came.lag(0.5), "ms", LAG_P99_MS, floor.lag(0.5))
    yield at_most(f"{name}: memory of each", stream_mb, "MB", STREAM_MB if not quick else 5, floor_mb)


def held(streams: int, seconds: int) -> Iterator[Row]:
    """So many open streams, every second one idle and the others at a token a second, and new questions meanwhile."""
    load = Load(streams, streams / OPENED_A_SECOND, seconds + 120, idle=streams // 2, hold_s=seconds)
    with contextlib.ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        model = running.enter_context(model_server(answer(2 * seconds), 0))
        server = running.enter_context(footnote(model, folder))
        model.reset(rate=1)
        before = server.pss_mb()
        reading = Reading(server.port, load)
        time.sleep(load.over_s + SETTLE_S)
        firsts = list(_first_events(server.port, seconds - load.over_s - 2 * SETTLE_S))
        stream_mb = (server.pss_mb() - before) / streams
        streams_read = reading.streams()
    failures = [str(stream["failure"]) for stream in streams_read if stream["failure"]]
    silent = sum(not any('"token"' in line for _, line in stream["frames"]) for stream in streams_read[load.idle :])
    name = f"{streams} open streams for {seconds} s"
    yield at_most(f"{name}: broken or without a token", len(failures) + silent, "streams", 0)
    yield at_most(
        f"{name}: a new question's first event, the slowest of {len(firsts)}", max(firsts), "ms", FIRST_EVENT_MS
    )
    yield at_most(f"{name}: memory of each", stream_mb, "MB", STREAM_MB)


@contextlib.contextmanager
def footnote(model: ModelServer, folder: Path) -> Iterator[Served]:
    """Footnote, once it has answered with each worker's model."""
    limits = {"FOOTNOTE_MAX_STREAMS": "10000", "FOOTNOTE_MAX_RUNNING": "1000"}  # one user asks for all
    patience = {"FOOTNOTE_IDLE_TIMEOUT_S": "3000", "FOOTNOTE_ANSWER_TIMEOUT_S": "3000"}
    with served(FOOTNOTE, model, folder / "footnote", **limits, **patience) as server:
        model.reset(rate=0)
        for _ in range(3):  # several at once: each worker takes some
            assert not read(server.port, Load(8, 0, 120), model).failures
            model.reset(rate=0)
        yield server


@contextlib.contextmanager
def _bare_loop(model: ModelServer, folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, str(ROOT / "bench" / "bare_loop.py")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment_of(model, 0, folder),
    ) as loop:  # fmt: skip
        yield loop
        assert loop.stdin is not None
        loop.stdin.close()


def _looped(loop: subprocess.Popen[str], streams: int) -> float:
    """The processor seconds that the bare loop takes for so many answers at once."""
    assert loop.stdin is not None
    assert loop.stdout is not None
    loop.stdin.write(f"{streams}\n")
    loop.stdin.flush()
    return float(json.loads(loop.stdout.readline())["cpu_s"])


def _crowded(server: Served, load: Load, model: ModelServer) -> tuple[float, Came, float]:
    """The processor seconds that a load took, what came of it, and the MB that the server grew by for each stream."""
    read(server.port, Load(8, 0, 120), model)
    model.reset(rate=30)
    cpu, before, most = server.cpu_s(), server.pss_mb(), 0.0
    reading = Reading(server.port, load)
    while reading.goes_on(for_s=3):
        most = max(most, server.pss_mb())
    came = compared(reading.streams(), model)
    return server.cpu_s() - cpu, came, (most - before) / load.streams


def _first_events(port: int, seconds: float) -> Iterator[float]:
    """How long a new question's first event takes, in ms: every few seconds for so long."""
    until = time.monotonic() + seconds
    while True:
        asked = {"query": "[[text]] Who disagreed?", "session_id": str(uuid4()), "answer_id": str(uuid4())}
        yield _first_event(port, asked)
        if time.monotonic() > until:
            return
        time.sleep(3)


def _first_event(port: int, asked: dict[str, Any]) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.monotonic()
    connection.request("POST", "/api/chat/stream", json.dumps(asked), {"Content-Type": "application/json"})
    response = connection.getresponse()
    while not response.readline().startswith(b"data: {"):
        pass
    took = (time.monotonic() - began) * 1000
    connection.close()
    return took
