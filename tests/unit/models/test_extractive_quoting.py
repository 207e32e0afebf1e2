"""A document's text is shown as it stands and can't restyle the answer."""

import pytest
from lxml import html

from footnote.answers.markdown import render
from footnote.models.quoting import NOTHING_FITS, escape, pieces, write
from footnote.models.selection import Quote

HOSTILE = [
    "# not a heading",
    "1. not an item",
    "2) neither",
    "- nor this",
    "+ nor this",
    "---",
    "=====",
    "> not quoted",
    "a *b* _c_ __d__ **e** ~~f~~ `g` ``h``",
    "see [3] and [4, 5] and [x](http://evil.example) and ![y](http://evil.example/y.png)",
    "<script>alert(1)</script> & &amp; &#60;b&#62;",
    "| a | b | \\ back \\* slash \\[3\\]",
    "costs $5 and $6, \\(x\\) \\[y\\] $$z$$ \\begin{align}x\\end{align}",
    "[1]: http://evil.example",
    "```python",
    "~~~",
    "[ ] todo [x] done ^note^ :smile: ::: warning",
    "https://evil.example/?q=a_b_c and <mailto:x@evil.example>",
    "snake_case_name and 3*4*5 ends in a backslash \\",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("speaker", [None, "Ann", "The Chair (Hon. *A* [2]_b_)"])
def test_a_sentence_is_shown_as_it_stands(text, speaker):
    """Whatever it holds, alone, behind a speaker and in a list, it is plain text with one marker behind it."""
    quote = Quote(1, speaker, text)
    shown = html.fragment_fromstring(render(write([quote, quote])), create_parent=True)
    expected = f"{speaker}: {text}" if speaker else text
    paragraphs = [
        " ".join(e.text_content().split())
        for e in shown.iter("p", "li")
        if e.tag == "li" or not len(e.xpath("ancestor::li"))
    ]
    assert [p.removesuffix("1").removesuffix("[1]").rstrip() for p in paragraphs] == [expected] * 2
    assert {e.tag for e in shown.iter()} <= {"div", "p", "ul", "li", "strong", "a", "span", "sup"}
    assert len(shown.xpath("//a")) == 2


def test_the_best_is_a_paragraph_and_the_others_a_list():
    """Each with its number behind it."""
    quotes = [Quote(2, None, "The best."), Quote(1, "Ann", "More ."), Quote(2, None, "Last.")]
    assert write(quotes) == "The best. [2]\n\n- **Ann**: More . [1]\n- Last. [2]"
    assert write(quotes[:1]) == "The best. [2]"


def test_it_says_honestly_when_nothing_fits():
    """Without a marker, and with what to do."""
    assert write([]) == NOTHING_FITS
    assert "[" not in NOTHING_FITS


def test_a_wrapped_line_becomes_one():
    """A line break inside a sentence is a blank, so that the next line can't begin anything."""
    assert escape("at the end of \n  March") == "at the end of March"
    assert escape("a\u2028# b") == "a # b"


@pytest.mark.parametrize("text", ["", "one", "two words", "The best. [2]\n\n- **Ann**: More . [1]\n", " \n "])
def test_pieces_are_words_and_together_the_text(text):
    """So that the page visibly streams and nothing is lost."""
    assert "".join(pieces(text)) == text
    assert all(len(piece.split()) <= 1 for piece in pieces(text))
