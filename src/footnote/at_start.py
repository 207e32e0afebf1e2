"""What is done with the library once, before it is served."""

from __future__ import annotations

import logging
from pathlib import Path

from footnote.passages import Library
from footnote.settings import Settings

SAMPLE = Path(__file__).resolve().parent / "sample"
SAMPLE_QUESTIONS = SAMPLE.with_name("sample_questions.txt")

log = logging.getLogger(__name__)


def make_ready(settings: Settings, library: Library, *, sample: bool = True) -> None:
    """Take the library in, which may begin with the ``sample``.

    What processes that were killed have left of uploads and pictures is removed.
    """
    from footnote.ingest.leftovers import sweep

    _take_in(settings, library, sample=sample)
    sweep(settings.files, settings.pages, [document.source for document in library.documents()])


def _take_in(settings: Settings, library: Library, *, sample: bool) -> None:
    """The configured folder; without one the sample, while nothing else is there."""
    folder = settings.library
    if folder is None:
        if not sample or library.digests():
            return
        folder = SAMPLE
    from footnote.ingest.take_in import take_in

    report = take_in([folder], library, root=folder, max_bytes=settings.max_bytes)
    for path, reason in report.failed:
        log.warning("%s was left out of the library: %s", path, reason)
