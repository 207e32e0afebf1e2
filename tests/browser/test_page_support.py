"""Is it so: what the check of an answer's statements shows on the page."""

from playwright.sync_api import expect

_UNDERLINED = """name => [...(CSS.highlights.get(name) ?? [])].filter((range) => range.startContainer.isConnected)
  .map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset))"""
_SAID = (
    "We **raise the battery swap threshold** from 20 to 35 percent 😀 [{n}].\n\n"
    "- Callum owns the swaps, with an evening shift from six to ten [{n}].\n"
    "- Nobody in the room had ever seen such weather.\n\n"
    + "That was the long and the short of it, all in all?\n\n"
    * 30
)


def underlined(chat, name):
    """What is underlined of what stands on the page."""
    return chat.page.evaluate(_UNDERLINED, name)


def is_marked(chat):
    assert "".join(underlined(chat, "support-weak")) == "We raise the battery swap threshold from 20 to 35 percent"
    assert underlined(chat, "support-unfound") == ["35"]
    assert underlined(chat, "support-uncited") == ["Nobody in the room had ever seen such weather"]


def answer(chat, model, text):
    """Say it, with the number that the review's decisions have among what was found."""
    writing = model.asked()
    found = [" ".join(passage.text.split()) for passage in writing.prompt.passages]
    n = next(n for n, said in enumerate(found, start=1) if "swap threshold from 20 to 30" in said)
    writing.say(text.format(n=n))
    writing.finish()
    chat.has_ended()


def test_a_wrong_number_is_underlined_listed_and_led_to_by_keys(chat, model):
    """In the text as the server made it; also after a reload and in another version, and gone with the answer."""
    chat.ask()
    answer(chat, model, _SAID)
    support = chat.answer.locator(".support")
    says = support.locator("summary")
    for reload in (False, True):
        if reload:
            chat.reload()
        expect(says).to_have_text("1 of 3 statements supported · 1 detail not in its source")
        is_marked(chat)
    assert chat.body.locator("mark, u").count() == 0
    says.press("Enter")
    expect(support.locator("li")).to_have_count(2)
    expect(support.locator("li.uncited")).to_contain_text("No source is given for it.")
    statement = support.get_by_role("button", name="We raise the battery swap threshold")
    statement.press("Tab")
    value = support.get_by_role("button", name="35", exact=True)
    expect(value).to_be_focused()
    chat.page.keyboard.press("Enter")
    assert underlined(chat, "support-shown") == ["35"]
    expect(chat.body.locator("p").first).to_be_in_viewport()
    expect(value).to_be_focused()

    chat.answer.get_by_role("button", name="Ask again for another answer").press("Enter")
    answer(chat, model, "Nothing in the documents answers this question.")
    expect(chat.answer.locator(".support")).to_have_count(0)
    assert underlined(chat, "support-weak") == []
    chat.versions.get_by_role("button", name="Previous version").press("Enter")
    expect(says).to_be_visible()
    is_marked(chat)
    chat.page.get_by_role("button", name="New conversation").first.click()
    expect(chat.answers).to_have_count(0)
    assert underlined(chat, "support-weak") == []


def test_what_stands_in_its_sources_is_said_in_a_line(chat, model):
    """With nothing to unfold, and nothing where nothing is claimed."""
    chat.ask()
    answer(chat, model, "**Ines Okafor**: Callum owns the swaps, with an evening shift from six to ten. [{n}]")
    support = chat.answer.locator(".support")
    expect(support).to_contain_text("The statement stands in its source word for word")
    assert support.evaluate("support => support.tagName") == "P"
    assert underlined(chat, "support-uncited") == underlined(chat, "support-weak") == []
