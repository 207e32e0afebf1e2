"""The shapes in which agents and graphs tell of their sources, and what is not taken from them."""

from __future__ import annotations

import json

import pytest
from langchain_core.documents import Document

from footnote.models.sources import annotation_of, documents_of, source_of, sources_in, web_address

FLAT = {"id": "p1", "title": "Minutes", "text": "In May.", "page": 2, "score": 0.5, "url": "https://example.org/m"}
NESTED = {"page_content": "In May.", "metadata": {"chunk_id": "p1", "doc_uri": "dbfs:/Volumes/a/b/minutes.pdf"}}
RECORDING = {"id": "r1", "recording_id": "talks/march", "title": "March", "content": "In May.", "speaker": "Ines"}


def test_a_source_is_an_object_with_its_fields():
    source = source_of(FLAT)
    passage = source.passage
    assert (passage.id, passage.title, passage.text, passage.page) == ("p1", "Minutes", "In May.", 2)
    assert (source.url, source.score, source.cited) == ("https://example.org/m", 0.5, False)


def test_a_source_may_be_a_document_with_metadata():
    for told in (NESTED, Document(**NESTED)):
        passage = source_of(told).passage
        assert (passage.id, passage.title, passage.text) == ("p1", "minutes.pdf", "In May.")
        assert passage.document_id == "dbfs:/Volumes/a/b/minutes.pdf"


def test_a_recording_tells_who_is_heard_and_when():
    passage = source_of(RECORDING | {"start_s": 12, "end_s": 15.5}).passage
    assert (passage.document_id, passage.speakers) == ("talks/march", ("Ines",))
    assert (passage.start_s, passage.end_s) == (12.0, 15.5)


@pytest.mark.parametrize(
    "told", [[FLAT], {"sources": [FLAT]}, {"documents": [FLAT]}, json.dumps({"citations": [FLAT]})]
)
def test_sources_come_as_a_list_or_under_a_known_name(told):
    assert [source.passage.id for source in sources_in(told)] == ["p1"]


@pytest.mark.parametrize(
    "told", [None, 3, "words", "[not json", "[" * 100_000, {"sources": "x"}, [None, 1, "x", {}, []]]
)
def test_what_is_no_list_of_sources_is_none(told):
    assert sources_in(told) == ()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "https://u:p@example.org",
        "https://",
        "//example.org",
        "https://exa mple.org",
        "https://example.org/\u202e",
        "http://[::1",
        "https://example.org/" + "x" * 2000,
    ],
)
def test_an_address_that_a_page_may_not_link_to_is_dropped(url):
    assert web_address(url) is None
    assert source_of(FLAT | {"url": url}).url is None
    assert annotation_of({"type": "url_citation", "url": url, "title": "Minutes"}).url is None


def test_what_is_told_of_an_annotation_is_cited():
    quoted = annotation_of({"type": "url_citation", "url": "https://example.org/m", "title": "Minutes"})
    assert (quoted.passage.title, quoted.passage.text, quoted.cited) == ("Minutes", "", True)
    file = annotation_of({"type": "file_citation", "file_id": "f1", "filename": "minutes.pdf", "index": 3})
    assert (file.passage.id, file.passage.title, file.url) == ("f1", "minutes.pdf", None)
    assert annotation_of({"type": "unheard_of", "title": "x"}) is None


def test_documents_are_found_alone_in_lists_and_in_a_state():
    document = Document(page_content="In May.")
    scored = [(document, 0.5)]
    for output in (document, [document], {"documents": [document], "question": "?"}, scored, {"found": (document,)}):
        assert list(documents_of(output)) == [document]
    assert list(documents_of({"messages": ["x"], "n": 3, "deep": {"documents": [document]}})) == []


def test_numbers_and_texts_of_a_wrong_kind_are_not_taken():
    source = source_of({"title": "T", "text": ["x"], "page": "two", "score": True, "speaker": 1e400, "url": 7})
    assert (source.passage.text, source.passage.page, source.score, source.url) == ("", None, 0.0, None)
