"""Answers as safe HTML, block by block, each rendered once for all who watch."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from footnote.answers.markdown import Block, BlockRenderer
from footnote.conversations import Answer, AnswerLog
from footnote.events import Event, Html, Retrieved, Retrying, Stage, StageName, StageStatus, Token
from footnote.wire import Entry, encode

MOST_ANSWERS = 1024
"""More than a process has readers of: where all are read in turn, one that was forgotten is rendered anew each time."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An ``html`` event: the token that finished the block, and the event's line of JSON."""

    seq: int
    event: Html
    line: str


@dataclass(slots=True)
class _Progress:
    lock: threading.Lock = field(default_factory=threading.Lock)
    renderer: BlockRenderer = field(default_factory=BlockRenderer)
    blocks: list[Rendered] = field(default_factory=list)
    seq: int = 0
    token_seq: int = 0
    created_at: datetime | None = None
    finished: bool = False


class Renderings:
    """Blocks of the answers watched last; what is forgotten is rendered again from the log."""

    def __init__(self, log: AnswerLog) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, _Progress] = OrderedDict()

    def blocks(self, answer_id: str, upto: int, skip: int = 0) -> list[Rendered]:
        """The blocks that the log's entries up to ``upto`` finish, in order, behind the first ``skip``.

        A pure function of the log: each block belongs to the token that finished it, and the
        last one, which only the end of the text can finish, to the last token.
        """
        progress = self._progress(answer_id)
        with progress.lock:
            if progress.seq < upto:
                for entry in self._log.read(answer_id, progress.seq):
                    if entry.seq <= upto:
                        _advance(progress, entry)
            return [block for block in progress.blocks[skip:] if block.seq <= upto]

    def about(self, answer: Answer) -> None:
        """It is this one that stands under its id: what was rendered of another, which was deleted, is dropped."""
        with self._lock:
            progress = self._answers.get(answer.id)
            if progress is None or progress.created_at != answer.created_at:
                self._answers[answer.id] = _Progress(created_at=answer.created_at)

    def _progress(self, answer_id: str) -> _Progress:
        with self._lock:
            progress = self._answers.setdefault(answer_id, _Progress())
            self._answers.move_to_end(answer_id)
            while len(self._answers) > MOST_ANSWERS:
                self._answers.popitem(last=False)
            return progress


def _advance(progress: _Progress, entry: Entry) -> None:
    progress.seq = entry.seq
    if isinstance(entry.event, Token):
        progress.token_seq = entry.seq
        _add(progress, progress.renderer.feed(entry.event.content))
    elif isinstance(entry.event, Retrieved):
        progress.renderer.sources = sum(found.n is not None for found in entry.event.passages)
    elif isinstance(entry.event, Stage) and entry.event.found is not None:
        progress.renderer.sources = entry.event.found
    elif progress.token_seq and not progress.finished and not _begins(entry.event):
        # Whatever else follows a token says that the text is whole.
        progress.finished = True
        _add(progress, progress.renderer.finish())


def _begins(event: Event) -> bool:
    """Whether there may be text behind it: what goes on from another answer begins so, and an agent searches anew."""
    if isinstance(event, Stage):
        return event.stage is not StageName.GENERATION or event.status is StageStatus.START
    return isinstance(event, Retrying)


def _add(progress: _Progress, blocks: Sequence[Block]) -> None:
    if not blocks:
        return
    for block in blocks:
        # What is not yet a block: the same behind each of several blocks that one token finished.
        event = Html(block.html, progress.renderer.tail)
        progress.blocks.append(Rendered(progress.token_seq, event, encode(event, progress.token_seq)))
