"""The library over HTTP: everybody signed in sees it, and only who may changes it."""

from __future__ import annotations

import socket
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from fakes import PATIENCE_S
from footnote.errors import StorageFailed
from footnote.load_errors import LoadError, Reason
from footnote.settings import Settings
from footnote.web import receiving
from page_client import Page, assert_problem
from served_page import Served

DOCUMENTS = "/api/library/documents"
ANN = {"X-Forwarded-Email": "ann@example.org"}
EVE = {"X-Forwarded-Email": "eve@example.org"}
NOTES = b"Ann: The pier opens in May.\n\nBen: And the ferry in June."


@pytest.fixture
def shelf(scripted, tmp_path):
    """Makes pages over one library, whose files are kept in a folder of the test's own."""
    pages = []

    def made(**settings):
        pages.append(Page(replace(scripted, settings=Settings(data=tmp_path, **settings))))
        return pages[-1]

    yield made
    for page in pages:
        page.producer.close()


def send(page, name="notes.txt", data=NOTES, headers=None, query=""):
    file = (BytesIO(data), name)
    return page.client.post(DOCUMENTS + query, data={"file": file}, headers=headers)


def kept(page):
    """The files that are kept, and those that are on their way."""
    return sorted(file.name for file in page.parts.settings.files.rglob("*") if file.is_file())


def ids(page):
    return {document.id for document in page.parts.library.documents()}


def test_the_documents_are_listed_without_their_places(shelf):
    page = shelf()
    listed = page.client.get(DOCUMENTS).get_json()
    assert [document["id"] for document in listed["documents"]] == ["ferry", "pier"]
    assert listed["documents"][0]["removable"]
    assert not {"source", "digest", "added_by"} & listed["documents"][0].keys()
    assert ".vtt" in listed["uploads"]["endings"]
    assert listed["uploads"]["max_bytes"] == 50_000_000


