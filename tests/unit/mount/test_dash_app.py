"""Footnote in another Dash app: everything of its own below its path, and nothing of the other's changed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from uuid import uuid4

import dash
import pytest

from footnote import Footnote, ask_about
from footnote.errors import SettingsError
from footnote.settings import Settings
from host_app import host_app, settings

CALLBACK = {
    "output": "said.children",
    "outputs": {"id": "said", "property": "children"},
    "inputs": [{"id": "query", "property": "value", "value": "b"}],
    "changedPropIds": ["query.value"],
}


def _asks(client, at="/ask"):
    """Ask over HTTP; the events of the answer."""
    asked = {"query": "What was decided about the depot?", "session_id": str(uuid4())}
    return client.post(f"{at}/api/chat/stream", json=asked, headers={"Accept": "text/event-stream"})


def test_page_requests_and_files_are_below_its_path(tmp_path):
    app = host_app()
    Footnote(app, settings=settings(tmp_path))
    client = app.server.test_client()
    page = client.get("/ask/")
    assert page.status_code == 200
    assert 'data-base="/ask/"' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for line in page.text.splitlines():
        for address in line.split('src="')[1:]:
            assert address.startswith("/ask/"), line
            with client.get(address.split('"')[0]) as file:
                assert file.status_code == 200
    stream = _asks(client)
    assert stream.headers["X-Accel-Buffering"] == "no"
    assert stream.text.endswith("data: [DONE]\n\n")
    assert "depot" in stream.text
    assert client.get("/ask/api/nothing").status_code == 404
    assert client.get("/ask/nowhere").status_code == 404
    assert client.get("/ask").headers["Location"] == "/ask/"
    assert client.get("/api/chat/sessions").status_code == 200, "the app's own page, at whatever address"
    assert "The team" not in page.text


@pytest.mark.parametrize(
    ("prefixes", "at", "base"),
    [
        ({"url_base_pathname": "/team/"}, "/team/ask", "/team/ask/"),
        ({"requests_pathname_prefix": "/proxied/", "routes_pathname_prefix": "/"}, "/ask", "/proxied/ask/"),
    ],
)
def test_under_the_apps_prefix_a_browser_is_led_there(tmp_path, prefixes, at, base):
    app = host_app(**prefixes)
    footnote = Footnote(app, settings=settings(tmp_path))
    client = app.server.test_client()
    assert footnote.base == base
    assert f'data-base="{base}"' in client.get(f"{at}/").text
    assert client.get(at).headers["Location"] == base
    assert _asks(client, at).text.endswith("data: [DONE]\n\n")


def test_the_apps_own_responses_are_what_they_were_byte_for_byte(tmp_path):
    def responses(app):
        client = app.server.test_client()
        got = [client.get(address) for address in ("/", "/_dash-layout", "/_dash-dependencies", "/elsewhere")]
        got.append(client.post("/_dash-update-component", json=CALLBACK))
        return [(r.status_code, dict(r.headers), _without_token(r.text)) for r in got]

    alone = responses(host_app())
    app = host_app()
    Footnote(app, settings=settings(tmp_path), drawer=False)
    client = app.server.test_client()
    assert client.get("/ask/").status_code == 200, "and also where Footnote has the first request"
    assert responses(app) == alone
    assert "You said b; the app is host" in alone[-1][2]


def test_with_pages_its_path_is_a_page_of_the_app_that_holds_it(tmp_path):
    app = host_app(pages=True)
    Footnote(app, settings=settings(tmp_path), name="Ask the library")
    client = app.server.test_client()
    assert "data-base" not in client.get("/ask").text.replace("<script", "").split("data-style")[0].split("footnote")[0]
    page = next(page for page in dash.page_registry.values() if page["path"] == "/ask")
    assert page["name"] == "Ask the library"
    shown = page["layout"](whatever="stands in the address")
    assert shown.src == "/ask/"
    assert 'data-base="/ask/"' in client.get("/ask/").text


def test_a_page_of_the_apps_own_layout_may_come_late_and_have_a_look_of_its_own(tmp_path):
    app = host_app()
    footnote = Footnote(app, settings=settings(tmp_path), drawer=False)
    client = app.server.test_client()
    assert client.get("/ask/").status_code == 200
    assert 'data-drawer="false"' not in client.get("/").text
    shown = footnote.page(className="tall", title="Ask the library")
    assert (shown.src, shown.className, shown.title) == ("/ask/", "footnote-frame tall", "Ask the library")
    page = client.get("/").text
    assert 'data-drawer="false"' in page
    script = re.search(r'src="(/ask/assets/footnote-[0-9a-f]+\.js)"', page)[1]
    with client.get(script) as file:
        assert "footnoteHost" in file.text


def test_a_button_speaks_the_language_of_who_asks_for_the_layout_unless_it_is_given_words():
    def says(**options):
        button = ask_about("Rides", **options).children[0]
        return button.children, button.to_plotly_json()["props"]["aria-label"]

    assert says() == ("Ask about this", "Ask about this: Rides")
    with host_app().server.test_request_context(headers={"Accept-Language": "de-DE,en;q=0.5"}):
        assert says() == ("Dazu fragen", "Dazu fragen: Rides")
        assert says(label="Wieso?") == ("Wieso?", "Wieso?: Rides")


def test_what_a_button_takes_along_is_what_a_browser_can_read_and_no_more_than_counts():
    rows = [{"n": n, "share": float("nan"), "day": date(2026, 3, 1)} for n in range(1000)]
    told = ask_about("Rides", data=rows).children[0].to_plotly_json()["props"]["data-footnote-about"]

    def refuse(constant):
        raise AssertionError(constant)  # JSON.parse does

    about = json.loads(told, parse_constant=refuse)
    assert len(about["data"]) == 200
    assert about["data"][0] == {"n": 0, "share": None, "day": "2026-03-01"}


def test_who_asks_is_who_the_app_says_and_nobody_elses_word_counts(tmp_path):
    app = host_app()
    signed_in = []
    Footnote(app, settings=settings(tmp_path), user=lambda: signed_in[-1] if signed_in else None)
    client = app.server.test_client()
    forged = {"X-Forwarded-Email": "ann@example.com"}
    assert client.get("/ask/api/chat/sessions", headers=forged).status_code == 401
    signed_in.append("ann@example.com")
    _asks(client)
    assert len(client.get("/ask/api/chat/sessions").get_json()["sessions"]) == 1
    signed_in.append("bob@example.com")
    assert client.get("/ask/api/chat/sessions", headers=forged).get_json()["sessions"] == []


def test_the_apps_login_keeps_footnote_too(tmp_path):
    app = host_app()
    app.server.before_request(lambda: ("Sign in first", 401))
    Footnote(app, settings=settings(tmp_path))
    assert app.server.test_client().get("/ask/api/chat/sessions").text == "Sign in first"


def test_it_answers_to_every_name_that_the_app_answers_to(tmp_path):
    app = host_app()
    Footnote(app, settings=settings(tmp_path))
    assert app.server.test_client().get("/ask/", base_url="https://dashboards.example.com").status_code == 200


def test_a_library_imported_after_it_is_there_for_the_app(tmp_path):
    """In a process of its own: here, the page was imported by other tests before."""
    code = """
