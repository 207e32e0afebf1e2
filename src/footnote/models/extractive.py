"""The model that needs none: whole sentences of the retrieved passages, best first, each with its ``[n]``.

It writes nothing of its own but who said it, or that nothing fits. Importing this module
imports langchain_core (over a second): only where it was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from footnote.chat import Cancellation, Chunk, FinishReason, Message, Prompt
from footnote.models.quoting import nothing_searched, pieces, write
from footnote.models.selection import MOST_QUOTES, select
from footnote.passages import Passage, Scope
from footnote.profiles import Style

NAME = "extractive"
_MOST_QUOTES: dict[Style | None, int] = {Style.SHORT: 2, Style.DETAILED: 6}


class ExtractiveChatModel(BaseChatModel):
    """Quotes the passages it is called with: ``llm.stream(messages, passages=..., question=...)``.

    Passages are numbered from 1 in the order given. Without ``question`` the last human
    message is the question. With ``scope``, it says so where no document was searched. With ``style``
    there are fewer quotes, or more, or all of them in one list.
    """

    @property
    def _llm_type(self) -> str:
        return NAME

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - langchain's signature
        *,
        passages: Sequence[Passage] = (),
        question: str | None = None,
        scope: Scope | None = None,
        style: Style | None = None,
        **_kwargs: Any,
    ) -> ChatResult:
        message = AIMessage(
            _answer(messages, stop, passages, question, scope, style),
            response_metadata={"finish_reason": FinishReason.STOP.value, "model_name": NAME},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        passages: Sequence[Passage] = (),
        question: str | None = None,
        scope: Scope | None = None,
        style: Style | None = None,
        **_kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in pieces(_answer(messages, stop, passages, question, scope, style)):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager is not None:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk
        end = {"finish_reason": FinishReason.STOP.value, "model_name": NAME}
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata=end))


class ExtractiveModel:
    """The extractive answer as a ``Model``. Its usage stays unknown: nothing in it counts tokens."""

    name = NAME
    retrieves = False

    def __init__(self) -> None:
        self._chat = ExtractiveChatModel()

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The answer's words as chunks, then one that says it is whole.

        It goes on from text that it has begun by leaving that out; behind any other it has nothing to add.
        """
        cancellation.raise_if_requested()
        # What a prompt with a beginning ends with is that beginning, and to go on from there: no question.
        messages = [_langchain(m) for m in (prompt.messages[:-2] if prompt.begun else prompt.messages)]
        behind, seen = prompt.begun, ""
        asked: dict[str, Any] = {"passages": prompt.passages, "question": prompt.question}
        chunks = self._chat.stream(messages, **asked, scope=prompt.scope, style=prompt.style)
        for chunk in chunks:
            cancellation.raise_if_requested()
            seen += str(chunk.content)
            if seen.startswith(behind) and len(seen) > len(behind):
                yield Chunk(seen[len(behind) :])
                behind = seen
        yield Chunk(finish=FinishReason.STOP)


def _answer(
    messages: Sequence[BaseMessage],
    stop: Sequence[str] | None,
    passages: Sequence[Passage],
    question: str | None,
    scope: Scope | None,
    style: Style | None,
) -> str:
    if scope is not None and scope.searched == 0 and not passages:
        return nothing_searched(scope)
    asked = [str(message.text) for message in messages if isinstance(message, HumanMessage)]
    wanted = question if question is not None else (asked[-1] if asked else "")
    earlier = asked[-2] if len(asked) > 1 else None
    quotes = select(wanted, passages, earlier, _MOST_QUOTES.get(style, MOST_QUOTES))
    text = write(quotes, listed=style is Style.BULLETS)
    return text[: min((at for word in stop or () if (at := text.find(word)) >= 0), default=len(text))]


def _langchain(message: Message) -> BaseMessage:
    kinds: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return kinds[message.role](content=message.content)
