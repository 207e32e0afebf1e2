"""Blocks are a pure function of the text, however it is cut, and cost time in proportion to it."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes import once
from footnote.answers.boundaries import is_closed
from footnote.answers.dialect import parser
from footnote.answers.markdown import BlockRenderer, _readable, render
from footnote.answers.safe_html import clean
from quiet_time import quiet_s

PROSE = """# What they said

The bridge was **closed** in *May* [1], and
opened again in June [2, 3].

A second paragraph
===

Third, with `code [1]` and $x^2$.
> quoted
lazy line
> - list in a quote
goes on

***
"""
LISTS = """- one
- two

  with a paragraph

- three
    - nested

      deeper

    - [x] done
- [ ] to do
lazy

    indented under nothing

after the list

1. first
2) other delimiter
7. seven
   ```
   code

   in an item
   ```

text
* a
* b
- c
"""
CODE = """```python
def f():

    return "```"
```
~~~~
~~~
still code
~~~~

    indented

    goes on

not any more
```
never closed

"""
TABLES = """| a | b |
|---|:-:|
| 1 | 2 |
| `x|y` | [1] |
not | barred
plain

a | b
--- | ---
1 | 2
# heading ends it
a | b
--- |
| lone |
text
| x | y |
|---|---|
"""
FORMULAS = """$$
x^2

$$ y $$
\\[
\\frac{a}{b}
\\]
text $$
more
\\[1\\] is no formula
$$ a $$ nor this

> $$
> z
> $$

- $$
  q
  $$
