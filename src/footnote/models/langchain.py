"""Any LangChain ``Runnable`` or compiled LangGraph graph as the model that answers.

Importing this module imports langchain_core (over a second): only where it was chosen.
"""

from __future__ import annotations

import copy
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

from langchain_core.documents import Document
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableConfig

from footnote.callers import WHO_ASKS, Caller
from footnote.chat import CALLED_OFF, Cancellation, Chunk, Message, Prompt
from footnote.errors import SettingsError, StreamingError
from footnote.left_behind import LeftBehind
from footnote.models.graphs import Run, failure_of_run
from footnote.models.sources import PASSAGE
from footnote.passages import Hit, Retriever
from footnote.refusals import Asked, explained

WRITER = "writer"
STAGES: Mapping[str, str | None] = {"retriever": "retrieval", "reranker": "reranking", WRITER: "generation"}
MOST_STEPS = 50
"""Of a graph, where its configuration says nothing else."""

_KINDS: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


def asked(prompt: Prompt) -> dict[str, Any]:
    """What a graph is given where nothing else is said: the question, what limits it, the conversation up to it."""
    return {"question": prompt.question, "messages": messages(prompt), "filter": prompt.filter}


def messages(prompt: Prompt) -> list[BaseMessage]:
    """The conversation as LangChain's messages, the question last."""
    return [_message(message) for message in prompt.messages]


def document_of(hit: Hit) -> Document:
    """A passage that Footnote's own retriever found as a document of LangChain's; cited, it is the very passage."""
    passage = hit.passage
    told = {"id": passage.id, "title": passage.title, "page": passage.page, "score": hit.score, PASSAGE: passage}
    return Document(page_content=passage.text, metadata=told)


class LangChainAnswerer:
    """A ``Model`` made of a Runnable.

    Of a graph only the nodes in ``answers`` speak to the person. Where a node begins and ends, a stage does: it is
    called what ``stages`` has for it, else by its own name, and one with None is not told of. Documents of nodes are
    the answer's sources; ``documents`` names the key of the writer's state that holds those it is given, where that
    is not simply what was found last. A Runnable that is no graph streams texts or messages, or objects with
    ``answer`` and documents; with ``retrieves`` False Footnote searches, and the messages hold what was found.
    """

    caller: Caller | None = None
    """Who is asking, where it answers somebody."""

    def __init__(
        self,
        runnable: Runnable[Any, Any],
        *,
        name: str = "langchain",
        answers: Sequence[str] = (WRITER,),
        stages: Mapping[str, str | None] = STAGES,
        documents: str | None = None,
        input: Callable[[Prompt], Any] = asked,
        config: Mapping[str, Any] | None = None,
        retrieves: bool = True,
    ) -> None:
        self.name = name
        self.retrieves = retrieves
        self._runnable = runnable
        self._answers = frozenset(answers)
        self._stages = {**stages}
        self._documents = documents
        self._input = input
        self._config = RunnableConfig(**{"recursion_limit": MOST_STEPS, **(config or {})})  # type: ignore[typeddict-item]
        self._is_graph = _is_graph(runnable)
        self._threads = LeftBehind[Any]()

    def on_behalf_of(self, caller: Caller) -> Self:
        """The same answerer, in whose run Footnote's own retriever searches with the caller's rights."""
        acting = copy.copy(self)
        acting.caller = caller
        return acting

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The answer's chunks as they come; a node that blocks is left behind when the answer is called off."""
        run = Run(self._answers, self._stages, self._documents)
        begun = False
        try:
            for part in self._threads.read(lambda: self._parts(prompt, cancellation), cancellation):
                for chunk in run.graph(part) if self._is_graph else run.piece(part):
                    begun = begun or bool(chunk.text)
                    yield chunk
            yield run.end()
        except StreamingError:
            raise
        except Exception as error:  # a Runnable may raise anything: here its answer's end is decided
            cancellation.raise_if_requested()
            raise explained(failure_of_run(error, begun=begun), Asked.MODEL, self.caller) from error

    def _parts(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Any]:
        # In the run's own context, which LangChain hands on to its threads.
        WHO_ASKS.set(self.caller)
        CALLED_OFF.set(cancellation)
        given = self._input(prompt)
        if self._is_graph:
            how: dict[str, Any] = {"stream_mode": ["messages", "tasks"], "subgraphs": True}
            return self._runnable.stream(given, self._config, **how)
        return self._runnable.stream(given, self._config)


def load(where: str, retriever: Retriever) -> LangChainAnswerer:
    """What stands at ``module:attribute``: an answerer, a Runnable, or a function that gives one.

    The function may want Footnote's own retriever, as its only argument.
    """
    module, _, attribute = where.partition(":")
    problem = f"The model 'langchain:{where}' can't be used: "
    try:
        found = getattr(importlib.import_module(module), attribute)
    except ImportError as error:
        raise SettingsError(f"{problem}there is no module {module!r}, or it imports what is not there.") from error
    except AttributeError as error:
        raise SettingsError(f"{problem}the module has no {attribute!r}.") from error
    if callable(found) and not isinstance(found, Runnable | LangChainAnswerer):
        found = found(retriever) if inspect.signature(found).parameters else found()
    if isinstance(found, LangChainAnswerer):
        return found
    if isinstance(found, Runnable):
        return LangChainAnswerer(found, name=f"langchain:{where}")
    raise SettingsError(f"{problem}it is neither a LangChain Runnable nor a LangChainAnswerer.")


def _is_graph(runnable: Runnable[Any, Any]) -> bool:
    from langgraph.pregel import Pregel

    return isinstance(runnable, Pregel)


def _message(message: Message) -> BaseMessage:
    return _KINDS[message.role](content=message.content)
