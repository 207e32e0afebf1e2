"""Whether a part can do its work now: what is told of it, and of which reasons that is a closed set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class State(StrEnum):
    """How a part stands."""

    READY = "ready"
    STARTING = "starting"
    """It is being made or provisioned, and will be there by itself."""
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    """Who may tell does not tell it to the app, whose users may use it all the same."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a part stands, and why where it is not ready: in words without a host, a path or a name."""

    state: State
    reason: str | None = None

    @property
    def serves(self) -> bool:
        """Whether nothing says that it can't be used."""
        return self.state in {State.READY, State.UNKNOWN}


READY = Readiness(State.READY)


@runtime_checkable
class TellsReadiness(Protocol):
    """A part that is asked elsewhere, and knows whether that is ready without having it work."""

    def readiness(self) -> Readiness:
        """How it stands; asks whoever knows, and costs no call of a model."""


def told(state: object, *, ready: bool) -> Readiness:
    """What the platform says of an endpoint or index; ``state`` is its own word for it."""
    if ready:
        return READY
    provisioning = any(word in str(state).upper() for word in ("PROVISION", "NOT_READY", "UPDAT", "CREAT", "PENDING"))
    return Readiness(State.STARTING if provisioning else State.UNAVAILABLE, "the platform says that it is not ready")
