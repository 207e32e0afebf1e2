"""Whatever a model, a document, a question or a title says: it stays text, and nobody hears of it."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import pytest
from chat_page import ChatPage
from harmless import ALLOWED, armed, harm
from history_page import answered, call
from page_server import PageServer, served
from playwright.sync_api import expect

from footnote.parts import parts
from footnote.passages import Document, Kind, Passage, Segment
from footnote.settings import Settings
from hostile_inputs import FAMILIES, INPUTS

AT_ONCE = 16
"""How many inputs one document holds."""
LONGEST_TITLE = 200


def _document(n: int, inputs: tuple[str, ...]) -> tuple[Document, Passage]:
    """A recording with hostile words in its title, its speakers, its tags and all that is said."""
    turns = [f"{_line(text)}: The attack says {text}" for text in inputs]
    offsets = [sum(len(turn) + 1 for turn in turns[:at]) for at in range(len(turns))]
    segments = tuple(
        Segment(offset, at, speaker=_line(text), start_s=float(at), end_s=at + 1.0)
        for at, (offset, text) in enumerate(zip(offsets, inputs, strict=True))
    )
    speakers, title = tuple(map(_line, inputs)), _line(inputs[0])
    document = Document(
        f"<b id=query>/{n}", title, Kind.RECORDING, f"{n}.txt", str(n), date="2026-01-02", words=9, speakers=speakers,
        tags=tuple(speakers[:3]),
    )  # fmt: skip
    return document, Passage(f"p{n}", document.id, title, 0, "\n".join(turns), segments)


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]


def _some(inputs: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(inputs[at : at + size]) for at in range(0, len(inputs), size)]


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory) -> Iterator[PageServer]:
    """A library with every input in it."""
    nothing = tmp_path_factory.mktemp("nothing")
    made = parts(Settings(data=tmp_path_factory.mktemp("hostile"), library=nothing, rate_limit="off"))
    for n, inputs in enumerate(_some(INPUTS, AT_ONCE)):
        document, passage = _document(n, inputs)
        made.library.replace(document, [passage])
    with served(made) as server:
        yield server


@pytest.fixture
def hostile_chat(new_context, hostile_server, watch) -> Iterator[ChatPage]:
    yield ChatPage(armed(new_context())).open(hostile_server.url)
    hostile_server.model.rest()
    assert watch.hosts == {"127.0.0.1"}
    assert [request for request in watch.requests if "leak" in request] == []


def test_there_are_many_of_them():
    """Each another one."""
    print(f"hostile inputs: {len(INPUTS)}, of {len(FAMILIES)} families")
    assert len(INPUTS) >= 300


def test_hostile_answers_stay_text(hostile_chat, hostile_server):
    """Every input, cut into tokens of one to seven characters: while it streams, when it is done, after a reload."""
    chat = hostile_chat
    cuts = random.Random(4)
    for family, inputs in FAMILIES.items():
        chat.ask(f"The {family} attack?")
        writing = hostile_server.model.asked()
        for text in inputs:
            writing.say(*_cut(text, cuts), "\n\n")
        writing.say("So it says [1]. All said.")
        chat.shows("All said.")
        assert harm(chat.page) == [], family
        writing.finish()
        chat.has_ended()
    assert chat.answers.count() == len(FAMILIES)
    chat.answers.first.scroll_into_view_if_needed()
    expect(chat.answers.first).to_contain_text("<script>hit()</script>")
    assert harm(chat.page) == []
    chat.reload()
    expect(chat.answers.last).to_contain_text("All said.")
    assert harm(chat.page) == []


def _cut(text: str, cuts: random.Random) -> list[str]:
    pieces = []
    while text:
        size = cuts.randint(1, 7)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


def test_an_unfinished_text_is_harmless_wherever_a_token_ends(hostile_chat, hostile_server):
    """Every input, after each of its characters, drawn the way that an answer's tail is."""
    chat = hostile_chat
    chat.ask("What comes now?")
    writing = hostile_server.model.asked()
    writing.say("It")
    chat.shows("It")
    found = chat.page.evaluate(_EVERY_CUT, [INPUTS, ALLOWED])
    assert found == []
    assert harm(chat.page) == []
    # A sample by the whole way, each token an event of its own.
    for text in random.Random(5).sample(INPUTS, 6):
        writing.say("\n\n", *_cut(text[:70], random.Random(6)), every_s=0.06)
    writing.say("\n\nAll said.")
    chat.shows("All said.")
    assert harm(chat.page) == []
    writing.finish()
    chat.has_ended()


