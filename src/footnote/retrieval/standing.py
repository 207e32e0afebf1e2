"""Whether what is searched is there."""

from __future__ import annotations

from footnote.passages import EVERYTHING, Retriever
from footnote.readiness import READY, Readiness, TellsReadiness


def readiness_of(retriever: Retriever) -> Readiness:
    """How a retriever stands: as it tells, else by whether it can say what it searches; raises ``FootnoteError``."""
    if isinstance(retriever, TellsReadiness):
        return retriever.readiness()
    retriever.scope(EVERYTHING)
    return READY
