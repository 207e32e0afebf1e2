"""What became of each question of a run, and the lines of its file: how it was made, then a line a question. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from footnote.errors import FootnoteError
from footnote.evaluation.cases import SetError

_TOLD = {"at", "set", "settings", "versions", "library"}
"""What the first line tells, at least."""


@dataclass(frozen=True, slots=True)
class Place:
    """A passage that was found or cited, and its document."""

    passage: str
    document: str


@dataclass(frozen=True, slots=True)
class Result:
    """One question's answer and its figures; ``figures`` holds only what the question has an expectation for."""

    id: str
    question: str
    status: str
    text: str
    figures: Mapping[str, float]
    found: tuple[Place, ...] = ()
    """Passages in the order of their rank, those next to the ones that the model was given, too."""
    cited: tuple[Place, ...] = ()
    statements: Mapping[str, int] = field(default_factory=dict)
    """How many there are of each verdict."""
    missing_facts: tuple[str, ...] = ()
    error: str | None = None
    first_token_ms: int | None = None
    total_ms: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None

    @property
    def failed(self) -> bool:
        """Whether there is no whole answer."""
        return self.error is not None


@dataclass(frozen=True, slots=True)
class Run:
    """What was asked of what, and what came of it so far."""

    made: dict[str, Any]
    """How: the set, the settings that matter, the versions and the library."""
    results: tuple[Result, ...] = ()


class NotLogged(FootnoteError):
    """A run was not taken by where runs are logged."""


class RunStore(Protocol):
    """Where runs are logged, beside their files."""

    def log_run(self, run: Run, figures: Mapping[str, float], table: str) -> None:
        """Log a run that has ended; raises ``NotLogged``."""


def line_of(result: Result) -> str:
    """A result as a line of the run's file: in ASCII, which takes all that a model says and can be cut anywhere."""
    return json.dumps(asdict(result))


def read(lines: Iterable[str], name: str) -> Run:
    """The run of a file; raises ``SetError``. A last line that was cut off as it was written is no result."""
    first, *rest = [line for line in lines if line.strip()] or [""]
    made = _object(first)
    if made is None or made.get("footnote_run") != 1 or not made.keys() >= _TOLD:
        raise SetError(f"{name} is no file of `footnote eval run`.")
    results: dict[str, Result] = {}
    for number, line in enumerate(rest, 2):
        fields = _object(line)
        if fields is None:
            if number <= len(rest):
                raise SetError(f"{name}, line {number}: it can't be read.")
            continue
        result = _result(fields, f"{name}, line {number}")
        results[result.id] = result  # asked again, the later one counts
    return Run(made, tuple(results.values()))


def _object(line: str) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError:
        return None
    return fields if isinstance(fields, dict) else None


def _result(fields: dict[str, Any], where: str) -> Result:
    try:
        places = {name: tuple(Place(**one) for one in fields[name]) for name in ("found", "cited")}
        return Result(**fields | places | {"missing_facts": tuple(fields["missing_facts"])})
    except (KeyError, TypeError) as error:
        raise SetError(f"{where}: it is no result of `footnote eval run`.") from error