_EVERY_CUT = """([inputs, allowed]) => {
  const tail = document.querySelector("#thread .body").appendChild(document.createElement("section"));
  const [tags, attributes] = [new Set(allowed.tags), new Set(allowed.attributes)];
  const found = [];
  for (const input of inputs) {
    for (let end = 1; end <= input.length; end += 1) {
      footnote.patch.patch(tail, footnote.sketch.sketch(input.slice(0, end)));
      for (const element of tail.querySelectorAll("*")) {
        const bad = !tags.has(element.localName) || element.getAttributeNames().some((name) =>
          !attributes.has(name) && !name.startsWith("aria-") ||
          name === "href" && !/^(#$|https?:|mailto:)/.test(element.getAttribute(name)));
        if (bad) found.push(input.slice(0, end));
      }
    }
  }
  tail.remove();
  return found;
}"""


def test_hostile_documents_stay_text(hostile_chat, hostile_server):
    """In the citations, the card, the inspector and the source beside the answer, and in the library."""
    chat = hostile_chat
    page = chat.page
    chat.ask("What does the attack say?")
    writing = hostile_server.model.asked()
    assert len(writing.prompt.passages) > 2
    writing.say("So it says [1]. And so [2].")
    writing.finish()
    chat.has_ended()
    expect(chat.sources.first).to_contain_text("The attack says")
    chat.body.locator(".cite").first.hover()
    expect(page.locator("#card")).to_contain_text("The attack says")
    assert harm(page) == []
    documents = [_document(n, inputs)[0] for n, inputs in enumerate(_some(INPUTS, AT_ONCE))]
    for document in documents:
        page.evaluate("id => footnote.source.open({ document: id })", document.id)
        expect(page.locator("#panel")).to_contain_text(document.title)
        expect(page.locator("#panel")).to_contain_text("The attack says")
        assert harm(page) == [], document.title
    page.goto(f"{hostile_server.url}/library?source={quote(documents[3].id, safe='')}&quote={quote(INPUTS[3])}")
    expect(page.locator("#panel")).to_contain_text("The attack says")
    expect(page.locator("#library")).to_be_visible()
    assert harm(page) == []


def test_hostile_questions_titles_and_comments_stay_text(hostile_chat, hostile_server):
    """In the thread, the sidebar and the window's title."""
    chat = hostile_chat
    questions = [
        "\n".join(inputs).replace("\0", "") for inputs in _some(INPUTS, 50)
    ]  # a question with a NUL is refused
    session = answered(hostile_server, *questions)
    for title in FAMILIES["mutation"][:12]:
        named = answered(hostile_server, title)
        call(hostile_server, "PATCH", f"/sessions/{named}", {"title": _line(title)})
    answer = call(hostile_server, "GET", f"/sessions/{session}")["turns"][0]["answer_id"]
    said = {"verdict": "down", "reason": "incomplete", "comment": "\n".join(INPUTS[:40])[:900]}
    call(hostile_server, "PUT", f"/answers/{answer}/feedback", said)
    chat.page.goto(f"{hostile_server.url}/c/{session}")
    expect(chat.questions.last).to_contain_text(INPUTS[-1])
    expect(chat.page.locator("#history-list")).to_contain_text("</noscript><img")
    assert harm(chat.page) == []
    chat.page.get_by_role("button", name="Edit the question").first.click()
    chat.page.locator("#history-query").fill(INPUTS[0])
    expect(chat.page.locator("#history-list")).to_contain_text(INPUTS[0])
    assert harm(chat.page) == []