def test_a_list_that_has_not_changed_is_not_sent_again(shelf):
    page = shelf()
    first = page.client.get(DOCUMENTS)
    again = page.client.get(DOCUMENTS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    page.parts.library.set_tags("pier", ["harbour"])
    assert page.client.get(DOCUMENTS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_another_site_may_not_ask_nor_send_nor_change(shelf):
    page = shelf()
    other = {"Sec-Fetch-Site": "cross-site"}
    for rule, method in page.routes("/api/library/"):
        response = page.client.open(f"{rule}?id=pier", method=method, json={"tags": ["theirs"]}, headers=other)
        assert_problem(response, 400, "INVALID_REQUEST", "other sites")
    assert_problem(send(page, headers=other), 400, "INVALID_REQUEST", "other sites")
    assert kept(page) == []
    assert page.parts.library.document("pier").tags == ()


def test_a_form_of_another_site_is_refused_where_the_browser_does_not_tell_of_it(shelf):
    """Over plain HTTP there is no Sec-Fetch-Site; a form can't name a header, and what is no browser has no origin."""
    page = shelf()
    form = {"Origin": "http://elsewhere.example"}
    assert_problem(send(page, headers=form), 400, "INVALID_REQUEST", "X-Requested-With")
    assert kept(page) == []
    assert send(page, headers=form | {"X-Requested-With": "Footnote"}).status_code == 201
    assert send(page, "other.txt", headers=form | {"Sec-Fetch-Site": "same-origin"}).status_code == 201
    assert send(page, "third.txt").status_code == 201


def test_what_is_not_there_is_a_problem_and_not_the_page(shelf):
    assert_problem(shelf().client.get("/api/library/shelves"), 404, "NOT_FOUND")


def test_a_file_is_taken_in_and_kept(shelf):
    page = shelf()
    response = send(page, "2026-03-12-depot_review.txt")
    assert response.status_code == 201
    added = response.get_json()
    assert added["became"] == "added"
    assert added["document"] | {"indexed_at": None} == {
        "id": "2026-03-12-depot_review",
        "title": "Depot review",
        "kind": "recording",
        "file": "2026-03-12-depot_review.txt",
        "date": "2026-03-12",
        "duration_s": None,
        "words": 12,
        "speakers": [],  # the library finds them; this one is a list
        "tags": [],
        "indexed_at": None,
        "removable": True,
        "returns": False,
    }
    assert kept(page) == ["2026-03-12-depot_review.txt"]
    assert Path(page.parts.library.document("2026-03-12-depot_review").source).read_bytes() == NOTES


def test_the_same_file_again_changes_nothing(shelf):
    page = shelf()
    send(page)
    source = page.parts.library.document("notes").source
    assert send(page).get_json()["became"] == "unchanged"
    assert page.parts.library.document("notes").source == source
    assert kept(page) == ["notes.txt"]


def test_another_file_of_a_name_is_refused_until_it_is_said_to_replace_it(shelf):
    page = shelf()
    send(page)
    other = b"Ann: The pier opens in July."
    refused = send(page, data=other)
    assert_problem(refused, 409, "CONFLICT", "notes.txt", "Rename")
    assert refused.get_json()["replaces"] == "notes"
    assert Path(page.parts.library.document("notes").source).read_bytes() == NOTES
    assert send(page, data=other, query="?replaces=notes").get_json()["became"] == "changed"
    assert Path(page.parts.library.document("notes").source).read_bytes() == other
    assert kept(page) == ["notes.txt"]


def test_what_was_not_uploaded_is_never_replaced(shelf):
    page = shelf()
    refused = send(page, "pier.txt", query="?replaces=pier")
    assert_problem(refused, 409, "CONFLICT", "pier.txt")
    assert "replaces" not in refused.get_json()
    assert kept(page) == []


def test_a_replacement_that_fails_leaves_the_old_one(shelf):
    page = shelf()
    send(page)
    assert_problem(send(page, data=b"\xff\xfe\x00", query="?replaces=notes"), 400, "INVALID_REQUEST")
    assert Path(page.parts.library.document("notes").source).read_bytes() == NOTES
    assert kept(page) == ["notes.txt"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("program.exe", b"MZ", "aren't supported"),
        ("notes", b"words", "name can't be used"),
        ("empty.txt", b"  \n", "empty"),
        ("broken.pdf", b"%PDF-1.7 nothing", "PDF"),
        ("broken.docx", b"PK\x03\x04", ""),
        ("con.txt", b"words", "name can't be used"),
        (".txt", b"words", "name can't be used"),
        ("", b"words", ""),
    ],
)
def test_a_file_that_cannot_be_taken_in_is_named_and_leaves_nothing(shelf, name, data, words):
    page = shelf()
    assert_problem(send(page, name, data), 400, "INVALID_REQUEST", words)
    assert kept(page) == []
    assert ids(page) == {"pier", "ferry"}


@pytest.mark.parametrize(
    ("sent", "id"),
    [("../../../etc/notes.txt", "notes"), (".notes.txt", "notes"), ("Straße 会议\u202e.txt", "Straße 会议")],
)
def test_a_hostile_name_leads_nowhere_and_letters_stay(shelf, tmp_path, sent, id):
    page = shelf()
    assert send(page, sent).status_code == 201
    source = Path(page.parts.library.document(id).source)
    assert source.parent.parent == tmp_path / "files"
    assert kept(page) == [f"{id}.txt"]


def test_a_file_that_is_too_large_is_refused_whether_its_length_is_told_or_not(shelf):
    page = shelf(max_file_mb=0.001)
    assert_problem(send(page, data=b"word " * 20_000), 413, "TOO_LARGE", "0.001 MB")
    assert_problem(send(page, data=b"word " * 201), 413, "TOO_LARGE", "0.001 MB")
    assert send(page, data=b"words").status_code == 201
    assert kept(page) == ["notes.txt"]


def test_a_file_of_many_reads_is_taken_in_whole(shelf):
    page = shelf(max_file_mb=1)
    data = b"".join(b"The pier has %d boards.\r\n" % n for n in range(12_000))
    assert send(page, data=data).status_code == 201
    assert Path(page.parts.library.document("notes").source).read_bytes() == data


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"words", "text/plain", 415),
        (b"words", "multipart/form-data", 400),
        (b"words", "multipart/form-data; boundary=x", 400),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nwor', "x", 400),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nwords\r\n--x--', "x", 400),
        (b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nwords\r\n--x--', "x", 400),
    ],
)
def test_a_request_without_a_whole_file_is_refused(shelf, body, kind, status):
    page = shelf()
    kind = "multipart/form-data; boundary=x" if kind == "x" else kind
    response = page.client.post(DOCUMENTS, data=body, content_type=kind)
    assert response.status_code == status
    assert response.get_json()["message"]
    assert kept(page) == []