import sys
from dash import Dash, html
from footnote import Footnote
from footnote.settings import Settings
assert "dash" in sys.modules and "footnote.app" not in sys.modules
app = Dash("host")
Footnote(app, settings=Settings(data=sys.argv[1]))
Footnote(app, path="/other", settings=Settings(data=sys.argv[1]))
client = app.server.test_client()
app.layout = html.Div()
assert "dash_extensions" not in client.get("/").text
assert "dash_extensions.v" in client.get("/ask/").text
assert client.get("/ask/").text.count("<script") == client.get("/other/").text.count("<script")
assert "dash_extensions" not in client.get("/").text
import dash_extensions
app.layout = dash_extensions.Lottie()
assert "dash_extensions.v" in client.get("/").text
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code, tmp_path], check=True, timeout=60)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"path": "/"}, "path='/'"),
        ({"path": "ask"}, "path='ask'"),
        ({"path": "/\N{LATIN SMALL LETTER U WITH DIAERESIS}ber"}, "path="),
        ({"path": "/team/../ask"}, "path="),
        ({"path": "/."}, "path="),
        ({"model": "databricks:"}, "model='databricks:'"),
        ({"model": 3}, "model="),
        ({"retriever": 3}, "retriever="),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, given, says):
    with pytest.raises(SettingsError, match=says):
        Footnote(host_app(), settings=settings(tmp_path), **given)


def test_importing_footnote_imports_nothing_dear():
    code = "import sys, footnote; footnote.__version__; assert not {'dash', 'flask'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def _without_token(text: str) -> str:
    """What Dash signs anew for each page that it sends."""
    return re.sub(r'"end_id":\s*"[^"]*"', "", text)


def test_a_retriever_and_a_chat_model_of_langchains_answer(tmp_path):
    from langchain_core.documents import Document
    from langchain_core.language_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.retrievers import BaseRetriever

    class Shelf(BaseRetriever):
        def _get_relevant_documents(self, query, *, run_manager):
            told = {"title": "Depot minutes", "source": "minutes.md", "page": 3}
            return [Document("The depot moves in May.", metadata=told)]

    app = host_app()
    model = GenericFakeChatModel(messages=iter([AIMessage("It moves in May [1].")]))
    Footnote(app, settings=Settings(data=tmp_path), retriever=Shelf(), model=model)
    events = [json.loads(line[6:]) for line in _asks(app.server.test_client()).text.splitlines() if line[6:7] == "{"]
    assert "".join(e["content"] for e in events if e["type"] == "token") == "It moves in May [1]."
    (cited,) = next(e["citations"] for e in events if e["type"] == "citations")
    assert (cited["recording_title"], cited["page"], cited["excerpt"]) == (
        "Depot minutes",
        3,
        "The depot moves in May.",
    )
    assert app.server.test_client().get("/ask/api/library/documents").get_json()["documents"] == [], "and no sample"