@pytest.mark.embedded_only("no file is sent to an index: its documents are taken in by Unity Catalog")
@pytest.mark.console("400")
def test_hostile_files_and_tables_stay_text(hostile_chat, hostile_server):
    """In the names of what is sent, in why it is refused, in a table's heads and cells."""
    page = hostile_chat.page
    page.goto(f"{hostile_server.url}/library")
    expect(page.locator(".holding").first).to_be_visible()
    names = [_line(text).replace("/", "\u2215")[:100] for text in INPUTS[::25]]
    refused = [{"name": f"{name}.exe", "mimeType": "text/html", "buffer": b"x"} for name in names]
    rows = [[_line(text) for text in some] for some in _some(INPUTS, 5)]
    table = {"name": "cells.csv", "mimeType": "text/csv", "buffer": _csv(rows)}
    page.locator(".bring input").set_input_files([*refused, table])
    expect(page.locator(".upload[data-state=failed]")).to_have_count(len(refused))
    opener = page.get_by_role("button", name="Cells", exact=True)
    expect(opener).to_be_visible()
    assert harm(page) == []
    opener.click()
    expect(page.locator("#panel").get_by_role("gridcell").first).to_be_visible()
    expect(page.locator("#panel")).to_contain_text("hit()")
    assert harm(page) == []


def test_hostile_profiles_stay_text(hostile_chat, hostile_server):
    """What a user has told, in the settings and on the page that follows it."""
    page = hostile_chat.page
    told = {"role": _line(INPUTS[0])[:80], "topics": [_line(text)[:80] for text in INPUTS[1:300:30]]}
    assert page.request.patch(f"{hostile_server.url}/api/profile", data=told).ok
    for place in ("settings", ""):
        page.goto(f"{hostile_server.url}/{place}")
        expect(page.locator("html[data-chat]")).to_be_attached()
        assert harm(page) == [], place
    page.goto(f"{hostile_server.url}/settings")
    expect(page.get_by_label("Your role")).to_have_value(told["role"])
    assert harm(page) == []


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([row for row in rows if len(row) == len(rows[0])])
    return out.getvalue().replace("\0", "").encode()


def test_a_hostile_answer_that_was_exported_stays_text(hostile_chat, hostile_server):
    """Every input in one answer, as the HTML file that a person keeps and opens."""
    page = hostile_chat.page
    session = answered(hostile_server, "\n".join(INPUTS[:40]).replace("\0", ""), said="\n\n".join(INPUTS) + " So [1].")
    answer = call(hostile_server, "GET", f"/sessions/{session}")["turns"][0]["answer_id"]
    exported = page.request.get(f"{hostile_server.url}/api/chat/answers/{answer}/export?format=html").text()
    assert "hit()" in exported
    # Its own policy would hide what only that policy stops.
    bare = exported.replace('<meta http-equiv="Content-Security-Policy"', '<meta name="x"')
    assert bare != exported
    page.route("**/exported.html", lambda route: route.fulfill(body=bare, content_type="text/html; charset=utf-8"))
    page.goto(f"{hostile_server.url}/exported.html")
    expect(page.locator("article")).to_contain_text("hit()")
    assert page.evaluate("window.owned") == []
    assert page.locator("script, iframe, object, embed, form, img, svg, base, link, template").count() == 0
    handlers = "all => all.filter((e) => e.getAttributeNames().some((name) => name.startsWith('on'))).length"
    assert page.locator("*").evaluate_all(handlers) == 0


@pytest.mark.console("Content Security Policy", "Failed to load resource")
def test_the_policy_stops_what_would_have_come_through(chat):
    """Were a script, a handler, an image or a form ever put into the page, the browser would refuse it."""
    policy = chat.page.request.get(chat.page.url).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    chat.page.evaluate(_FORCE)
    for directive in ("script-src-elem", "script-src-attr", "img-src", "connect-src", "form-action"):
        chat.page.wait_for_function("directive => window.refused.includes(directive)", arg=directive)
    assert chat.page.evaluate("window.owned") is None


_FORCE = """async () => {
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.effectiveDirective));
  const script = document.createElement("script");
  script.textContent = "window.owned = 1";
  document.body.append(script);
  const put = document.body.appendChild(document.createElement("div"));
  put.innerHTML = "<img src='http://127.0.0.1:1/x.png' onerror='window.owned = 1'>" +
    "<a href='#' onclick='window.owned = 1'>x</a>" +
    "<form action='http://127.0.0.1:1/' method='post'><button>x</button></form>";
  put.querySelector("a").click();
  put.querySelector("button").click();
  await fetch("http://127.0.0.1:1/").catch(() => {});
}"""
