"""How the page looks: light and dark, narrow and wide, still for who wants it still."""

import pytest
from chat_page import ChatPage
from playwright.sync_api import expect

from footnote import errors

NARROW = {"width": 390, "height": 844}
LEAST_CONTRAST = 4.5
WIDE_TEXT = (
    "A [link](https://example.org/" + "very-long-path/" * 12 + ") and " + "Unbreakable" * 20 + "\n\n"
    "| one column | another column | a third column | and a fourth one | the fifth |\n|---|---|---|---|---|\n"
    "| some words | more of them | and more | of them again | and again [1] |\n\n"
    "```python\n" + "x = " + "1 + " * 60 + "1\n```\n\n"
    "$$\n" + " + ".join(f"x_{{{n}}}" for n in range(60)) + "\n$$\n\n"
    "- " + "nested " * 30 + "\n  - " + "deeper" * 30 + "\n\n"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_every_text_can_be_read(new_context, server, scheme):
    """390 px wide with nothing to scroll sideways, and contrasts of at least 4.5, while it streams and after."""
    chat = ChatPage(new_context(viewport=NARROW, color_scheme=scheme).new_page()).open(server.url)
    expect(chat.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
    _fits(chat)
    chat.ask("A question with " + "averylongword" * 10 + "?")
    writing = server.model.asked()
    writing.say(WIDE_TEXT)
    chat.shows("deeper")
    _fits(chat)
    expect(chat.stop).to_be_in_viewport()
    assert _too_faint(chat) == []
    writing.fail(errors.GenerationFailed())
    chat.has_ended("error")
    expect(chat.sources.first).to_be_attached()
    _fits(chat)
    assert _too_faint(chat) == []
    light = chat.page.evaluate(_LIGHTNESS)
    assert light > 0.8 if scheme == "light" else light < 0.1


def _fits(chat: ChatPage) -> None:
    script = (
        "() => [document.documentElement, document.getElementById('scroll')].map((e) => e.scrollWidth - e.clientWidth)"
    )
    assert chat.page.evaluate(script) == [0, 0]


def _too_faint(chat: ChatPage) -> list[object]:
    return chat.page.evaluate(_CONTRASTS, LEAST_CONTRAST)


_COLOURS = """
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgba(colour).slice(0, 3).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
"""
_LIGHTNESS = f"() => {{ {_COLOURS} return luminance(getComputedStyle(document.body).backgroundColor); }}"
_CONTRASTS = f"""(least) => {{ {_COLOURS}
  const ground = (element) => {{
    for (let at = element; at; at = at.parentElement) {{
      const colour = getComputedStyle(at).backgroundColor;
      if (rgba(colour)[3] > 250) return colour;
    }}
    return "white";
  }};
  const faint = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.querySelector(".page"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const element = walker.currentNode.parentElement;
    const seen = walker.currentNode.data.trim() && element.checkVisibility();
    if (!seen || element.closest(".unseen, :disabled")) continue;
    looked += 1;
    const [a, b] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < least) faint.push([walker.currentNode.data.slice(0, 30), (a + 0.05) / (b + 0.05)]);
  }}
  return looked > 5 ? faint : ["nothing was looked at"];
}}"""


def test_light_and_dark_can_be_switched_and_the_choice_is_kept(chat):
    html = chat.page.locator("html")
    expect(html).to_have_attribute("data-mantine-color-scheme", "light")
    chat.page.locator("#scheme").click()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")
    chat.reload()
    expect(html).to_have_attribute("data-mantine-color-scheme", "dark")


def test_nothing_moves_for_who_asked_for_reduced_motion(new_context, server):
    chat = ChatPage(new_context().new_page()).open(server.url)
    chat.ask()
    writing = server.model.asked()
    writing.say("One [1]")
    chat.shows("One")
    assert chat.page.evaluate("document.getAnimations().length") == 0
    assert [cursor["animation"] for cursor in chat.cursor()] == ["none"]
    writing.finish()
    chat.has_ended()
    chat.body.locator(".cite").click()
    expect(chat.page.locator("#panel mark").first).to_be_visible()
    assert chat.page.evaluate("document.getAnimations().length") == 0
