"""How an answer's Markdown looks as HTML."""

import subprocess
import sys

import pytest
from lxml import html as lxml_html

from footnote.answers.cites import numbers
from footnote.answers.highlight import LANGUAGES, LONGEST, highlight
from footnote.answers.markdown import BlockRenderer, render
from footnote.answers.mathml import mathml


def cite(*sources, behind=""):
    """Chips of these sources; what stands behind a space has it beside the first, where no line may break."""
    links = [f'<a class="cite" href="#" data-n="{n}" aria-label="Source {n}">{n}</a>' for n in sources]
    if behind:
        links[0] = f"<span>{behind}{links[0]}</span>"
    return '<span class="cites">' + " ".join(links) + "</span>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One", "<h3>One</h3>"),
        ("## Two", "<h4>Two</h4>"),
        ("### Three", "<h5>Three</h5>"),
        ("#### Four", "<h6>Four</h6>"),
        ("###### Six", "<h6>Six</h6>"),
        ("Title\n===", "<h3>Title</h3>"),
        ("**b** *e* ~~s~~ `c`", "<p><strong>b</strong> <em>e</em> <s>s</s> <code>c</code></p>"),
        ("7. a\n8. b", '<ol start="7">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("<b>x</b> <!-- y -->", "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt;</p>"),
        ("    a < b", '<div class="code"><pre><code>a &lt; b\n</code></pre></div>'),
        (
            "```unknown\n<x>\n```",
            '<div class="code"><pre><code class="language-unknown">&lt;x&gt;\n</code></pre></div>',
        ),
        ('```"><script>\nx\n```', '<div class="code"><pre><code>x\n</code></pre></div>'),
    ],
)
def test_markdown_becomes_html(text, html):
    """Headings are demoted below the page's own; raw HTML stays text."""
    assert render(text) == html + "\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("so [1].", f"so{cite(1, behind=' ')}."),
        ("so [2, 3]", f"so{cite(2, 3, behind=' ')}"),
        ("so [1-3]", f"so{cite(1, 2, 3, behind=' ')}"),
        ("so [1\u20132; 5]", f"so{cite(1, 2, 5, behind=' ')}"),
        ("[1][2]", cite(1) + cite(2)),
        ("so [1] [2]\n[3]", f"so{cite(1, behind=' ')} {cite(2)}\n{cite(3)}"),
        ("so\n[1]", f"so{cite(1, behind=' ')}"),
        ("*so* [1]", f"<em>so</em>{cite(1, behind=' ')}"),
        ("**x [1]**", f"<strong>x{cite(1, behind=' ')}</strong>"),
        ("[1]: http://x", f"{cite(1)}: http://x"),
        ("[1](see there)", f"{cite(1)}(see there)"),
        ("`[1]`", "<code>[1]</code>"),
        (r"\[1\]", "[1]"),
        (r"\[1]", "[1]"),
        ("[0] [3-1] [a] [1-99] [1234]", "[0] [3-1] [a] [1-99] [1234]"),
        ("[^1]: note", "[^1]: note"),
        ("[a]: http://x", "[a]: http://x"),
    ],
)
def test_markers_become_links_to_their_sources(text, html):
    """In running text only, a group as one; nothing is swallowed as a definition."""
    assert render(text) == f"<p>{html}</p>\n"


def test_a_links_text_holds_no_second_link():
    """A number that is itself a link, or stands in a link's text, is no citation."""
    leave = 'rel="noopener noreferrer nofollow" target="_blank"'
    assert render("[1](https://a.org)") == f'<p><a href="https://a.org" {leave}>1</a></p>\n'
    assert render("[see [1]](https://a.org)") == f'<p><a href="https://a.org" {leave}>see [1]</a></p>\n'


def test_numbers_of_a_marker_are_named_once_each():
    """Ranges are spelled out, within reason."""
    assert numbers("1, 2-4, 3") == [1, 2, 3, 4]
    assert numbers("1-20, 30") == []


@pytest.mark.parametrize(
    "text",
    [
        "![alt](https://a.org/x.png)",
        "![*alt*][x] ![alt](https://a.org/x.png)",
        "![](https://a.org/x.png)",
        "![a](data:x)",
    ],
)
def test_an_image_is_never_loaded(text):
    """It is a link by its name, or stays text."""
    assert "<img" not in render(text)
    assert "src" not in render(text)


def test_an_image_in_a_link_is_its_name():
    """A link in a link is not HTML."""
    root = lxml_html.fromstring(render("[![badge](https://a.org/b.png) x](https://a.org)"))
    assert [a.text_content() for a in root.iter("a")] == ["badge x"]


def test_a_table_can_be_scrolled_and_aligned_without_inline_styles():
    """By keyboard too; columns are aligned by class."""
    html = render("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n")
    assert html.startswith('<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>')
    assert '<td class="align-center">2</td>' in html
    assert '<th class="align-right">c</th>' in html
    assert "style" not in html


