"""Figures and moments in the reader's language and on the reader's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from footnote.figures import Figures, Window
from footnote.page.texts import Texts

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Saying:
    """Puts figures into words."""

    texts: Texts
    offset_s: int
    """How far the reader's clock is ahead of that of UTC."""

    def local(self, at: datetime) -> datetime:
        """The moment as the reader's clock shows it."""
        return at + timedelta(seconds=self.offset_s)

    def moment(self, at: datetime) -> str:
        """Day and time."""
        return self.local(at).strftime(self.texts("ops.moment"))

    def day(self, at: datetime) -> str:
        """The day alone."""
        return self.local(at).strftime(self.texts("ops.day"))

    def time(self, at: datetime) -> str:
        """The time of day."""
        return self.local(at).strftime("%H:%M")

    def step(self, at: datetime, window: Window) -> str:
        """When a step of a window begins."""
        return self.day(at) if window is Window.MONTH else self.moment(at)

    def seconds(self, ms: int | None) -> str:
        """So many seconds, to a tenth or, below one, to a hundredth."""
        if ms is None:
            return self.texts("ops.none")
        digits = 1 if ms >= 1000 else 2  # noqa: PLR2004 - a second
        value = f"{ms / 1000:.{digits}f}".replace(".", self.texts("ops.decimal"))
        return self.texts("ops.seconds", value=value)

    def share(self, part: int, whole: int) -> str:
        """Part of a whole in percent; below one with a tenth."""
        if not whole:
            return self.texts("ops.none")
        percent = _PERCENT * part / whole
        value = f"{percent:.1f}" if 0 < percent < 1 else f"{percent:.0f}"
        return self.texts("ops.percent", value=value.replace(".", self.texts("ops.decimal")))

    def count(self, count: int) -> str:
        """A number with its thousands apart."""
        return self.texts("ops.count", count=count)


def failed(figures: Figures) -> int:
    """How many answers failed."""
    return sum(step.error for step in figures.steps)