def test_one_request_brings_one_file(shelf):
    page = shelf()
    files = [(BytesIO(b"one"), "one.txt"), (BytesIO(b"two"), "two.txt")]
    assert_problem(page.client.post(DOCUMENTS, data={"file": files}), 400, "INVALID_REQUEST", "One file")
    assert kept(page) == []


def test_why_a_file_is_refused_is_told_for_other_languages_too(page):
    answer = send(page, "empty.txt", b"")
    assert_problem(answer, 400, "INVALID_REQUEST", "It is empty")
    assert (answer.get_json()["reason"], answer.get_json()["values"]) == ("EMPTY", {})


def test_a_user_sends_three_files_at_once(shelf):
    """The fourth is refused with a wait; another user's is not, and where one has ended there is room again."""
    answers = []

    def take(upload):
        """Before a file of Ann's is taken in, she sends the next."""
        if upload.user == ANN["X-Forwarded-Email"] and len(answers) < 3:
            answers.append(None)
            answers[answers.index(None)] = send(page, headers=ANN)
            answers.append(send(page, headers=EVE))
        raise LoadError(Reason.NO_TEXT)

    page = Page(replace(shelf(trust_identity=True).parts, take=take))
    assert send(page, headers=ANN).status_code == 400
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 1
    assert_problem(refused[0], 429, "RATE_LIMIT", "Try this one again")
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert send(page, headers=ANN).status_code == 400
    assert kept(page) == []
    page.producer.close()


def test_uploading_can_be_switched_off(shelf):
    page = shelf(uploads=False)
    assert page.client.get(DOCUMENTS).get_json()["uploads"] is None
    assert_problem(send(page), 403, "FORBIDDEN", "not taken in")


def test_a_full_library_takes_no_more_but_still_replaces(shelf):
    page = shelf(max_documents=3)
    assert send(page).status_code == 201
    assert_problem(send(page, "more.txt"), 403, "FORBIDDEN", "Remove some")
    assert kept(page) == ["notes.txt"]
    assert send(page, data=b"Other words.", query="?replaces=notes").status_code == 201


def test_a_file_that_trickles_in_is_given_up(shelf, tmp_path, monkeypatch):
    monkeypatch.setattr(receiving, "_GRACE_S", 0.2)
    server = Served(shelf(max_file_mb=0.001).parts)
    head = f"POST {DOCUMENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n"
    part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nwor'
    try:
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
            connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n{part}".encode())
            answer = connection.makefile().read()
    finally:
        server.close()
    assert answer.startswith("HTTP/1.1 400")
    assert "too slowly" in answer
    assert list((tmp_path / "files" / ".parts").iterdir()) == []


def test_a_document_is_removed_with_its_file(shelf):
    page = shelf()
    send(page)
    assert page.client.delete(f"{DOCUMENTS}?id=notes").status_code == 204
    assert kept(page) == []
    assert not any(page.parts.settings.files.glob("[!.]*"))
    assert_problem(page.client.delete(f"{DOCUMENTS}?id=notes"), 404, "NOT_FOUND")


