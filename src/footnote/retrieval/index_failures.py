"""Why an index can't be searched, in words for the person, and for whoever runs the page."""

from __future__ import annotations

from enum import Enum

from footnote.errors import RetrievalFailed

SOON_S = 5.0


class Trouble(Enum):
    """What is wrong, each with what has to be done, by the name that the page's catalogue has for it."""

    listing = (
        "The index's documents are still being listed, and until then tags and speakers can't be looked up. Try again "
        "in a moment."
    )
    unlisted = (
        "The index's documents could not be listed, and without that tags and speakers can't be looked up. Try again "
        "in a moment, or choose documents, kinds or days instead."
    )
    unlistable = (
        "This index can't be limited to tags or speakers: it has more documents than are listed here. Choose "
        "documents, kinds or days instead."
    )
    columns = (
        "The search index has no such columns as FOOTNOTE_INDEX_COLUMNS says. Whoever runs this page finds those that "
        "it has in the log."
    )
    endpoint_type = (
        "It can't be found out which type the search index's endpoint is of. Whoever runs this page has to set "
        "FOOTNOTE_INDEX_ENDPOINT to standard or storage-optimized."
    )
    missing_index = "The search index is not there. Whoever runs this page has to check FOOTNOTE_RETRIEVER."
    mistaken = "The search index did not take the question. Whoever runs this page finds the reason in its log."


def failed(trouble: Trouble) -> RetrievalFailed:
    """The error for who searches; what passes by itself is tried again."""
    passes = trouble in {Trouble.listing, Trouble.unlisted}
    return RetrievalFailed(
        trouble.value, why=trouble.name, retryable=passes, retry_after_s=SOON_S if trouble is Trouble.listing else None
    )


class Mistaken(RetrievalFailed):
    """The index does not take what it was asked."""

    retryable = False
    message = Trouble.mistaken.value
    why = Trouble.mistaken.name
