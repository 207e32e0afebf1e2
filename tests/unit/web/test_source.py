"""A document as it is read, over HTTP: for everybody signed in, and never where its file lies."""

from __future__ import annotations

import pytest

from fakes import document, passage
from footnote.passages import Segment
from page_client import assert_problem

DOCUMENT = "/api/library/document"
PASSAGE = "/api/library/passage"
ANN = {"X-Forwarded-Email": "ann@example.org"}


@pytest.fixture
def meeting(page):
    """A recording of two turns."""
    turns = Segment(0, 0, "Ann", 0.0, 2.0), Segment(12, 1, "Bob", 2.0, 5.5)
    page.parts.library.replace(
        document("meeting"), [passage("meeting#0", "Ann: It is.\nBob: Good.", *turns, document="meeting")]
    )
    return page


def test_a_document_is_read_by_its_turns(meeting):
    source = meeting.client.get(f"{DOCUMENT}?id=meeting").get_json()
    assert source["title"] == "MEETING"
    assert source["parts"] == [
        {
            "index": 0,
            "pieces": [{"passage_id": "meeting#0", "text": "It is."}],
            "speaker": "Ann",
            "start_s": 0.0,
            "end_s": 2.0,
        },
        {
            "index": 1,
            "pieces": [{"passage_id": "meeting#0", "text": "Good."}],
            "speaker": "Bob",
            "start_s": 2.0,
            "end_s": 5.5,
        },
    ]
    assert not {"source", "digest", "added_by"} & source.keys()


def test_a_passage_is_read_with_its_turns(meeting):
    read = meeting.client.get(PASSAGE, query_string={"id": "meeting#0"}).get_json()
    assert (read["title"], read["text"]) == ("MEETING", "Ann: It is.\nBob: Good.")
    assert [part["speaker"] for part in read["parts"]] == read["speakers"] == ["Ann", "Bob"]
    assert (read["start_s"], read["end_s"]) == (0.0, 5.5)


def test_what_has_not_changed_is_not_sent_again(meeting):
    for address in (f"{DOCUMENT}?id=meeting", f"{PASSAGE}?id=meeting%230"):
        first = meeting.client.get(address)
        again = meeting.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    meeting.parts.library.replace(document("meeting"), [passage("meeting#0", "Other words.", document="meeting")])
    assert meeting.client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", [DOCUMENT, PASSAGE])
def test_what_is_not_there_is_said(page, path):
    assert_problem(page.client.get(f"{path}?id=nowhere"), 404, "NOT_FOUND")
    assert_problem(page.client.get(path), 400, "INVALID_REQUEST", "id")
    assert_problem(page.client.get(f"{path}?id="), 400, "INVALID_REQUEST", "id")


@pytest.mark.parametrize("path", [DOCUMENT, PASSAGE])
def test_only_who_is_signed_in_reads_it(behind_a_proxy, path):
    assert_problem(behind_a_proxy.client.get(f"{path}?id=pier"), 401, "AUTH_ERROR")
    assert_problem(behind_a_proxy.client.get(f"{path}?id=nowhere"), 401, "AUTH_ERROR")
    assert behind_a_proxy.client.get(f"{path}?id=pier", headers=ANN).status_code == 200
