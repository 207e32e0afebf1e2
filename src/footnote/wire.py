"""How the contract's events are written on the wire and in the log, and read back.

Pure: it knows no log, no network and no clock. The golden streams under ``tests/golden`` pin what this module writes.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from footnote.chat import FinishReason
from footnote.events import (
    Asks,
    Citation,
    Citations,
    Done,
    Error,
    Event,
    Evidence,
    Found,
    Queued,
    Retrieved,
    Retrying,
    Sent,
    Stage,
    StageName,
    StageStatus,
    Start,
    Statement,
    Stopped,
    Timings,
    Token,
    TokenCounts,
    Unfound,
    Verdict,
)

DONE = "data: [DONE]\n\n"
"""The last frame of every stream."""


_NEVER_RAW = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_LOGGED: dict[str, type[Event]] = {
    kind.type: kind
    for kind in (Start, Queued, Stage, Retrieved, Retrying, Asks, Token, Citations, Done, Error, Stopped)
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event at its place in a log, with its line of JSON, made once for all readers."""

    seq: int
    event: Event
    line: str


def entry(seq: int, event: Event) -> Entry:
    """The log's entry for ``event`` at ``seq``."""
    return Entry(seq, event, encode(event, seq))


def encode(event: Sent, seq: int | None = None) -> str:
    """One line of JSON, with no line break of any kind in it; fields of None are left out."""
    fields: dict[str, Any] = {} if seq is None else {"seq": seq}
    fields["type"] = event.type
    fields.update(fields_of(event))
    return one_line(_JSON.encode(fields))


def decode(line: str) -> Entry:
    """An entry from its line; raises ``ValueError`` where it is not one of the log's."""
    fields = json.loads(line)
    if not isinstance(fields, dict) or "seq" not in fields or (kind := _LOGGED.get(fields.pop("type", ""))) is None:
        raise ValueError("not an event of the log")
    return Entry(fields.pop("seq"), _event(kind, fields), line)


def frame(line: str, seq: int | None = None) -> str:
    """A line as a Server-Sent Event.

    The second, empty ``data:`` puts a newline behind the line, so that a client which glues
    all data together reads newline-delimited JSON.
    """
    return f"data: {line}\ndata:\n\n" if seq is None else f"id: {seq}\ndata: {line}\ndata:\n\n"


def text_of(entries: Iterable[Entry]) -> str:
    """The answer's text: exactly the concatenation of its tokens."""
    return "".join(e.event.content for e in entries if isinstance(e.event, Token))


def fields_of(event: Any) -> dict[str, Any]:
    """An event's own fields as plain values for JSON; those of None are left out."""
    keep_none = isinstance(event, TokenCounts)  # a count that isn't known is said to be unknown
    names = type(event).__match_args__  # a dataclass's fields, as dataclasses.fields() finds them anew each time
    return {name: _value(value) for name in names if (value := getattr(event, name)) is not None or keep_none}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(part) for part in value]
    return fields_of(value) if dataclasses.is_dataclass(value) else value


def one_line(text: str) -> str:
    """JSON with no line break of any kind in it, and nothing that UTF-8 can't carry."""
    # json escapes the ASCII ones; these are the breaks that other readers of lines know, and the
    # halves of surrogate pairs (a file's name may hold one), which no UTF-8 can carry.
    return _NEVER_RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _event(kind: type[Event], fields: dict[str, Any]) -> Event:
    if kind is Citations:
        statements = tuple(_statement(s) for s in fields.get("statements", ()))
        return Citations(tuple(Citation(**c) for c in fields["citations"]), statements)
    if kind is Retrieved:
        passages = tuple(Found(**f) for f in fields["passages"])
        untold = tuple(fields["untold"]) if "untold" in fields else None
        return Retrieved(tuple(fields["queries"]), passages, fields.get("candidates"), untold)
    if kind is Done:
        usage, timings = TokenCounts(**fields["usage"]), Timings(**fields["timings"])
        return Done(FinishReason(fields["finish_reason"]), usage, timings, fields.get("trace_id"))
    if kind is Stage:
        fields |= {"stage": StageName(fields["stage"]), "status": StageStatus(fields["status"])}
    return kind(**fields)


def _statement(fields: dict[str, Any]) -> Statement:
    return Statement(
        fields["start"],
        fields["end"],
        Verdict(fields["verdict"]),
        tuple(Evidence(**e) for e in fields["evidence"]),
        tuple(Unfound(**u) for u in fields["unfound"]),
    )
