"""The golden that ties the browser's sketch of unfinished text to the server's HTML.

``FOOTNOTE_WRITE_GOLDENS=1 pytest tests/unit/answers/test_sketch_golden.py`` writes it anew;
``tests/js/sketch.test.js`` reads it.
"""

# ruff: noqa: E501 - a document of the golden stands in as few lines as it can

import json
import os
import re
from pathlib import Path

from lxml import html as lxml_html

from footnote.answers.markdown import BlockRenderer

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "sketch.json"
INLINE = {"a", "code", "em", "s", "span", "strong", "br"}

# "steady": whatever prefix of it is sketched shows a prefix of what the finished text shows.
STEADY = {
    "prose": "The bridge was **closed in May** [1], and *opened* again in _June_ [2, 3].\nIt stays open [4-6].\n\n"
    "A second paragraph with `code`, ~~an error~~ and a [link](https://example.org/a_b?c=d) in it.\n\n",
    "headings": "# One\n\nText.\n\n## Two **bold**\n### Three\n#### Four\n##### Five\n###### Six\nText at once.\n\n",
    "list": "They agreed on three things:\n\n- **Budget**: 40 % more [1]\n- *Time*: until May [2, 3]\n"
    "- nothing else\n  that is worth a word\n\nThat was all.\n\n",
    "numbered": "1. First [1]\n2. Second\n   - inner **one**\n   - inner two\n3. Third\n\nAnd then.\n\n",
    "tasks": "- [x] write\n- [ ] read `it`\n- [X] sleep\n\nDone.\n\n",
    "quote": "She said:\n\n> We **can't** go on [1].\n> Not like this.\n\nAnd left.\n\n",
    "code": "Run this:\n\n```python\nfor x in range(3):\n\n    print(x)  # [1]\n```\n\nIt prints `0` to `2`.\n\n",
    "table": "| Name | Count |\n|:-----|------:|\n| **Ann** | 1 [2] |\n| Bob | `3` |\n\nAs you see.\n\n",
    "nested emphasis": "**bold *both* bold** and ***all*** and **a**b and x**y**z.\n\n",
    "breaks": "one  \ntwo\\\nthree\nfour\n\n",
    "marks at the start": "~~gone~~ is gone\n\n**Bold:** and so\n_on_ and `on`\n\n[1] says\n\n",
    "rule": "above\n\n---\n\nbelow\n\n",
}
OTHER = {
    "formulas": "With $x^2$ and \\(y\\) we get:\n\n$$\n\\frac{a}{b}\n$$\n\nand \\[ z = 1 \\] or\n\\[\nq\n\\]\nend $$k$$.\n\n"
    "It costs $5 or $10, not 20$.\n\n",
    "formula source": "$\\left($ fails\n\n",
    "loose list": "- one\n\n- two\n\n  more of two\n- three\n\n1. a\n\n   b\n2. c\n\n",
    "lists of all kinds": "* a\n* b\n\n+ c\n\n7. seven\n8. eight\n\n2) two\n- x\n  ```sh\n  ls\n\n  cd\n  ```\n- y\n\n"
    "  > quoted\n  > twice\n- z\nlazy\n\n",
    "deep list": "- a\n  - b\n    - c\n\n      d\n    - e\n  - f\n- g\n\nend\n\n",
    "tasks in a loose list": "- [ ] one\n\n- [x] two\n\n  more\n\n",
    "quotes": "> a\nlazy\n> > b\n> c\n\n> - list\n>   more\n>\n> para\n> # Head\n\n",
    "setext": "Title\n===\n\nSub **title**\n---\n\nTwo\nlines\n---\n\n",
    "fences": "~~~\n```\n~~~\n\n````md x y\n```\n````\n  ```\n  in\n    dent\n  ```\n```\n```\n\n    indented\n\n    code\n\n",
    "tables": "a | b\n--- | :-:\n1 | 2 | 3\n`x\\|y` |\nplain\n\ntext\n| a |\n|---|\n\n|a|b|\n|-|-|\n||x|\n# end\n\n",
    "escapes": "\\*not em\\* \\[1\\] \\`x\\` \\# 1\\. a\\b &amp; &lt; &#65; &mdash; <b>no</b> <script>alert(1)</script>\n\n",
    "markers": "[1][2] [1,2;3] [ 4 ] [5\u20137] [0] [9-8] [a] [1](https://a.org) [2](nowhere) [^1] `[3]` [1]: http://x\n\n"
    "[1]: http://x\n\n",
    "links": '[t](https://a.org "title") [**b** `c`](<https://a.org/x y>) <https://a.org/?q=1&r=2> <me@a.org> [x](mailto:a@b.c) '
    "[no](javascript:alert(1)) [rel](/api) [p](https://a.org/(x)) [[1]](https://a.org) [a [b](https://b.org)](https://a.org)\n\n",
    "images": "![alt *text*](https://a.org/x.png) ![](https://a.org/y.png) ![no](data:image/png;base64,xx) "
    "[![badge](https://a.org/b.png)](https://a.org) Wow![1]\n\n",
    "marks": "2 * 3 * 4, a*b, snake_case_name, **open, __init__ is ** not, *a **b* c**, ~x~ ~~~~y~~~~, `a, **(b)**c, 5*, _x_y\n\n",
    "code spans": "``a ` b`` ` `` ` `  ` `a\nb` ```x``` `**no**`\n\n",
    "interrupted": "text\n- list\n\ntext\n2. no list\n1. list\n\ntext\n# head\ntext\n> quote\n\ntext\n***\ntext\n```\ncode\n```\n\n",
    "odd lists": "-\n- a\n-\n\n- b\n\n1.\n\n10. ten\n\n    in ten\n\n-    far\n\n-     code\n\n",
}


def tree(element):
    """An element as ``[tag, class, children...]``, texts with their white space collapsed."""
    shown = [element.tag, element.get("class") or ""]
    if shown[1] == "formula":
        return shown
    if element.tag == "code":
        return [*shown, *filter(None, [element.text_content()])]
    return [*shown, *children(element)]


def children(parent):
    parts = []
    add_text(parts, parent.text, after_block=True, before_block=len(parent) == 0 or parent[0].tag not in INLINE)
    for at, child in enumerate(parent):
        parts.append(tree(child))
        after = child.tag not in INLINE
        before = at + 1 == len(parent) or parent[at + 1].tag not in INLINE
        add_text(parts, child.tail, after_block=after or child.tag == "br", before_block=before)
    return parts


def add_text(parts, text, *, after_block, before_block):
    collapsed = re.sub(r"[ \t\n\r]+", " ", text or "")
    collapsed = collapsed.lstrip(" ") if after_block else collapsed
    collapsed = collapsed.rstrip(" ") if before_block else collapsed
    if collapsed:
        parts.append(collapsed)


def entry(name, text, steady):
    renderer = BlockRenderer()
    blocks = [*renderer.feed(text), *renderer.finish()]
    shown = []
    for block in blocks:
        root = lxml_html.fragment_fromstring(block.html, create_parent="div")
        shown.append({"end": block.end, "tree": children(root)})
    return {"name": name, "steady": steady, "text": text, "blocks": shown}


def golden():
    entries = [entry(name, text, steady=True) for name, text in STEADY.items()]
    entries += [entry(name, text, steady=False) for name, text in OTHER.items()]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def test_the_golden_is_what_the_renderer_writes():
    """The tree of every finished block, as the browser's sketch has to draw it before it is finished."""
    if os.environ.get("FOOTNOTE_WRITE_GOLDENS"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(golden(), encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == golden(), "stale: FOOTNOTE_WRITE_GOLDENS=1 writes it anew"
