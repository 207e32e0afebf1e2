"""Whose rights a question is answered with: the user's own where the platform passes them on, else the app's."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from fakes import ListRetriever, ScriptedModel
from footnote.errors import AuthFailed, RateLimited
from footnote.settings import Settings
from footnote.web.openapi import document
from page_client import Page, assert_problem, question

TOKEN = "s3cret-of-ann"  # noqa: S105 - of no use anywhere
ANN = {"X_Forwarded_Email": "ann@example.org", "X_Forwarded_Access_Token": TOKEN}
OWN = Settings(trust_identity=True, user_authorization=True)


class Acting:
    """A part that tells on whose behalf it was used."""

    caller = None

    def on_behalf_of(self, caller):
        acting = copy.copy(self)
        acting.caller = caller
        return acting

    @property
    def seen(self):
        self.used.append(self.caller and (self.caller.user, self.caller.token))
        return self.used


class ActingModel(Acting, ScriptedModel):
    """Tells of each answer."""

    def stream(self, prompt, cancellation):
        assert self.seen
        return super().stream(prompt, cancellation)


class ActingRetriever(Acting, ListRetriever):
    """Tells of each search."""

    def search(self, query, **options):
        assert self.seen
        return super().search(query, **options)


class ActingLibrary(Acting):
    """A library of which each reading is told."""

    fails = None

    def __init__(self, library):
        self._library = library

    def __getattr__(self, name):
        if name.startswith("_"):  # as a copy is asked before it has anything
            raise AttributeError(name)
        if name in {"documents", "document", "passage", "passages", "digests"}:
            assert self.seen
            if self.fails:
                raise self.fails
        return getattr(self._library, name)


@pytest.fixture
def of_own_rights(scripted):
    """A page whose every part acts for callers, by its settings."""
    pages = []

    def make(settings=OWN):
        used = {"model": [], "retriever": [], "library": []}
        model = ActingModel(*next(iter(scripted.models.values())).script)
        retriever = ActingRetriever(*scripted.retriever.passages)
        library = ActingLibrary(scripted.library)
        for name, part in (("model", model), ("retriever", retriever), ("library", library)):
            part.used = used[name]
        page = Page(
            replace(scripted, settings=settings, models={model.name: model}, retriever=retriever, library=library)
        )
        page.used, page.library = used, library
        pages.append(page)
        for seen in used.values():
            seen.clear()
        return page

    yield make
    for page in pages:
        page.producer.close()


def ask(page, **headers):
    asked = question(recording_filter=["pier"])
    response = page.post("/answers", asked, **headers)
    if response.status_code == 201:
        page.until_ended(response.get_json()["answer_id"])
    return response


def test_a_question_is_searched_and_answered_with_the_rights_of_who_asks(of_own_rights):
    page = of_own_rights()
    assert ask(page, **ANN).status_code == 201
    for part, used in page.used.items():
        assert set(used) == {("ann@example.org", TOKEN)}, part


def test_everything_that_is_read_of_the_library_is_read_with_them(of_own_rights):
    page = of_own_rights()
    headers = {name.replace("_", "-"): value for name, value in ANN.items()}
    paths = ["library/documents", "library/document?id=pier", "suggestions", "profile", "library/passage?id=pier%230"]
    for path in paths:
        page.used["library"].clear()
        assert page.client.get(f"/api/{path}", headers=headers).status_code in (200, 404), path
        assert set(page.used["library"]) == {("ann@example.org", TOKEN)}, path
    page.used["library"].clear()
    assert page.client.get("/", headers=headers).status_code == 200
    assert set(page.used["library"]) == {("ann@example.org", TOKEN)}


def test_what_was_found_for_one_user_is_suggested_to_no_other(of_own_rights):
    page = of_own_rights()
    for name in ("ann", "bea"):
        page.used["retriever"].clear()
        page.client.get(
            "/api/suggestions", headers={"X-Forwarded-Email": name, "X-Forwarded-Access-Token": f"token-of-{name}"}
        )
        assert set(page.used["retriever"]) <= {(name, f"token-of-{name}")}


def test_without_user_authorization_the_app_acts_for_everybody_whatever_is_sent(of_own_rights):
    page = of_own_rights(Settings(trust_identity=True))
    assert ask(page, **ANN).status_code == 201
    for part, used in page.used.items():
        assert set(used) == {("ann@example.org", None)}, part


def test_on_a_laptop_the_headers_of_a_proxy_mean_nothing(of_own_rights):
    """Anybody could send them there."""
    page = of_own_rights(Settings())
    assert ask(page, **ANN).status_code == 201
    for part, used in page.used.items():
        assert set(used) == {("local", None)}, part


@pytest.mark.parametrize("token", [None, "", "  ", "two words", "s3cret\u00e9"])
def test_where_the_platform_sends_no_token_it_is_said_what_has_to_be_switched_on(of_own_rights, token):
    page = of_own_rights()
    headers = ANN | {"X_Forwarded_Access_Token": token} if token is not None else {"X_Forwarded_Email": "ann"}
    refused = ask(page, **headers)
    assert_problem(refused, 403, "AUTH_ERROR", "switch on user authorization")
    assert page.nothing_started
    assert "s3cret" not in refused.get_data(as_text=True)
    listed = page.client.get("/api/library/documents", headers={"X-Forwarded-Email": "ann"})
    assert_problem(listed, 403, "AUTH_ERROR", "switch on user authorization")
    assert page.client.get("/", headers={"X-Forwarded-Email": "ann"}).status_code == 200


def test_what_is_not_read_with_anybodys_rights_needs_no_token(of_own_rights):
    page = of_own_rights()
    assert page.call("GET", "/sessions", X_Forwarded_Email="ann").status_code == 200


def test_a_library_that_refuses_the_user_is_a_problem_in_words(of_own_rights):
    page = of_own_rights()
    page.library.fails = AuthFailed("The index refused you.")
    headers = {name.replace("_", "-"): value for name, value in ANN.items()}
    assert_problem(page.client.get("/api/library/documents", headers=headers), 403, "AUTH_ERROR", "refused you")


def test_the_token_is_in_no_repr_and_in_no_answer(of_own_rights):
    page = of_own_rights()
    id = ask(page, **ANN).get_json()["answer_id"]
    answer = page.log.answer(id)
    assert TOKEN not in f"{answer!r} {page.log.read(id)!r} {vars(page.producer)!r} {page.producer._running!r}"


def test_an_index_that_is_asked_too_much_says_when_to_come_again(of_own_rights):
    page = of_own_rights()
    page.library.fails = RateLimited("Too many.", retry_after_s=7)
    headers = {name.replace("_", "-"): value for name, value in ANN.items()}
    refused = page.client.get("/api/library/documents", headers=headers)
    assert_problem(refused, 429, "RATE_LIMIT", "Too many")
    assert refused.headers["Retry-After"] == "7"


READS = [
    ("GET", "library/documents"),
    ("GET", "library/document?id=pier"),
    ("GET", "library/passage?id=pier%230"),
    ("GET", "library/page?id=pier&page=1"),
    ("GET", "library/words?id=pier&page=1"),
    ("GET", "library/media?id=pier"),
    ("GET", "suggestions"),
    ("GET", "profile"),
    ("PATCH", "profile"),
    ("POST", "chat/answers"),
    ("POST", "chat/stream"),
]
SENT = {"profile": {"style": "short"}, "chat/answers": question(recording_filter=["pier"])}
SENT["chat/stream"] = SENT["chat/answers"]


@pytest.mark.parametrize(("failure", "status"), [(AuthFailed(), 403), (RateLimited(retry_after_s=7), 429)])
@pytest.mark.parametrize(("method", "address"), READS)
def test_whatever_reads_an_index_is_described_with_what_that_refuses(of_own_rights, method, address, failure, status):
    page = of_own_rights()
    page.library.fails = failure
    headers = {name.replace("_", "-"): value for name, value in ANN.items()}
    path = address.partition("?")[0]
    refused = page.client.open(f"/api/{address}", method=method, json=SENT.get(address), headers=headers)
    described = document()["paths"][f"/api/{path}"][method.lower()]["responses"]
    assert str(refused.status_code) in described
    if path.startswith("library"):
        assert refused.status_code == status