def test_a_document_of_the_librarys_folder_is_removed_without_its_file_and_said_to_return(shelf, scripted, tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    source = folder / "minutes.txt"
    source.write_bytes(NOTES)
    page = shelf(library=folder)
    standing = scripted.library.document("pier")
    scripted.library.replace(replace(standing, id="minutes", source=str(source)), ())
    listed = {d["id"]: d for d in page.client.get(DOCUMENTS).get_json()["documents"]}
    assert (listed["minutes"]["returns"], listed["pier"]["returns"]) == (True, False)
    assert page.client.delete(f"{DOCUMENTS}?id=minutes").status_code == 204
    assert source.exists()


def test_tags_are_set_trimmed_and_bounded(shelf):
    page = shelf()

    def tag(*tags):
        return page.client.patch(f"{DOCUMENTS}?id=pier", json={"tags": tags})

    assert tag(" old  harbour ", "Übersicht", "old harbour").get_json()["tags"] == ["old harbour", "Übersicht"]
    assert page.parts.library.document("pier").tags == ("old harbour", "Übersicht")
    for bad in ([""], [" "], ["a" * 61], ["a"] * 21, ["a\u202eb"], ["a\x00"], [7]):
        assert_problem(tag(*bad), 400, "INVALID_REQUEST", "tags")
    assert page.parts.library.document("pier").tags == ("old harbour", "Übersicht")
    assert tag().get_json()["tags"] == []
    missing = page.client.patch(f"{DOCUMENTS}?id=gone", json={"tags": []})
    assert_problem(missing, 404, "NOT_FOUND")


def test_a_user_changes_what_they_added_and_an_editor_everything(shelf):
    page = shelf(trust_identity=True, editors="Boss@Example.org")
    boss = {"X-Forwarded-Email": "boss@example.org"}
    assert send(page, headers=ANN).status_code == 201

    def removable(user):
        listed = page.client.get(DOCUMENTS, headers=user).get_json()["documents"]
        return {document["id"] for document in listed if document["removable"]}

    assert removable(ANN) == {"notes"}
    assert removable(EVE) == set()
    assert removable(boss) == {"notes", "pier", "ferry"}
    for method, body in (("DELETE", None), ("PATCH", {"tags": ["mine"]})):
        refused = page.client.open(f"{DOCUMENTS}?id=notes", method=method, json=body, headers=EVE)
        assert_problem(refused, 403, "FORBIDDEN", "somebody else")
    other = send(page, data=b"Other words.", headers=EVE)
    assert_problem(other, 409, "CONFLICT")
    assert "replaces" not in other.get_json()
    assert_problem(send(page, data=b"Other.", headers=EVE, query="?replaces=notes"), 403, "FORBIDDEN")
    assert page.client.patch(f"{DOCUMENTS}?id=notes", json={"tags": ["ours"]}, headers=ANN).status_code == 200
    assert page.client.delete(f"{DOCUMENTS}?id=pier", headers=boss).status_code == 204


def test_every_request_wants_to_know_who_asks(behind_a_proxy):
    for rule, method in behind_a_proxy.routes("/api/library/"):
        response = behind_a_proxy.client.open(f"{rule}?id=pier", method=method)
        assert_problem(response, 401, "AUTH_ERROR")


def test_two_of_one_name_at_once_leave_one(shelf):
    """The one that is read longer is told that the name is taken, and leaves nothing."""
    page = shelf()
    swap, first = page.parts.library.swap, []

    def late(before, document, passages):
        if not first:
            first.append(document)
            assert send(page, data=b"The other file's words.").status_code == 201
        return swap(before, document, passages)

    page.parts.library.swap = late
    assert_problem(send(page), 409, "CONFLICT", "notes.txt")
    assert kept(page) == ["notes.txt"]
    assert Path(page.parts.library.document("notes").source).read_bytes() == b"The other file's words."


def test_where_the_database_is_away_nothing_is_left(shelf, monkeypatch):
    page = shelf()

    def away(*_):
        raise StorageFailed

    monkeypatch.setattr(page.parts.library, "swap", away)
    assert_problem(send(page), 503, "UNAVAILABLE")
    assert kept(page) == []
