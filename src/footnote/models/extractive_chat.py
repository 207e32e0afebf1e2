"""The extractive model as LangChain has chat models.

Importing this module imports langchain_core (over a second); the page itself asks ``ExtractiveModel``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from footnote.chat import FinishReason
from footnote.models.extractive import NAME, answer
from footnote.models.quoting import pieces
from footnote.passages import Passage, Scope
from footnote.profiles import Style


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


def _answer(
    messages: Sequence[BaseMessage],
    stop: Sequence[str] | None,
    passages: Sequence[Passage],
    question: str | None,
    scope: Scope | None,
    style: Style | None,
) -> str:
    asked = [str(message.text) for message in messages if isinstance(message, HumanMessage)]
    wanted = question if question is not None else (asked[-1] if asked else "")
    text = answer(wanted, passages, earlier=asked[-2] if len(asked) > 1 else None, scope=scope, style=style)
    return text[: min((at for word in stop or () if (at := text.find(word)) >= 0), default=len(text))]
