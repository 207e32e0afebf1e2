"""Whether questions can be answered here now: database, index and models are looked at side by side, within a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import wait
from dataclasses import dataclass

from footnote.aside import Aside
from footnote.errors import FootnoteError, StorageFailed
from footnote.readiness import Readiness, State

LIMIT_S = 2.0
"""How long a part has to say how it stands."""
KEPT_S = 2.0
"""How long that is good for, however many ask."""
_LINGERING_S = 30.0
"""How long a part that says nothing is waited for before it is asked anew."""

log = logging.getLogger(__name__)

Check = Callable[[], Readiness]


@dataclass(frozen=True, slots=True)
class Health:
    """How each part stands; those that are ``needed`` say whether all is ready."""

    parts: Mapping[str, Readiness]
    needed: frozenset[str]

    @property
    def ready(self) -> bool:
        """Whether a question that is asked now can be answered."""
        return all(self.parts[name].serves for name in self.needed)


class Doctor:
    """Looks at the parts, at most once in ``kept_s``; one that hangs is asked by one thread at a time."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        needed: frozenset[str],
        *,
        limit_s: float = LIMIT_S,
        kept_s: float = KEPT_S,
    ) -> None:
        self._checks = checks
        self._needed = needed
        self._limit_s = limit_s
        self._kept_s = kept_s
        self._aside = Aside(self._checked, shared_s=_LINGERING_S, most=4 * len(checks))
        self._lock = threading.Lock()
        self._known: Health | None = None
        self._looked = 0.0

    def look(self) -> Health:
        """How the parts stand, within the limit."""
        with self._lock:
            if self._known is None or time.monotonic() - self._looked > self._kept_s:
                self._known = self._all()
                self._looked = time.monotonic()
            return self._known

    def _all(self) -> Health:
        asked = {name: self._aside.ask(name) for name in self._checks}
        done, _ = wait(asked.values(), self._limit_s)
        late = Readiness(State.UNAVAILABLE, f"it did not answer within {self._limit_s:g} s")
        return Health(
            {
                name: future.result() if future in done and not future.exception() else late
                for name, future in asked.items()
            },
            self._needed,
        )

    def _checked(self, name: str) -> Readiness:
        try:
            return self._checks[name]()
        except StorageFailed:
            return Readiness(State.UNAVAILABLE, "the database can't be reached or read")
        except FootnoteError as error:
            return Readiness(State.UNAVAILABLE, f"it fails with {error.code}")
        except Exception:  # a part may be somebody else's code; that it fails is all that is asked
            log.exception("it can't be told whether the %s is ready", name)
            return Readiness(State.UNAVAILABLE, "it can't be told; the log says why")
