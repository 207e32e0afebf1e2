"""Readers: many streams from one process, and when each byte of them came.

Reads ``{"port", "over_s", "timeout_s", "bodies", "hold_s"}`` as JSON and prints a list with one
``{"frames": [[monotonic seconds, line of JSON], ...], "failure"}`` for each body; what is still open
after ``hold_s`` is let go of. While streams run it only keeps bytes and times, so that what it measures
is the server's work and not its own.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import json
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from footnote.serving import allow_open_files

FRAME = re.compile(rb"(?:id: \d+\n)?data: ([^\n]*)\n(?:data:\n)?\n")
DONE = "[DONE]"

Frames = list[tuple[float, str]]


@dataclass(slots=True)
class Arrived:
    """One response's bytes, and at which time how many of them were there."""

    data: bytearray = field(default_factory=bytearray)
    times: list[float] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)

    def frames(self) -> Frames:
        """Each frame's data, and when its last byte came; a server sends no frame in two HTTP chunks."""
        return [
            (self.times[bisect.bisect_left(self.lengths, match.end())], match[1].decode())
            for match in FRAME.finditer(self.data)
        ]


async def response(port: int, body: dict[str, Any], let_go: float) -> Arrived:
    """Ask once and read to the end, or to the moment when all are let go of."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    raw = json.dumps(body).encode()
    head = (
        "POST /api/chat/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    writer.write(head.encode() + raw)
    arrived = Arrived()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(let_go):
            while data := await reader.read(2**16):
                arrived.times.append(time.monotonic())
                arrived.data += data
                arrived.lengths.append(len(arrived.data))
    writer.close()
    return arrived


async def stream(port: int, body: dict[str, Any], delay_s: float, let_go: float) -> dict[str, Any]:
    """One whole answer, over as many responses as it takes."""
    await asyncio.sleep(delay_s)
    frames: Frames = []
    ask = body
    while True:
        arrived = await response(port, ask, let_go)
        got = arrived.frames()
        if asyncio.get_running_loop().time() >= let_go:
            return {"frames": frames + got, "failure": None}
        if not got or got[-1][1] != DONE:
            return {"frames": frames, "failure": f"ended without [DONE]: {bytes(arrived.data[:80])!r}"}
        frames += got[:-1]
        last = json.loads(got[-2][1])
        if last["type"] != "continue":
            return {"frames": frames, "failure": None if last["type"] == "done" else got[-2][1]}
        ask = {"answer_id": body["answer_id"], "after": last["after"], "render": body.get("render")}


async def load(
    port: int, bodies: list[dict[str, Any]], over_s: float, timeout_s: float, hold_s: float | None = None
) -> list[dict[str, Any]]:
    """All streams side by side, begun one after the other within ``over_s``."""
    let_go = asyncio.get_running_loop().time() + (hold_s or timeout_s)
    async with asyncio.timeout(timeout_s):
        return await asyncio.gather(
            *(stream(port, body, over_s * number / len(bodies), let_go) for number, body in enumerate(bodies))
        )


if __name__ == "__main__":
    allow_open_files()
    json.dump(asyncio.run(load(**json.load(sys.stdin))), sys.stdout)
