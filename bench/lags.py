"""How late each of a model's chunks was when a reader had it."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any

NUMBER = re.compile(r"Stream (\d+):")


def number_of(request: dict[str, Any]) -> int:
    """Which stream a request to the model server was for."""
    asked = NUMBER.findall(request["body"]["messages"][-1]["content"])
    return int(asked[-1])


def lags_of(sent: Sequence[tuple[float, str]], stream: dict[str, Any]) -> list[float] | None:
    """Each chunk's lag in ms; None where the stream failed or its text is not what the model sent."""
    events = [(at, json.loads(line)) for at, line in stream["frames"]]
    tokens = [(at, event["content"]) for at, event in events if event["type"] == "token"]
    if stream["failure"] or not sent or "".join(text for _, text in tokens) != "".join(text for _, text in sent):
        return None
    reached = list(itertools.accumulate(len(text) for _, text in tokens))
    lags, place, event = [], 0, 0
    for at, text in sent:
        # The blank behind a word may come with the next one: a citation marker could follow it.
        while reached[event] < place + len(text.rstrip()):
            event += 1
        lags.append((tokens[event][0] - at) * 1000)
        place += len(text)
    return lags


def percentile(values: Sequence[float], q: float) -> float:
    """The value below which a share ``q`` of all lies; not a number where there are none."""
    ordered = sorted(values) or [float("nan")]
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]
