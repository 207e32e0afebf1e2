"""A document as it is read, over HTTP: for everybody signed in, and never where its file lies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import footnote
from fakes import document, passage
from footnote.ingest.take_in import take_in
from footnote.passages import Segment
from footnote.settings import Settings
from footnote.web import source as web_source
from page_client import Page, assert_problem

SAMPLE = Path(footnote.__file__).parent / "sample"

DOCUMENT = "/api/library/document"
PASSAGE = "/api/library/passage"
ANN = {"X-Forwarded-Email": "ann@example.org"}


@pytest.fixture
def page(scripted, tmp_path):
    """A page whose pictures are kept in a folder of its own."""
    made = Page(replace(scripted, settings=Settings(data=tmp_path / "data")))
    yield made
    made.producer.close()


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


def test_an_endless_document_is_read_around_a_passage(page, monkeypatch):
    monkeypatch.setattr(web_source, "MOST_PASSAGES", 4)
    written = [replace(passage(f"long#{n}", f"Part {n}.", document="long"), ordinal=n) for n in range(9)]
    page.parts.library.replace(document("long"), written)

    def read(query=""):
        source = page.client.get(f"{DOCUMENT}?id=long{query}").get_json()
        return source["whole"], [part["pieces"][0]["passage_id"] for part in source["parts"]]

    assert read() == (False, ["long#0", "long#1", "long#2", "long#3"])
    assert read("&passage=long%233") == read()
    assert read("&passage=long%237") == (False, ["long#5", "long#6", "long#7", "long#8"])
    assert read("&passage=gone") == read()
    page.parts.library.replace(document("long"), written[:4])
    assert read()[0], "all of it was read"


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


@pytest.fixture
def shelf(page, tmp_path):
    """A library with the sample's PDF and table, and a recording with its sound beside it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("reports/winter-report-2025-26.pdf", "network/station-figures.csv"):
        (folder / Path(name).name).write_bytes((SAMPLE / name).read_bytes())
    (folder / "meeting.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>It is.\n")
    (folder / "meeting.wav").write_bytes(bytes(range(100)))
    take_in([folder], page.parts.library, max_bytes=10**7)
    return folder


def test_a_page_is_a_picture_with_words(page, shelf):
    picture = page.client.get("/api/library/page?id=winter-report-2025-26&page=2")
    assert (picture.status_code, picture.mimetype, picture.data[8:12]) == (200, "image/webp", b"WEBP")
    again = page.client.get("/api/library/page?id=winter-report-2025-26&page=2", headers=_known(picture))
    assert (again.status_code, again.data) == (304, b"")
    words = page.client.get("/api/library/words?id=winter-report-2025-26&page=2").get_json()
    assert words["pages"] == 3
    assert "batteries" in [word["text"] for word in words["words"]]


def _known(response):
    return {"If-None-Match": response.headers["ETag"]}


@pytest.mark.parametrize("what", ["page", "words"])
def test_a_page_that_can_not_be_shown_says_why(page, shelf, what):
    for query, status in (("page=4", 404), ("page=0", 400), ("page=5001", 400), ("page=x", 400), ("", 400)):
        refused = page.client.get(f"/api/library/{what}?id=winter-report-2025-26&{query}")
        assert_problem(refused, status, "NOT_FOUND" if status == 404 else "INVALID_REQUEST")
    assert_problem(page.client.get(f"/api/library/{what}?id=meeting&page=1"), 404, "NOT_FOUND", "no pages")
    assert_problem(page.client.get(f"/api/library/{what}?id=nowhere&page=1"), 404, "NOT_FOUND")


def test_a_file_that_was_changed_or_is_gone_is_read_as_it_was(page, shelf):
    file = shelf / "winter-report-2025-26.pdf"
    for change, original in ((lambda: file.write_bytes(b"%PDF-1.7 other"), "changed"), (file.unlink, "gone")):
        change()
        source = page.client.get(f"{DOCUMENT}?id=winter-report-2025-26").get_json()
        assert (source["original"], bool(source["parts"])) == (original, True)
        refused = page.client.get("/api/library/page?id=winter-report-2025-26&page=1")
        assert_problem(refused, 404, "NOT_FOUND", "changed or moved")
        assert str(shelf) not in refused.get_data(as_text=True)


def test_a_table_has_its_rows_in_the_order_of_its_parts(page, shelf):
    source = page.client.get(f"{DOCUMENT}?id=station-figures").get_json()
    assert source["original"] == "here"
    assert source["table"]["columns"][:3] == ["id", "station", "town"]
    assert len(source["table"]["rows"]) == len(source["parts"]) == 28
    for row, part in zip(source["table"]["rows"], source["parts"], strict=True):
        assert part["pieces"][0]["text"].startswith(f"id: {row[0]}; station: {row[1]}")
    (shelf / "station-figures.csv").write_text("a,b\n1,2\n")
    assert "table" not in page.client.get(f"{DOCUMENT}?id=station-figures").get_json()


def test_a_recording_is_heard_from_any_place(page, shelf):
    heard = page.client.get(f"{DOCUMENT}?id=meeting").get_json()["media"]
    assert heard == {"url": "/api/library/media?id=meeting", "film": False}
    whole = page.client.get(heard["url"])
    assert (whole.status_code, whole.mimetype, len(whole.data)) == (200, "audio/wav", 100)
    part = page.client.get(heard["url"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, bytes(range(10, 20)))
    assert part.headers["Content-Range"] == "bytes 10-19/100"
    for sent in (whole, part):
        sent.close()
    assert page.client.get(heard["url"], headers={"Range": "bytes=200-"}).status_code == 416
    for silent in ("station-figures", "pier", "nowhere", "../meeting", "meeting.wav"):
        assert_problem(page.client.get("/api/library/media", query_string={"id": silent}), 404, "NOT_FOUND")


def test_a_recording_without_a_file_may_be_heard_elsewhere(scripted):
    made = Page(replace(scripted, settings=Settings(media_url="https://media.example.org/{id}.mp3")))
    heard = made.client.get(f"{DOCUMENT}?id=pier").get_json()["media"]
    assert heard == {"url": "https://media.example.org/pier.mp3", "film": False}
    policy = made.client.get("/").headers["Content-Security-Policy"]
    assert "media-src 'self' https://media.example.org;" in policy
    made.producer.close()


def test_nobody_sees_or_hears_anything_who_is_not_signed_in(behind_a_proxy):
    for path in ("page?id=pier&page=1", "words?id=pier&page=1", "media?id=pier"):
        assert_problem(behind_a_proxy.client.get(f"/api/library/{path}"), 401, "AUTH_ERROR")