def test_tasks_have_boxes_that_are_no_form():
    """The box is text with a name, drawn before the first words."""
    html = render("- [x] done\n- [ ] to do\n- other\n- [x] # heading\n")
    assert html.startswith('<ul class="contains-task-list">\n<li class="task-list-item"><span class="task task-done"')
    assert html.count('role="img"') == 3
    assert "<li>other</li>" in html
    assert "input" not in html


def test_code_is_coloured_by_classes():
    """The characters are those of the source."""
    source = "def f(x):\n    return '<b>'  # é\n\n\n"
    html = render(f"```python title=x\n{source}```\n")
    assert '<code class="language-python"><span class="k">def</span>' in html
    assert "style=" not in html
    assert lxml_html.fromstring(html).text_content().rstrip() == source.rstrip()


def test_long_code_and_unknown_languages_stay_plain():
    """A bound on what a block may cost; no lexer that nobody tried."""
    assert highlight("x = 1\n" * LONGEST, "python") is None
    assert highlight("x = 1", "brainfuck") is None
    assert "<span" in (highlight("x = 1\n", "PYTHON") or "")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_listed_language_has_a_lexer(language):
    """No name on the list fails when a model uses it."""
    assert highlight("$ x = 1\n", language)


@pytest.mark.parametrize(
    "text",
    ["$x^2$", r"\(x^2\)", "$$x^2$$ in a line", r"so \[x^2\] it is", "$$\nx^2\n$$", r"\[ x^2 \]", "\\[\nx^2\n\\]"],
)
def test_formulas_become_mathml(text):
    """In dollars or brackets, in a line or as a block."""
    html = render(text)
    assert 'class="formula"><math display="' in html
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html


@pytest.mark.parametrize(
    "text",
    [
        "from $5 to $10",
        "5$ or 10$",
        "US$5 and CA$6",
        "$5 and 10$ more",
        "\\$x\\$",
        "`$x$`",
        r"so \[sic\] it was",
        "$ x $",
        "$$",
        r"\[1, 2\] foo",
        "$$ a $$ b" + "$",
    ],
)
def test_amounts_and_escapes_are_no_block_formulas(text):
    """Two prices in a sentence are not a formula."""
    assert '<div class="formula">' not in render(text)
    assert "<math" not in render(text) or text.startswith("$$ a")


@pytest.mark.parametrize(
    "latex", [r"\left(", r"\frac{a", r"\text{<b>}", r"\text{<script>x</script>}", "x" * 2_001, "{" * 40 + "}" * 40]
)
def test_a_formula_that_cannot_be_read_is_shown_as_its_source(latex):
    """Text is never lost, and nothing of the converter's mistakes reaches the page."""
    assert mathml(latex, display=False) is None
    root = lxml_html.fromstring(render(f"$${latex}$$"))
    assert latex in root.text_content()


def test_formulas_keep_only_listed_attributes():
    """Links, styles and colours of LaTeX do not come through, nor sizes beyond the page."""
    html = mathml(
        r"\href{javascript:alert(1)}{x} \style{x}{y} \color{red}{z} \hspace{9999em} \hspace{1em}", display=True
    )
    assert html is not None
    for word in ("href", "javascript", "style=", "color", "9999"):
        assert word not in html
    assert 'width="1em"' in html


@pytest.mark.parametrize("environment", ["align", "aligned", "gathered", "matrix", "pmatrix", "cases"])
def test_environments_become_tables(environment):
    """With no alignment marks left over."""
    html = mathml(f"\\begin{{{environment}}}a&=b\\\\c&=d\\end{{{environment}}}", display=True)
    assert html is not None
    assert "<mtable" in html
    assert "&amp;" not in html


def test_an_unclosed_formula_ends_at_the_blank_line():
    """What follows is not swallowed."""
    assert render("$$\nx\n\ny") == "<p>$$\nx</p>\n<p>y</p>\n"


def test_nothing_dear_is_imported_for_plain_text():
    """Pygments' lexers, latex2mathml and lxml wait for the first block that needs them."""
    program = (
        "import sys; from footnote.answers.markdown import render; render('**x** [1]'); "
        "print([m for m in ('pygments.lexers', 'latex2mathml', 'lxml') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert run.stdout.strip() == "[]"


def test_a_marker_of_a_source_that_is_not_there_is_left_out():
    """The renderer knows code and links for certain; what the text's filter had to pass on ends here."""
    renderer = BlockRenderer(sources=2)
    (block,) = (*renderer.feed("It costs `5 as said [7]. And [2, 7]."), *renderer.finish())
    assert "7" not in block.html
    assert 'data-n="2"' in block.html
