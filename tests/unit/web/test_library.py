"""The library over HTTP: everybody signed in sees it, and only who may changes it."""

from __future__ import annotations

from page_client import assert_problem

DOCUMENTS = "/api/library/documents"
ANN = {"X-Forwarded-Email": "ann@example.org"}


def test_the_documents_are_listed_without_their_places(page):
    listed = page.client.get(DOCUMENTS).get_json()["documents"]
    assert [document["id"] for document in listed] == ["ferry", "pier"]
    assert listed[0]["kind"] == "recording"
    assert listed[0]["removable"]
    assert not {"source", "digest", "added_by"} & listed[0].keys()


def test_a_list_that_has_not_changed_is_not_sent_again(page):
    first = page.client.get(DOCUMENTS)
    again = page.client.get(DOCUMENTS, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    page.parts.library.set_tags("pier", ["harbour"])
    assert page.client.get(DOCUMENTS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_only_who_is_signed_in_sees_it(behind_a_proxy):
    assert_problem(behind_a_proxy.client.get(DOCUMENTS), 401, "AUTH_ERROR")
    listed = behind_a_proxy.client.get(DOCUMENTS, headers=ANN).get_json()["documents"]
    assert [document["removable"] for document in listed] == [False, False]


def test_another_site_may_not_ask(page):
    assert_problem(page.client.get(DOCUMENTS, headers={"Sec-Fetch-Site": "cross-site"}), 400, "INVALID_REQUEST")


def test_what_is_not_there_is_a_problem_and_not_the_page(page):
    assert_problem(page.client.get("/api/library/shelves"), 404, "NOT_FOUND")
