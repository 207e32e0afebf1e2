"""The parameters of what operators ask for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from footnote.web.requests.fields import Strict


class OpsOf(Strict):
    """``GET /ops``: of which time, and how many minutes the reader's clock is ahead of that of UTC."""

    window: Literal["day", "week", "month"] = "day"
    offset_minutes: str = Field("0", pattern="^-?[0-9]{1,3}$")

    @property
    def offset_s(self) -> int:
        """The same in seconds."""
        return int(self.offset_minutes) * 60
