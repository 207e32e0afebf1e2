"""What a run has to reach: ``recall@5=0.8`` at least, ``total_p95_ms=500`` at most. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from footnote.evaluation.report import shown
from footnote.evaluation.summary import NAMES, Figure


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure's bound."""

    figure: str
    value: float
    at_least: bool

    def failure(self, reached: Mapping[str, Figure]) -> str | None:
        """How a run misses it; None where it doesn't. A figure that no question has is missed."""
        wanted = f"{'at least' if self.at_least else 'at most'} {shown(self.figure, self.value)}"
        if (figure := reached.get(self.figure)) is None:
            return f"{self.figure} should be {wanted}, and no question has it."
        holds = figure.value >= self.value if self.at_least else figure.value <= self.value
        return None if holds else f"{self.figure} is {shown(self.figure, figure.value)}, and should be {wanted}."


def at_least(text: str) -> Threshold:
    """The bound of ``figure=number``; raises ``ValueError``."""
    return Threshold(*_parsed(text), at_least=True)


def at_most(text: str) -> Threshold:
    """The same for what should not be more."""
    return Threshold(*_parsed(text), at_least=False)


def failures(thresholds: Iterable[Threshold], reached: Mapping[str, Figure]) -> list[str]:
    """What a run misses, a line each."""
    return [missed for threshold in thresholds if (missed := threshold.failure(reached))]


def _parsed(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    if name not in NAMES:
        close = get_close_matches(name, NAMES, 1)
        raise ValueError(f"there is no figure {name!r}{f'; is {close[0]} meant?' if close else ''}")
    try:
        return name, float(number)
    except ValueError:
        raise ValueError(f"{name} needs a number behind `=`, and has {number!r}") from None
