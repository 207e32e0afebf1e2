"""An answer is read, copied, taken along and printed."""

from __future__ import annotations

from io import BytesIO

import pytest
from chat_page import ChatPage
from docx import Document
from playwright.sync_api import expect

TEXT = (
    """## Findings

It **was** so [2], and so it stays [2, 1].

- [x] counted
- [ ] checked
  1. again

| station | """
    + " | ".join(f"a long heading {n}" for n in range(12))
    + """ |
|---|"""
    + "--:|" * 12
    + """
| Pier | """
    + " | ".join("12,345" for _ in range(12))
    + """ |

```python
print("one")
```

The end: $x^2$.
"""
)


INKS = """() => {
  const root = getComputedStyle(document.documentElement);
  const colour = (selector) => getComputedStyle(document.querySelector(selector)).color;
  return [colour(".body p"), colour(".code code"), ...["--mark", "--doubt"].map((name) => root.getPropertyValue(name))];
}"""


@pytest.fixture
def chat(new_context, server):
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    return ChatPage(context.new_page()).open(server.url)


def copied(chat, kind="text/plain"):
    """What is on the clipboard, once it is written."""
    expect(chat.page.locator("#announcer")).to_have_text("Copied.")
    return chat.page.evaluate(
        """async (kind) => (await (await navigator.clipboard.read())[0].getType(kind)).text()""", kind
    )


def test_an_answer_is_read_copied_exported_and_printed(chat, model):
    chat.ask()
    writing = model.asked()
    writing.say(TEXT)
    chat.shows("The end")

    # Code that is finished can be copied while the rest is still being written.
    code = chat.answer.locator(".code")
    expect(code.locator(".code-language")).to_have_text("python")
    chat.listen(".code-copy")
    code.get_by_role("button", name="Copy the code").press("Enter")
    chat.hears("Copied")
    assert chat.page.evaluate("navigator.clipboard.readText()") == 'print("one")\n'
    writing.finish()
    chat.has_ended()

    # A table scrolls in a region of its own, which keys can reach; tasks are told and can't be changed.
    table = chat.answer.locator(".table-scroll")
    assert table.evaluate("region => region.scrollWidth > region.clientWidth && region.tabIndex === 0")
    assert chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(chat.answer.get_by_role("img", name="Done")).to_have_count(1)
    expect(chat.answer.locator("li input")).to_have_count(0)

    chat.answer.get_by_role("button", name="Copy the answer").click()
    html = copied(chat, "text/html")
    assert "<strong>was</strong>" in html
    assert html.index("<sup") < html.index("Sources") < html.index("<blockquote")
    assert copied(chat).startswith("## Findings\n\nIt **was** so [^1], and so it stays [^1][^2].")
    excerpt = chat.sources.locator("blockquote").first.text_content()
    assert excerpt.splitlines()[0] in copied(chat)

    def choose(entry):
        chat.answer.get_by_role("button", name="Export the answer").click()
        chat.page.get_by_role("menuitem", name=entry).click()

    chat.page.evaluate("document.getElementById('announcer').textContent = ''")
    choose("Copy as Markdown")
    assert copied(chat).endswith("\n")
    with chat.page.expect_download() as expected:
        choose("Export as Word")
    assert expected.value.suggested_filename.endswith("owns it.docx")
    file = Document(BytesIO(expected.value.path().read_bytes()))
    assert "It was so1, and so it stays1, 2." in [paragraph.text for paragraph in file.paragraphs]

    # On paper: all of it, in dark ink whatever the screen is, and nothing to press.
    chat.answer.locator(".sources > summary").click()
    chat.page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    choose("Print the conversation")
    chat.page.wait_for_function("() => window.printed")
    chat.page.emulate_media(media="print")
    chat.page.evaluate("document.documentElement.dataset.mantineColorScheme = 'dark'")
    assert chat.page.evaluate(INKS) == ["rgb(0, 0, 0)", "rgb(36, 41, 47)", "#fff2c2", "#8f5b00"]
    chat.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(chat.sources.first).to_be_visible()
    for hidden in (".bar", ".dock", ".history", ".answer-tools", ".code-head"):
        expect(chat.page.locator(hidden).first).to_be_hidden()
    assert table.evaluate("region => getComputedStyle(region).overflowX") == "visible"
    assert chat.page.locator("#scroll").evaluate("s => s.clientHeight >= s.scrollHeight")
    chat.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(chat.sources.first).to_be_hidden()
    assert chat.page.pdf()
