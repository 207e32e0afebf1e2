"""A stream is a cursor over an answer's log: what one response carries, and when it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from footnote.answers.rendering import Renderings
from footnote.conversations import AnswerLog
from footnote.events import Continue, Done, Error, Ping, Retrieved, Stage, Start, Stopped
from footnote.wire import Entry, encode

TOGETHER_S = 0.1
"""How long what tells only how far an answer is waits for what comes next.

A browser hands a response on at once after silence, and then every 50 ms: the first words would wait for what is
sent just before them.
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one response carries at most, and how long it is silent at most."""

    seconds: float = 60.0
    octets: int = 32_000
    silence_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of JSON to send; ``seq`` is None for what is not in the log."""

    line: str
    seq: int | None = None


_PING = Line(encode(Ping()))


def follow(
    log: AnswerLog,
    answer_id: str,
    after: int = 0,
    *,
    renderings: Renderings | None = None,
    bounds: Bounds | None = None,
) -> Iterator[Line]:
    """The lines of one response: the log after a cursor as it grows, to its end or to ``continue``.

    With ``renderings``, each finished block follows the token that finished it. A response is
    only ever cut between one ``seq`` and the next. Raises ``NotFound`` where the answer is gone,
    ``StorageFailed`` where its log can't be read or written right now: ask again.
    """
    bounds = bounds or Bounds()
    until = time.monotonic() + bounds.seconds
    sent = 0
    least = after + 2  # a page asks from one before the last event that it saw: at least one more is new to it
    blocks = _Blocks(renderings, answer_id, after)
    ended = after > 0 and _ends(log.read(answer_id, after - 1)[:1])
    while not ended:
        entries = _news(log, answer_id, after, min(bounds.silence_s, max(until - time.monotonic(), 0.001)))
        for seq, lines in groupby(blocks.among(entries), key=lambda line: line.seq or 0):
            together = list(lines)
            octets = sum(len(line.line.encode()) for line in together)
            if sent + octets > bounds.octets and seq > after >= least:
                yield Line(encode(Continue(after)))
                return
            after = seq
            sent += octets
            yield from together
        ended = _ends(entries)
        if not ended and time.monotonic() >= until:
            yield Line(encode(Continue(after)))
            return
        if not entries:
            yield _PING


def _news(log: AnswerLog, answer_id: str, after: int, timeout_s: float) -> list[Entry]:
    """What comes within a time; how far the answer is comes along with the words, where these are near."""
    entries = log.wait(answer_id, after, timeout_s)
    until = time.monotonic() + TOGETHER_S
    while entries and isinstance(entries[-1].event, Start | Stage | Retrieved):
        more = log.wait(answer_id, entries[-1].seq, max(0.0, until - time.monotonic()))
        if not more:
            break
        entries = [*entries, *more]
    return entries


def _ends(entries: Sequence[Entry]) -> bool:
    return bool(entries) and isinstance(entries[-1].event, Done | Error | Stopped)


class _Blocks:
    """Puts the finished blocks that a response has not carried yet among the log's entries."""

    def __init__(self, renderings: Renderings | None, answer_id: str, after: int) -> None:
        self._renderings = renderings
        self._answer_id = answer_id
        self._after = after
        self._sent: int | None = None

    def among(self, entries: Sequence[Entry]) -> Iterator[Line]:
        lines = [Line(e.line, e.seq) for e in entries]
        if self._renderings is None:
            return iter(lines)
        upto = entries[-1].seq if entries else self._after
        if self._sent is None:
            known = self._renderings.blocks(self._answer_id, upto)
            self._sent = sum(block.seq <= self._after for block in known)
        new = self._renderings.blocks(self._answer_id, upto, self._sent)
        self._sent += len(new)
        # By number; a stable sort leaves a token before its blocks. Only the last block may belong
        # to a token sent in an earlier round: what follows that token finished it.
        return iter(sorted(lines + [Line(b.line, b.seq) for b in new], key=lambda line: line.seq or 0))
