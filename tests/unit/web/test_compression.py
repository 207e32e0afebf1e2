"""The page's script and style come compressed, and nothing else does."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask, send_from_directory

from footnote.web.compression import compress

STYLE = ".answer { color: black; }\n" * 100
GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def client(tmp_path):
    (tmp_path / "page.css").write_text(STYLE)
    (tmp_path / "small.css").write_text("a {}")
    server = Flask("page")
    compress(server)
    server.add_url_rule("/assets/<name>", "asset", lambda name: send_from_directory(tmp_path, name))
    server.add_url_rule("/api/chat/answers", "answers", lambda: {"text": STYLE})
    return server.test_client()


def test_a_style_is_compressed_for_who_takes_it(client):
    plain = client.get("/assets/page.css", buffered=True)
    packed = client.get("/assets/page.css", headers=GZIP, buffered=True)
    assert plain.text == gzip.decompress(packed.data).decode() == STYLE
    assert packed.content_encoding == "gzip"
    assert packed.content_length == len(packed.data) < len(plain.data) / 5
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_what_a_browser_has_is_not_sent_again(client):
    etag = client.get("/assets/page.css", headers=GZIP, buffered=True).headers["ETag"]
    assert client.get("/assets/page.css", headers=GZIP | {"If-None-Match": etag}, buffered=True).status_code == 304


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/chat/answers", GZIP),
        ("/assets/small.css", GZIP),
        ("/assets/page.css", {"Accept-Encoding": "gzip;q=0"}),
        ("/assets/page.css", GZIP | {"Range": "bytes=0-99"}),
        ("/assets/none.css", GZIP),
    ],
)
def test_nothing_else_is_compressed(client, path, headers):
    assert client.get(path, headers=headers, buffered=True).content_encoding is None


def test_a_head_request_is_left_alone(client):
    assert client.head("/assets/page.css", headers=GZIP, buffered=True).content_encoding is None
