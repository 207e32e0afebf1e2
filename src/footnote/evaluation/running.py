"""A set asked of the pipeline that answers users: at most so many questions at once, each within its time."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from footnote.answers.pipeline import Question, stream_rag_response
from footnote.chat import Cancellation, CancelReason, Model, Starts
from footnote.conversations import outcome
from footnote.evaluation.cases import Case
from footnote.evaluation.judging import judged
from footnote.evaluation.results import Result
from footnote.events import gathered
from footnote.passages import CompletingRetriever, Retriever
from footnote.wire import entry


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and within which bounds."""

    retriever: Retriever
    model: Model
    passages: int
    """Given to the model for a question."""
    answer_timeout_s: float
    at_once: int = 1
    _running: set[Cancellation] = field(default_factory=set)

    def make_ready(self) -> None:
        """Return once retriever and model are wholly there, so that no question waits for them or does with less.

        Raises ``StreamingError`` where one can't be.
        """
        for part in (self.retriever, self.model):
            if isinstance(part, Starts):
                part.begin()
                for _ in part.wait(Cancellation()):
                    pass
        if isinstance(self.retriever, CompletingRetriever):
            self.retriever.complete()

    def results(self, cases: Sequence[Case]) -> Generator[Result]:
        """What becomes of each question, as it ends, failed or not; closed early, the rest is called off."""
        pool = ThreadPoolExecutor(self.at_once, thread_name_prefix="evaluation")
        waiting: list[Future[Result]] = [pool.submit(self._result, case) for case in cases]
        try:
            for ended in as_completed(waiting):
                yield ended.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for cancellation in [*self._running]:
                cancellation.request(CancelReason.STOPPED)
            pool.shutdown()

    def _result(self, case: Case) -> Result:
        cancellation = Cancellation()
        self._running.add(cancellation)
        late = threading.Timer(self.answer_timeout_s, cancellation.request, (CancelReason.TIMEOUT,))
        late.start()
        try:
            question = Question(case.question, case.filter, case.turns)
            events = stream_rag_response(
                question,
                retriever=self.retriever,
                model=self.model,
                passages=self.passages,
                cancellation=cancellation,
            )
            came = list(events)  # at the pipeline's own pace
            return judged(case, outcome([entry(n, event) for n, event in enumerate(gathered(came), 1)]))
        finally:
            late.cancel()
            self._running.discard(cancellation)
