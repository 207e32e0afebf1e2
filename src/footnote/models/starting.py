"""A model whose client takes long to load: what is asked of it meanwhile waits."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Self

from footnote.callers import Caller, acting_for
from footnote.chat import Cancellation, Chunk, Model, Prompt
from footnote.readiness import READY, Readiness, State, TellsReadiness
from footnote.starting import Starting


class StartingModel:
    """The model that ``build`` makes, under the name that people see.

    That it retrieves by itself is said before, where that is known; what is there says it for itself.
    """

    def __init__(
        self, name: str, packages: Sequence[str], build: Callable[[], Model], *, retrieves: bool = False
    ) -> None:
        self.name = name
        self._retrieves = retrieves
        self._starting = Starting(name, packages, build)
        self.caller: Caller | None = None

    @property
    def ready(self) -> bool:
        """Whether it is there."""
        return self._starting.ready

    @property
    def retrieves(self) -> bool:
        """Whether it finds its passages by itself."""
        return self._starting.get(Cancellation()).retrieves if self.ready else self._retrieves

    def readiness(self) -> Readiness:
        """How it stands: as the model itself tells, once that is there."""
        if self._starting.failed:
            return Readiness(State.UNAVAILABLE, "it could not be started; the log says why, the next question tries it")
        if not self._starting.ready:
            return Readiness(State.STARTING, "it is being loaded")
        model = self._starting.get(Cancellation())
        return model.readiness() if isinstance(model, TellsReadiness) else READY

    def begin(self) -> None:
        """Begin to make it; asked again, it has begun already."""
        self._starting.begin()

    def wait(self, cancellation: Cancellation) -> Iterator[None]:
        """Return once it is there; see ``Starts``."""
        return self._starting.wait(cancellation)

    def on_behalf_of(self, caller: Caller) -> Self:
        """The same model, which will be asked with the caller's rights."""
        acting = copy.copy(self)
        acting.caller = caller
        return acting

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The model's chunks, once it is there."""
        yield from acting_for(self._starting.get(cancellation), self.caller).stream(prompt, cancellation)