- \\[ never closed
end
"""
ODD = (
    "\n\n  \n- \n\n  foo\n\r\nwin\r\ndows\r\n\r\n-\t tab\n\n\ttab\n+\n+ x\u00a0\n\u00a0\n"
    "\ud83d\ude00 [1]: http://x\n[a]: b\n10. x\n\n   y\n\n  z\n- [ ]\n- [x] # h\n- [x]   ```\n- [ ] \n"
)
SETEXT = "a\n-\n\nb\n--\n- c\n---\n\n> d\n---\n> e\n===\nf\n= =\n===\n|\n---\n| |\n|-|\n"
DOCUMENTS = {
    "prose": PROSE,
    "lists": LISTS,
    "code": CODE,
    "tables": TABLES,
    "formulas": FORMULAS,
    "odd": ODD,
    "setext": SETEXT,
}


def at_once(text):
    """The whole text through the parser in one go, with no blocks."""
    return clean(parser().render(_readable(text)))


def blocks_of(pieces):
    renderer = BlockRenderer()
    blocks = [block for piece in pieces for block in renderer.feed(piece)]
    return blocks + renderer.finish()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_blocks_joined_are_the_document_rendered_at_once(name):
    """Parsing the whole text in one go gives the same HTML as its blocks one after another."""
    text = DOCUMENTS[name]
    assert render(text) == at_once(text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_blocks_are_the_same_wherever_the_text_is_cut_in_two(name):
    """Every position of one cut gives the same blocks with the same ends."""
    text = DOCUMENTS[name]
    whole = blocks_of([text])
    for cut in range(len(text)):
        assert blocks_of([text[:cut], text[cut:]]) == whole, text[:cut]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_blocks_are_the_same_for_any_pieces(name):
    """Characters one by one, lines, and random pieces give the same blocks."""
    text = DOCUMENTS[name]
    whole = blocks_of([text])
    assert blocks_of(text) == whole
    assert blocks_of(text.splitlines(keepends=True)) == whole
    rng = random.Random(7)
    for _ in range(20):
        cuts = sorted(rng.sample(range(len(text)), 9))
        assert blocks_of(text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)) == whole


def test_random_documents_give_the_same_blocks_for_any_pieces():
    """Lines drawn at random, 400 documents of them: joined blocks are the whole, cut or not."""
    rng = random.Random(11)
    lines = [line for text in DOCUMENTS.values() for line in text.split("\n")] + [""] * 20
    for _ in range(400):
        text = "\n".join(rng.choices(lines, k=rng.randint(2, 12)))
        whole = blocks_of([text])
        assert "".join(block.html for block in whole) == at_once(text), text
        assert blocks_of(text) == whole, text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ends_grow_and_the_tail_is_the_text_behind_the_last_block(name):
    """Nothing of the text is lost between the blocks and the tail."""
    text = DOCUMENTS[name]
    renderer, end = BlockRenderer(), 0
    for at, character in enumerate(text):
        for block in renderer.feed(character):
            assert end < block.end <= at + 1
            end = block.end
        assert renderer.tail == text[end : at + 1]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("# Heading\n", 1),
        ("Paragraph\n", 0),
        ("Paragraph\n\n", 1),
        ("Setext\n===\n", 1),
        ("---\n", 1),
        ("```\ncode\n\n", 0),
        ("```\ncode\n```\n", 1),
        ("$$\nx\n$$\n", 1),
        ("\\[ x \\]\n", 1),
        ("| a |\n|---|\n| 1 |\n", 0),
        ("| a |\n|---|\n| 1 |\n\n", 1),
        ("> quote\n", 0),
        ("> quote\n\n", 1),
        ("- item\n\n", 0),
        ("- item\n\n- item\n\n", 0),
        ("- item\n\nT", 1),
        ("- item\n\n  T", 0),
        ("- item\nT", 0),
        ("    code\n\nT", 1),
        ("Paragraph\n# Heading\n", 2),
        ("Paragraph\n```\n", 1),
    ],
)
def test_a_block_is_finished_as_soon_as_nothing_can_change_it(text, blocks):
    """Paragraphs at the blank line, headings at the newline, fences at the fence, lists at what follows."""
    renderer = BlockRenderer()
    assert len([block for character in text for block in renderer.feed(character)]) == blocks


def test_a_fence_that_only_looks_closed_stays_open():
    """A closing fence is at least as long as the opening one, and has nothing behind it."""
    renderer = BlockRenderer()
    assert renderer.feed("````\n```\n```` x\n") == []
    assert renderer._last is not None
    assert not is_closed(renderer._last, ["````", "```", "```` x"])
    assert len(renderer.feed("`````\n")) == 1


LONG = {
    "fence": "```\n" + "x = [1, 2, 3]\n" * 2_400,
    "backticks in a tilde fence": "~~~\n" + "```\n~~\n" * 4_500,
    "table": "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 3_000,
    "paragraph": "some words in a line\n" * 1_500,
    "numbers in a paragraph": "text\n" + "2. foo\n" * 4_500,
    "dashes in a table": "| a |\n|---|\n" + "| - |\n" * 4_500,
    "list": "- item\n" * 4_500,
    "lazy list": "- a\nlazy\n" * 1_500,
    "loose list": "- a\n\n" * 6_000,
    "lazy quote": "> a\nb\n" * 4_500,
    "quote": "> a\n" * 7_500,
    "indented": "    a\n" * 4_500,
    "one line": "word " * 6_000,
    "blank lines": "\n" * 30_000,
    "blanks": " " * 30_000,
    "open formula": "$$\n" + "x $ y\n" * 4_500,
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_block_in_small_pieces_costs_time_in_proportion(name):
    """30 KB in pieces of 20 characters: the parser never reads more than a fixed multiple of the text."""
    text = LONG[name]
    renderer = BlockRenderer()
    parsed = 0
    parse = renderer._parse

    def counted(source):
        nonlocal parsed
        parsed += len(source)
        return parse(source)

    renderer._parse = counted
    for at in range(0, len(text), 20):
        renderer.feed(text[at : at + 20])
    assert parsed <= 6 * len(text) + 20_000
    assert name not in ("fence", "table", "paragraph", "list", "quote", "indented") or parsed < 1_000


@pytest.mark.no_cover  # the time is the product's own
@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "*a" * 5_000,
        ">" * 1_000 + " a",
        "- " * 5_000,
        "\n".join("  " * depth + "- a" for depth in range(300)),
        "\n".join("> " * depth + "a" for depth in range(200)),
        "![" * 5_000,
        "[a](" * 5_000,
        "[a](http://x" * 3_000,
        "[[1](http://x)" * 2_000,
        "[1]" * 5_000,
        "<" * 10_000,
        "<http://" * 3_000,
        "`" * 10_000,
        " ".join("`" * length for length in range(1, 200)),
        "*_" * 5_000,
        "**a _b ~~c " * 1_500,
        "$" * 10_000,
        "$a " * 5_000,
        "\\(" * 5_000,
        "\\[=" * 5_000,
        "$" + "{" * 900 + "$",
        "$$" + "x^" * 400 + "x$$",
        "$x$ " * 1_500,
        "&" * 10_000,
        "\\" * 10_000,
        "|" * 3_000 + "\n" + "|-" * 1_500,
        "| a " * 200 + "|\n" + "|-" * 200 + "|\n" + "|\n" * 100,
        "```python\n" + '"' * 19_000 + "\n```",
        "```html\n" + "<a " * 6_000 + "\n```",
        "a\n" * 5_000 + "===",
        "word " * 40_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_is_rendered_within_a_second(text):
    """Known worst cases of Markdown parsers stay bounded."""
    assert once(lambda: quiet_s(lambda: render(text)) < 1)
    assert render(text)


def test_nesting_too_deep_for_the_parser_is_shown_as_written():
    """What the parser would leave out is shown as plain text: nothing of an answer is lost."""
    text = ">" * 100 + " deep <b>"
    assert render(text) == '<pre class="plain">' + "&gt;" * 100 + " deep &lt;b&gt;</pre>\n"


def test_many_threads_share_the_parser():
    """Answers that stream side by side don't mix."""
    texts = [f"# {n}\n\n- a [{n % 9 + 1}]\n\n```python\nx = {n}\n```\n" for n in range(60)]
    alone = [render(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(render, texts)) == alone
