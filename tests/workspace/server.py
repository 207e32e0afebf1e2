"""The workspace's connections: each request goes to a model, or to the first ``Api`` that knows its path."""

from __future__ import annotations

import asyncio
import ssl
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

from workspace.connection import Api, ApiRequest, ClosingReader, Refused, Reply, read_request, refusal, respond
from workspace.identities import Identities


class Server(ABC):
    """A server in a thread of its own, from ``with`` to its end."""

    def __init__(self, apis: Sequence[Api], port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.port = port
        self.identities = Identities()
        self.apis = [*apis]
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="workspace", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers = weakref.WeakSet[asyncio.StreamWriter]()

    @abstractmethod
    async def ask(self, reader: ClosingReader, writer: asyncio.StreamWriter, request: ApiRequest) -> bool:
        """Answer a question to a model; whether another request may follow on this connection."""

    @abstractmethod
    def asks(self, request: ApiRequest) -> bool:
        """Whether the request is a question to a model."""

    @property
    def url(self) -> str:
        """What ``DATABRICKS_HOST`` has to be."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self.serve())
        finally:
            self._loop.close()

    async def serve(self) -> None:
        """Answer until stopped."""
        self._stop = asyncio.Event()
        server = await self._loop.create_server(
            lambda: asyncio.StreamReaderProtocol(ClosingReader(loop=self._loop), self._accept, loop=self._loop),
            "127.0.0.1",
            self.port,
            ssl=self._tls,
            backlog=1024,
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        await asyncio.sleep(0)  # who has just come is among them then
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)  # in which their sockets are closed

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        assert isinstance(reader, ClosingReader)
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            while await self._answer_one(reader, writer):
                pass
        except (OSError, asyncio.CancelledError):
            pass  # the client left in the middle of an answer, or this server ends
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer_one(self, reader: ClosingReader, writer: asyncio.StreamWriter) -> bool:
        """Read and answer one request; whether another may follow on this connection."""
        request = await read_request(reader, self.identities, self.url)
        if request is None:
            return False
        try:
            if self.asks(request):
                return await self.ask(reader, writer, request)
            await respond(writer, await asyncio.to_thread(self._reply, request))
        except Refused as refused:
            await respond(writer, Reply(refused.body, refused.status))
        return True

    def _reply(self, request: ApiRequest) -> Reply:
        for api in self.apis:
            if reply := api(request):
                return reply
        path = f"{request.method} {request.path}"
        return Reply(refusal("ENDPOINT_NOT_FOUND", f"No API found for '{path}'"), 404)
