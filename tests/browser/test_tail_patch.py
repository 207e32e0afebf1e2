"""The tail on the page: only what changed is touched, and the result is what a fresh drawing would be."""

import json
from pathlib import Path

import pytest

from footnote.page.texts import Texts

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = (
    "02_texts.js",
    "13_sketch_nodes.js",
    "14_emphasis.js",
    "15_words.js",
    "16_sketch_lines.js",
    "17_sketch_code.js",
    "18_sketch_tables.js",
    "20_sketch.js",
    "25_patch.js",
)
TEXT = (
    "They **agreed** on [1, 2]:\n\n- a *first* thing\n- [x] a `second`\n  - nested [link](https://a.org)\n\n"
    "| a | b |\n|---|--:|\n| 1 | **2** |\n\n```python\nx = 1\n```\n\n$$\nx^2\n$$\nend"
)
DRAW = """(text) => {
  const fresh = document.createElement("section");
  footnote.patch.patch(fresh, footnote.sketch.sketch(text));
  return fresh.innerHTML;
}"""
PATCH = """(text) => {
  const tail = document.querySelector("section") || document.body.appendChild(document.createElement("section"));
  footnote.patch.patch(tail, footnote.sketch.sketch(text));
  return tail.innerHTML;
}"""


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.add_script_tag(content=Texts().for_browser())
    for script in SCRIPTS:
        page.add_script_tag(path=ROOT / "assets" / script)
    yield page
    page.close()


def test_a_tail_that_grows_is_always_what_a_fresh_drawing_is(page):
    """Patched after every character, and back to nothing."""
    for end in (*range(1, len(TEXT) + 1), 0):
        assert page.evaluate(PATCH, TEXT[:end]) == page.evaluate(DRAW, TEXT[:end]), TEXT[:end]


def test_the_golden_documents_follow_each_other_in_one_element(page):
    """Whatever stood there before, the new tail is drawn right."""
    golden = json.loads((ROOT / "tests" / "golden" / "sketch.json").read_text(encoding="utf-8"))
    for entry in golden:
        assert page.evaluate(PATCH, entry["text"]) == page.evaluate(DRAW, entry["text"]), entry["name"]


def test_only_what_grew_is_touched(page):
    """Elements stay the same objects, and text is appended to its node."""
    page.evaluate(PATCH, "one **two**\n\n- three")
    changes = page.evaluate(
        """(text) => {
          const tail = document.querySelector("section");
          const observer = new MutationObserver(() => {});
          observer.observe(tail, { subtree: true, childList: true, characterData: true, attributes: true,
            characterDataOldValue: true });
          footnote.patch.patch(tail, footnote.sketch.sketch(text));
          return observer.takeRecords().map((record) => [record.type, record.oldValue, record.target.data]);
        }""",
        "one **two**\n\n- three and four",
    )
    assert changes == [["characterData", "three", "three and four"]]


def test_an_equal_tail_changes_nothing(page):
    """Drawing the same again costs the page nothing."""
    page.evaluate(PATCH, TEXT)
    changes = page.evaluate(
        """(text) => {
          const tail = document.querySelector("section");
          const observer = new MutationObserver(() => {});
          observer.observe(tail, { subtree: true, childList: true, characterData: true, attributes: true });
          footnote.patch.patch(tail, footnote.sketch.sketch(text));
          return observer.takeRecords().length;
        }""",
        TEXT,
    )
    assert changes == 0


def test_a_tail_runs_and_loads_nothing(page):
    """Scripts, handlers, images and addresses that act stay text, also in a tree that no sketch would draw."""
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate(
        PATCH, "<img src=x onerror=alert(1)> ![x](https://a.org/x.png) [y](javascript:alert(1)) <script>z</script>"
    )
    assert page.evaluate("document.querySelectorAll('section :is(img, script, iframe)').length") == 0
    forged = """() => {
      const at = document.createElement("p");
      const link = { tag: "a", attrs: { href: "javascript:alert(1)", onclick: "alert(1)" }, children: [] };
      footnote.patch.patch(at, [link]);
      try {
        footnote.patch.patch(at, [{ tag: "img", attrs: { src: "https://a.org/x.png" }, children: [] }]);
      } catch (error) {
        return at.innerHTML + error.name;
      }
    }"""
    assert page.evaluate(forged) == "<a></a>TypeError"
    assert requests == []


def test_a_tail_of_some_kilobytes_is_patched_well_within_a_frame(page):
    """Twenty times a second, while the reader scrolls."""
    items = "- **item** with some words [1]\n" * 100
    took = page.evaluate(
        """([text, step]) => {
          const tail = document.body.appendChild(document.createElement("section"));
          const began = performance.now();
          let rounds = 0;
          for (let end = text.length - 1000; end < text.length; end += step, rounds += 1) {
            footnote.patch.patch(tail, footnote.sketch.sketch(text.slice(0, end)));
          }
          return (performance.now() - began) / rounds;
        }""",
        [items, 20],
    )
    print(f"{took:.2f} ms a patch of {len(items)} characters")
    assert took < 50
