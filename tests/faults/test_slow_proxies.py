"""A proxy ends every response after some seconds: the reader doesn't notice, and neither does the model."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.cluster import Cluster, OnEach, until
from faults.counting_endpoint import CountingEndpoint, Question
from faults.cursor_reader import Reader, asking, call
from faults.ledger import Ledger
from faults.verdicts import whole_answer
from ports import number, reserved_port
from tcp_proxy import TcpProxy

SECONDS = 1, 5
NGINX = shutil.which("nginx")
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; proxy_max_temp_file_size 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_http_version 1.1; proxy_read_timeout 2s; }}
  }}
}}
"""


def test_responses_that_a_proxy_ends_after_some_seconds_are_one_answer(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    def cut(cluster: Cluster) -> None:
        question = endpoint.question(words=110, rate=20)
        body = asking(question.text)
        with contextlib.ExitStack() as stack:
            address = ("127.0.0.1", cluster.instances[0].port)
            proxies = [stack.enter_context(TcpProxy(address, longest_s=seconds)) for seconds in SECONDS]
            readers = [Reader([proxy.url], body) for proxy in proxies]
            for reader in readers:
                reader.start()
            for seconds, proxy, reader in zip(SECONDS, proxies, readers, strict=True):
                fault = f"a proxy that ends every response at {seconds} s"
                whole_answer(ledger, fault, cluster, endpoint, question, [reader])
                assert proxy.cuts >= 5 // seconds

    on_each(cut)


def test_an_answer_of_more_than_a_minute_survives_a_proxy_that_ends_responses_at_60_s(
    minute: list[tuple[Cluster, TcpProxy, Question, Reader]], endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """It was asked when the tests began, and has been written beside them."""
    for cluster, proxy, question, reader in minute:
        reader.finished(90)
        fault = "a proxy that ends every response at 60 s"
        whole_answer(ledger, fault, cluster, endpoint, question, [reader])
        assert reader.times[-1] - reader.times[0] > 60
        assert proxy.cuts >= 1


@contextlib.contextmanager
def small(_folder: Path, upstream: int) -> Iterator[str]:
    """A proxy that gives every response up after two seconds; its address."""
    with TcpProxy(("127.0.0.1", upstream), longest_s=2) as proxy:
        yield proxy.url


@contextlib.contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[str]:
    """A real one, with its buffers, that gives a response up after two seconds of silence; its address."""
    folder.mkdir()
    reserved = reserved_port()
    port = number(reserved)
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, upstream=upstream))
    process = subprocess.Popen([NGINX, "-c", configuration, "-p", folder, "-e", folder / "error.log"])

    def is_up() -> bool:
        with contextlib.suppress(OSError):
            return call(f"http://127.0.0.1:{port}", "GET", "/healthz")[0] == 200
        return False

    try:
        until(is_up, 10, "nginx")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        reserved.close()


PROXIES = {"a small proxy": small} | ({"nginx": nginx} if NGINX else {})


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_that_gives_up_before_the_model_has_said_a_word(
    proxy: str, on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger, tmp_path: Path
) -> None:
    """The reader comes back until there is something to read, and then each event is passed on as it comes."""

    def give_up(cluster: Cluster) -> None:
        question = endpoint.question(words=20, rate=10, first_delay_s=3)
        with PROXIES[proxy](tmp_path / cluster.store.name, cluster.instances[0].port) as url:
            reader = Reader([url], asking(question.text))
            reader.start()
            whole_answer(ledger, f"{proxy} that gives up after 2 s", cluster, endpoint, question, [reader])
            sent = endpoint.calls(question)[0].sent
            assert reader.losses >= 1
            first = next(at for at, event in zip(reader.times, reader.events, strict=True) if event["type"] == "token")
            assert first < sent[-1][0], "it was held back"

    on_each(give_up)
