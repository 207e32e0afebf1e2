"""Each request has an id, which stands in its response, and with the answer that it began."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footnote.answers.observing import Observer
from footnote.correlation import here
from page_client import Page, question

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Asked(Observer):
    """Notes for which request each answer is written."""

    def __init__(self):
        self.by = []

    def ended(self, recording):
        self.by.append(here())


@pytest.fixture
def asked(scripted):
    observer = Asked()
    page = Page(replace(scripted, observers=(observer,)))
    yield page, observer
    page.producer.close()


def test_an_id_that_comes_along_is_given_back_and_goes_with_the_answer(asked):
    page, observer = asked
    headers = {"X-Request-Id": "proxy:7/a-b_c=", "traceparent": TRACEPARENT}
    response = page.client.post("/api/chat/stream", json=question(), headers=headers)
    assert response.headers["X-Request-Id"] == "proxy:7/a-b_c="
    assert b"[DONE]" in response.data
    page.producer.close()
    (by,) = observer.by
    assert (by.request_id, by.traceparent) == ("proxy:7/a-b_c=", TRACEPARENT)
    assert by.answer_id is not None


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "a\u00e9", '"quoted"', "-leading", "a;b"])
def test_what_cannot_be_an_id_is_replaced(asked, sent):
    page, _ = asked
    id = page.client.get("/api/chat/models", headers={"X-Request-Id": sent}).headers["X-Request-Id"]
    assert id != sent
    assert len(id) == 32


@pytest.mark.parametrize("path", ["/api/chat/answers/none", "/healthz", "/api/nothing/there", "/"])
def test_every_response_has_one_and_each_its_own(asked, path):
    page, _ = asked
    first, second = (page.client.get(path).headers["X-Request-Id"] for _ in range(2))
    assert first != second
