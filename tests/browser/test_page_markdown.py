"""Markdown as it is written: no markup shows through, and nothing jumps when a block is finished."""

from dataclasses import dataclass

from chat_page import ChatPage

from footnote.answers.markdown import render

PIECE = 3
MOST_JUMP_PX = 1.5

BLOCKS = {
    "paragraph": "The depot was **closed in May** [1], and *opened* again in ~~June~~ July [2, 3]. It says `stay` "
    "and [more](https://example.org/more) of it, **with *both* of them** and so on to the second line [4-6].",
    "heading": "## What was **decided**",
    "list": "- **Budget**: 40 % more [1]\n- *Time*: until May, with a longer line of words that has to be broken at "
    "the end of the column [2]\n  - nested `code` here\n  - and [a link](https://example.org)\n- nothing else",
    "loose list": "1. First **thing** [1]\n\n2. Second\n\n   with more\n\n3. Third",
    "tasks": "- [x] write\n- [ ] read `it`",
    "table": "| Name | Count of all | Says |\n|:-----|------:|:---:|\n| **Ann** | 1 [2] | yes |\n| Bob | `3` | *no* |",
    "code": '```python\ndef moved(bikes: int) -> str:\n\n    return f"{bikes} **bikes**"  # [1]\n```',
    "quote": "> We **can't** go on [1].\n> Not like this.",
    "formula in a line": "It is $x^2 + y_1$ here, and $\\frac{a}{b}$ too.",
    "formula": "$$\n\\frac{a + b}{c} = \\sum_{i=1}^{n} x_i\n$$",
    "small formula": "$$\nx^2\n$$",
    "rule": "---",
    "end": "And that is **all** [1].",
}
TEXT = "\n\n".join(BLOCKS.values())


def _stream(chat: ChatPage, model, text: str, *, every_s: float) -> None:
    chat.ask()
    writing = model.asked()
    writing.say(*(text[at : at + PIECE] for at in range(0, len(text), PIECE)), every_s=every_s)
    writing.finish()
    chat.has_ended()


def test_no_markup_shows_through_at_any_moment(chat, model):
    """Looked at after every change of the page, in all that isn't code or a formula."""
    chat.page.evaluate(_WATCH_MARKUP)
    _stream(chat, model, TEXT, every_s=0.006)
    assert chat.page.evaluate("window.markup.looks") > 10
    assert chat.page.evaluate("window.markup.seen") == []
    assert chat.blocks() == chat.as_held(render(TEXT))


def test_no_markup_stays_while_the_model_thinks_in_the_middle_of_it(chat, model):
    """Held for as long as it takes: each of these is where a model may stop for seconds."""
    chat.page.evaluate(_WATCH_MARKUP)
    chat.ask()
    writing = model.asked()
    halves = [
        ("**bo", "bo", "ld** one\n\n"),
        ("*it", "it", "alic*\n\n"),
        ("words `co", "co", "de`\n\n"),
        ("[a li", "a li", "nk](https://example.org)\n\n"),
        ("[at](https://exa", "at", "mple.org)\n\n"),
        ("| a | b |\n|--", "b", "-|---|\n| 1 | 2 |\n\n"),
        ("| c | d |\n|---|---|\n| 3 | **4", "4", "** |\n\n"),
        ("```py\nx = 1", "x = 1", "\n```\n\n"),
        ("## Head", "Head", "ing\n\n"),
        ("> quo", "quo", "ted\n\n"),
        ("- [x] do", "do", "ne\n\n"),
        ("so $x^", "so", "2$\n\n"),
        ("$$\n\\frac{a}", "frac", "{b}\n$$\n\n"),
        ("says [1", "says", "].\n\n"),
        ("~~go", "go", "ne~~\n\n"),
        ("and **", "and", "end**\n\n"),
    ]
    for half, shown, rest in halves:
        writing.say(half)
        chat.shows(shown)
        chat.page.wait_for_function(
            "shown => document.querySelector('.answer .tail').textContent.includes(shown)", arg=shown
        )
        assert chat.page.evaluate("window.markup.raw()") == "", half
        writing.say(rest)
    writing.finish()
    chat.has_ended()
    assert chat.page.evaluate("window.markup.raw()") == ""


# The texts above hold none of these characters but as marks.
_WATCH_MARKUP = r"""() => {
  const marks = /[*`|~#$\[\]_]|\\|-{2,}|^\s*[->]\s/;
  const skipped = "pre, code, math, .formula, .formula-block";
  const markup = (window.markup = { looks: 0, seen: [] });
  markup.raw = () => {
    const body = [...document.querySelectorAll(".answer .body")].at(-1);
    if (!body) return "";
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (marks.test(node.data) && !node.parentElement.closest(skipped)) found.push(node.data);
    }
    return found.join("\n");
  };
  const look = () => {
    const raw = markup.raw();
    markup.looks += 1;
    if (raw) markup.seen.push(raw);
  };
  new MutationObserver(look).observe(document.getElementById("thread"),
    { subtree: true, childList: true, characterData: true });
}"""


@dataclass(frozen=True)
class Jump:
    """How far an element moved, or how much it grew, when the server's block took the sketch's place."""

    tag: str
    text: str
    moved_px: float
    grew_px: float


def test_nothing_jumps_when_a_block_is_finished(chat, model):
    """The same text, as it is sketched and as the server's block: the same boxes in the same places."""
    chat.page.evaluate(_WATCH_JUMPS)
    _stream(chat, model, TEXT, every_s=0.006)
    record = chat.page.evaluate("window.jumps")
    assert record["blocks"] >= len(BLOCKS)
    jumps = [Jump(*entry) for entry in record["seen"]]
    assert [jump for jump in jumps if max(abs(jump.moved_px), abs(jump.grew_px)) > MOST_JUMP_PX] == []
    assert record["moved"] == []


_WATCH_JUMPS = """() => {
  const jumps = (window.jumps = { seen: [], blocks: 0, moved: [] });
  const paint = footnote.paint.paint;
  const boxes = (parts) => {
    const top = parts.answer.getBoundingClientRect().top;
    return [...parts.blocks.children, ...parts.tail.children].map((element) => {
      const box = element.getBoundingClientRect();
      return { tag: element.tagName, text: element.textContent.slice(0, 40), top: box.top - top, height: box.height };
    });
  };
  const compare = (before, after) => before.map((box, n) => [
    box.tag, box.text, (after[n]?.top ?? NaN) - box.top, (after[n]?.height ?? NaN) - box.height,
  ]);
  let start = 0; // where the text begins that is no block yet
  footnote.paint.paint = (parts, state, around) => {
    const standing = boxes(parts);
    const grows = state.blocks.length > parts.painted;
    // The new text as a sketch first, as if its block had not come yet.
    if (grows) footnote.patch.patch(parts.tail, footnote.sketch.sketch(state.text.slice(start)));
    const before = boxes(parts);
    paint(parts, state, around);
    const after = boxes(parts);
    if (grows) {
      jumps.seen.push(...compare(before, after));
      jumps.blocks = state.blocks.length;
    }
    // What stood there stays where it stood, whatever comes.
    for (const [n, box] of standing.entries()) {
      const moved = (after[n]?.top ?? box.top) - box.top;
      if (Math.abs(moved) > 1.5) jumps.moved.push([box.tag, box.text, moved]);
    }
    start = state.text.length - state.tail.length;
  };
}"""
