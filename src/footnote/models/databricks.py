"""A model behind a Databricks serving endpoint: the real ``ChatDatabricks.stream()``, behind a guard.

What the guard is for stands in the tests: each of the ways in which a serving endpoint, the
network or the layers between fail, and what a person is told then.
"""

from __future__ import annotations

import configparser
import contextlib
import copy
import itertools
import logging
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import httpx

from footnote.chat import Cancellation, Chunk, FinishReason, Prompt, Role, Usage
from footnote.errors import AuthFailed, ModelUnavailable, SettingsError, StreamingError
from footnote.models.chunks import finish_of, text_of, usage_of
from footnote.models.failures import LAYERS_BELOW, early_end, expected_failures, failure_of
from footnote.models.upstream import Line, http_client

if TYPE_CHECKING:
    from databricks.sdk.core import Config
    from databricks_langchain import ChatDatabricks
    from langchain_core.messages import AIMessageChunk

CONNECT_S = 4.0
WRITE_S = 5.0
POOL_S = 2.0
START_S = 5  # for each thing that building asks the workspace
FAREWELL_S = 2.0  # for what comes after the finish reason: the usage, and the end itself

Messages = list[tuple[Role, str]]

log = logging.getLogger(__name__)


class DatabricksModel:
    """The model behind the serving endpoint of this name, with the environment's credentials.

    Building it takes some 10 s, nearly all for importing ``databricks_langchain``. Raises
    ``SettingsError`` where there are no credentials, or none that can be used.
    """

    def __init__(self, endpoint: str, *, max_tokens: int, temperature: float | None, idle_timeout_s: float) -> None:
        self.name = f"databricks:{endpoint}"
        self._timeout = httpx.Timeout(connect=CONNECT_S, read=idle_timeout_s, write=WRITE_S, pool=POOL_S)
        with _settings_checked(self.name):
            config = _sign_in()
            self._llm = _chat(endpoint, config, max_tokens=max_tokens, temperature=temperature)
        self._failures = expected_failures()
        # Each chunk with a list for content would warn that it is no string; it is told apart in chunks.py.
        warnings.filterwarnings("ignore", message="Pydantic serializer warnings", category=UserWarning)

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        """The answer's chunks as they come; the last one has the finish reason and the usage."""
        messages: Messages = [(message.role, message.content) for message in prompt.messages]
        line = Line()
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
                raise early_end(begun=begun, tail=line.tail, content_type=line.content_type)
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
            raise failure from failure.__cause__ or error


def _chat(endpoint: str, config: Config, *, max_tokens: int, temperature: float | None) -> ChatDatabricks:
    """The endpoint's client, on connections of our own."""
    from databricks.sdk import WorkspaceClient
    from databricks_langchain import ChatDatabricks

    llm = ChatDatabricks(
        model=endpoint,
        max_tokens=max_tokens,
        temperature=temperature,
        max_retries=0,
        workspace_client=WorkspaceClient(config=config),
    )
    llm.client.close()
    llm.client._client = http_client(_Credentials(config))  # noqa: SLF001 - it takes no http_client
    return llm


def _sign_in() -> Config:
    """The workspace's address and credentials, from the environment or the Databricks CLI's profile."""
    from databricks.sdk.core import Config

    # Unbounded, an address that doesn't answer would hold the start up for minutes.
    return Config(http_timeout_seconds=START_S, retry_timeout_seconds=START_S)


@contextlib.contextmanager
def _settings_checked(name: str) -> Iterator[None]:
    """Say in one line what to check where the environment's credentials can't be used, in whatever way."""
    try:
        yield
    except (*LAYERS_BELOW, configparser.Error, httpx.InvalidURL) as error:
        raise SettingsError(
            f"The model {name!r} can't be used: there are no Databricks credentials, or the workspace can't be "
            "reached. Check DATABRICKS_HOST, and DATABRICKS_TOKEN or DATABRICKS_CLIENT_ID and "
            "DATABRICKS_CLIENT_SECRET; or set FOOTNOTE_MODEL=extractive."
        ) from error


class _Credentials:
    """The headers that sign a request; renewing a token asks the workspace, for as long as that takes."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._signing: Config | None = None

    def __call__(self) -> Mapping[str, str]:
        from databricks.sdk.errors.base import DatabricksError

        if self._signing is self._config:
            # That call is stuck, and holds the SDK's lock: whoever comes after it needs another source of tokens.
            self._config = _signed_in_anew(self._config)
        config = self._signing = self._config
        try:
            headers: Mapping[str, str] = config.authenticate()
        except (DatabricksError, ValueError) as error:
            raise AuthFailed from error
        except (OSError, LookupError, NotImplementedError) as error:
            raise ModelUnavailable from error
        finally:
            if self._signing is config:
                self._signing = None
        return headers


def _signed_in_anew(config: Config) -> Config:
    renewed = copy.copy(config)
    try:
        renewed.init_auth()  # type: ignore[no-untyped-call]
    except ValueError as error:  # which the SDK makes of everything
        raise ModelUnavailable from error
    return renewed
