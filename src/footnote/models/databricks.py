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
from typing import TYPE_CHECKING, Any, Protocol, Self

import httpx

from footnote.callers import Caller
from footnote.chat import Cancellation, Chunk, FinishReason, Message, Prompt, Usage
from footnote.errors import StreamingError
from footnote.models.apis import Api
from footnote.models.chunks import AgentChatReading, ChatReading
from footnote.models.failures import early_end, expected_failures, failure_of
from footnote.models.line import Line
from footnote.models.responses import ResponsesReading
from footnote.models.upstream import http_client
from footnote.readiness import Readiness
from footnote.refusals import Asked, explained
from footnote.workspace import Workspace, settings_checked

if TYPE_CHECKING:
    from databricks_langchain import ChatDatabricks
    from langchain_core.messages import AIMessageChunk

CONNECT_S = 4.0
WRITE_S = 5.0
POOL_S = 2.0
FAREWELL_S = 2.0  # for what comes after the finish reason: the usage, and the end itself

Messages = list[dict[str, str]]

log = logging.getLogger(__name__)


class Reading(Protocol):
    """What the messages of one stream say."""

    finish: FinishReason | None
    """Why the model ended, as soon as it has said so."""

    def read(self, message: AIMessageChunk) -> Iterator[Chunk]:
        """What a message says; raises the ``StreamingError`` that it tells of."""

    def end(self, tail: bytes) -> FinishReason | None:
        """Why it ended that has not said so, from the body's last bytes; None where nothing says that it is whole."""


class DatabricksModel:
    """The model behind the serving endpoint of this name, with the workspace's credentials or with its caller's.

    Building it takes some 10 s where ``databricks_langchain`` has to be imported first (``starting.py``). Raises
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
        api: Api = Api.CHAT,
        workspace: Workspace | None = None,
    ) -> None:
        self.name = f"{api}:{endpoint}"
        self.retrieves = api.is_agent
        self._api = api
        self._endpoint = endpoint
        self._asked = _asked(api, max_tokens)
        self._timeout = httpx.Timeout(connect=CONNECT_S, read=idle_timeout_s, write=WRITE_S, pool=POOL_S)
        with _settings_checked(self.name):
            self._workspace = workspace or Workspace.sign_in()
            self._llm = _chat(endpoint, self._workspace, api, max_tokens=max_tokens, temperature=temperature)
        self._failures = expected_failures()
        # Each chunk with a list for content would warn that it is no string; it is told apart in chunks.py.
        warnings.filterwarnings("ignore", message="Pydantic serializer warnings", category=UserWarning)

    def on_behalf_of(self, caller: Caller) -> Self:
        """The same model, whose requests are signed with the caller's token where there is one."""
        acting = copy.copy(self)
        acting.caller = caller
        return acting

    def readiness(self) -> Readiness:
        """How the endpoint stands, as the workspace tells the app; one that scales up from nothing is ready."""
        return self._workspace.endpoint_readiness(self._endpoint)

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The answer's chunks as they come; the last one has the finish reason and the usage."""
        messages = [_told(message, n) for n, message in enumerate(prompt.messages)]
        line = Line(self.caller.token if self.caller else None)
        begun = False
        usage: Usage | None = None
        reading = self._reading()
        with contextlib.closing(line), cancellation.on_request(line.cut):
            try:
                for message in self._messages(messages, cancellation, line):
                    for chunk in reading.read(message):
                        begun = begun or bool(chunk.text)
                        usage = chunk.usage or usage
                        yield chunk
                    if reading.finish is not None:
                        line.read_at_most_s = FAREWELL_S
            except StreamingError as error:
                # LangChain adds all messages up when the stream has ended, and fails where a tool's is the first.
                if (reading.finish or reading.end(line.tail)) is None:
                    raise
                log.info("%s failed after the end of its answer: %s", self.name, error.code)
            cancellation.raise_if_requested()
            finish = reading.finish or reading.end(line.tail)
            if finish is None:
                ended = early_end(begun=begun, tail=line.tail, content_type=line.content_type)
                raise explained(ended, Asked.MODEL, self.caller) from ended.__cause__
        yield Chunk(finish=finish, usage=usage)

    def _reading(self) -> Reading:
        match self._api:
            case Api.CHAT:
                return ChatReading()
            case Api.AGENT_CHAT:
                return AgentChatReading()
            case _:
                return ResponsesReading(steps=self._api.is_agent)

    def _messages(self, messages: Messages, cancellation: Cancellation, line: Line) -> Iterator[AIMessageChunk]:
        """What ``ChatDatabricks`` streams, and each of its failures as one of ours."""
        begun = False
        try:
            stream = self._llm.stream(messages, timeout=self._timeout, **self._asked)
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


def _asked(api: Api, max_tokens: int) -> dict[str, Any]:
    """What stands beside the messages in each request of an endpoint."""
    match api:
        case Api.CHAT:
            return {"stream_options": {"include_usage": True}}
        case Api.RESPONSES:
            return {"max_output_tokens": max_tokens}
        case Api.AGENT | Api.AGENT_CHAT:
            return {}


def _told(message: Message, number: int) -> dict[str, str]:
    """A message as LangChain takes it; the Responses API wants to know each of an assistant's by an id."""
    told = {"role": message.role, "content": message.content}
    return told | {"id": f"msg_{number}"} if message.role == "assistant" else told


def check_credentials(name: str) -> None:
    """Raise ``SettingsError`` where the environment has no credentials for this model, or none that can be used.

    Without the model's client, which takes long to load.
    """
    with _settings_checked(name):
        Workspace.sign_in()


def _settings_checked(name: str) -> contextlib.AbstractContextManager[None]:
    return settings_checked(f"The model {name!r}", "set FOOTNOTE_MODEL=extractive")


def _chat(
    endpoint: str, workspace: Workspace, api: Api, *, max_tokens: int, temperature: float | None
) -> ChatDatabricks:
    """The endpoint's client, on connections of our own."""
    if api.is_chat:
        from databricks_langchain import ChatDatabricks as Client
    else:
        from footnote.models.responses_client import ResponsesChat as Client

    llm = Client(
        model=endpoint,
        use_responses_api=not api.is_chat,
        max_tokens=None if api.is_agent else max_tokens,
        temperature=None if api.is_agent else temperature,  # an agent's author has chosen its own
        max_retries=0,
        workspace_client=workspace.client(),
    )
    return of_answers(llm, workspace)


def of_answers(llm: ChatDatabricks, workspace: Workspace | None = None) -> ChatDatabricks:
    """The client with connections of ours, also for a graph of your own.

    In an answer its requests have the rights of who is answered, and are cut when it is stopped.
    """
    signed_in = workspace or Workspace.sign_in()
    llm.client.close()
    llm.client._client = http_client(signed_in.headers)  # noqa: SLF001 - it takes no http_client
    return llm
