"""The model that needs none: whole sentences of the retrieved passages, best first, each with its ``[n]``.

It writes nothing of its own but who said it, or that nothing fits. It imports no LangChain, which takes a second:
``extractive_chat.py`` has it for who works with that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footnote.chat import Cancellation, Chunk, FinishReason, Prompt
from footnote.models.quoting import nothing_searched, pieces, write
from footnote.models.selection import MOST_QUOTES, select
from footnote.passages import Passage, Scope
from footnote.profiles import Style

NAME = "extractive"
_MOST_QUOTES: dict[Style | None, int] = {Style.SHORT: 2, Style.DETAILED: 6}


class ExtractiveModel:
    """The extractive answer as a ``Model``. Its usage stays unknown: nothing in it counts tokens."""

    name = NAME
    retrieves = False

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The answer's words as chunks, then one that says it is whole.

        It goes on from text that it has begun by leaving that out; behind any other it has nothing to add.
        """
        cancellation.raise_if_requested()
        # What a prompt with a beginning ends with is that beginning, and to go on from there: no question.
        messages = prompt.messages[:-2] if prompt.begun else prompt.messages
        asked = [message.content for message in messages if message.role == "user"]
        earlier = asked[-2] if len(asked) > 1 else None
        text = answer(prompt.question, prompt.passages, earlier=earlier, scope=prompt.scope, style=prompt.style)
        behind, seen = prompt.begun, ""
        for piece in pieces(text):
            cancellation.raise_if_requested()
            seen += piece
            if seen.startswith(behind) and len(seen) > len(behind):
                yield Chunk(seen[len(behind) :])
                behind = seen
        cancellation.raise_if_requested()
        yield Chunk(finish=FinishReason.STOP)


def answer(
    question: str, passages: Sequence[Passage], *, earlier: str | None, scope: Scope | None, style: Style | None
) -> str:
    """What it says to a question over these passages, which are numbered from 1.

    ``earlier`` is the question before it. With ``scope``, it says so where no document was searched; with ``style``
    there are fewer quotes, or more, or all of them in one list.
    """
    if scope is not None and scope.searched == 0 and not passages:
        return nothing_searched(scope)
    quotes = select(question, passages, earlier, _MOST_QUOTES.get(style, MOST_QUOTES))
    return write(quotes, listed=style is Style.BULLETS)
