"""A model behind a Databricks serving endpoint: the real ``ChatDatabricks.stream()``, behind a guard.

What the guard is for stands in the tests: each of the ways in which a serving endpoint, the
network or the layers between fail, and what a person is told then.
"""

from __future__ import annotations

import contextlib
import copy
import itertools
import logging
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import httpx

from footnote.callers import Caller
from footnote.chat import Cancellation, Chunk, FinishReason, Prompt, Role, Usage
from footnote.errors import StreamingError
from footnote.models.chunks import finish_of, text_of, usage_of
from footnote.models.failures import early_end, expected_failures, failure_of
from footnote.models.upstream import Line, http_client
from footnote.refusals import Asked, explained
from footnote.workspace import Workspace, settings_checked

if TYPE_CHECKING:
    from databricks_langchain import ChatDatabricks
    from langchain_core.messages import AIMessageChunk

CONNECT_S = 4.0
WRITE_S = 5.0
POOL_S = 2.0
FAREWELL_S = 2.0  # for what comes after the finish reason: the usage, and the end itself

Messages = list[tuple[Role, str]]

log = logging.getLogger(__name__)


class DatabricksModel:
    """The model behind the serving endpoint of this name, with the workspace's credentials or with its caller's.

    Building it takes some 10 s, nearly all for importing ``databricks_langchain``. Raises
    ``SettingsError`` where there are no credentials, or none that can be used.
    """

    caller: Caller | None = None
    """Who is asking, where it acts for somebody."""

    def __init__(
        self,
        endpoint: str,
        *,
        max_tokens: int,
        temperature: float | None,
        idle_timeout_s: float,
        workspace: Workspace | None = None,
    ) -> None:
        self.name = f"databricks:{endpoint}"
        self._timeout = httpx.Timeout(connect=CONNECT_S, read=idle_timeout_s, write=WRITE_S, pool=POOL_S)
        with settings_checked(f"The model {self.name!r}", "set FOOTNOTE_MODEL=extractive"):
            self._llm = _chat(
                endpoint, workspace or Workspace.sign_in(), max_tokens=max_tokens, temperature=temperature
            )
        self._failures = expected_failures()
        # Each chunk with a list for content would warn that it is no string; it is told apart in chunks.py.
        warnings.filterwarnings("ignore", message="Pydantic serializer warnings", category=UserWarning)

    def on_behalf_of(self, caller: Caller) -> Self:
        """The same model, whose requests are signed with the caller's token where there is one."""
        acting = copy.copy(self)
        acting.caller = caller
        return acting

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The answer's chunks as they come; the last one has the finish reason and the usage."""
        messages: Messages = [(message.role, message.content) for message in prompt.messages]
        line = Line(self.caller.token if self.caller else None)
        begun = False
        finish: FinishReason | None = None
        usage: Usage | None = None
        with contextlib.closing(line), cancellation.on_request(line.cut):
            try:
                for message in self._messages(messages, cancellation, line):
                    if message.usage_metadata:
                        usage = usage_of(message.usage_metadata)
                    if message.response_metadata and (reason := finish_of(message.response_metadata)):
                        finish = reason
                        line.read_at_most_s = FAREWELL_S
                    text = text_of(message.content)
                    begun = begun or bool(text)
                    yield Chunk(text)  # also without text: a model that thinks is not idle
            except StreamingError as error:
                if finish is None:
                    raise
                log.info("%s failed after the end of its answer: %s", self.name, error.code)
            cancellation.raise_if_requested()
            if finish is None:
                ended = early_end(begun=begun, tail=line.tail, content_type=line.content_type)
                raise explained(ended, Asked.MODEL, self.caller) from ended.__cause__
        yield Chunk(finish=finish, usage=usage)

    def _messages(self, messages: Messages, cancellation: Cancellation, line: Line) -> Iterator[AIMessageChunk]:
        """What ``ChatDatabricks`` streams, and each of its failures as one of ours."""
        begun = False
        try:
            stream = self._llm.stream(messages, timeout=self._timeout, stream_options={"include_usage": True})
            with line.carrying():
                cancellation.raise_if_requested()
                first = next(stream, None)
            for message in stream if first is None else itertools.chain((first,), stream):
                cancellation.raise_if_requested()
                begun = begun or bool(message.content)
                yield message
        except self._failures as error:
            cancellation.raise_if_requested()
            failure = failure_of(error, begun=begun, tail=line.tail, content_type=line.content_type)
            raise explained(failure, Asked.MODEL, self.caller) from failure.__cause__ or error


def _chat(endpoint: str, workspace: Workspace, *, max_tokens: int, temperature: float | None) -> ChatDatabricks:
    """The endpoint's client, on connections of our own."""
    from databricks_langchain import ChatDatabricks

    llm = ChatDatabricks(
        model=endpoint,
        max_tokens=max_tokens,
        temperature=temperature,
        max_retries=0,
        workspace_client=workspace.client(),
    )
    llm.client.close()
    llm.client._client = http_client(workspace.headers)  # noqa: SLF001 - it takes no http_client
    return llm
