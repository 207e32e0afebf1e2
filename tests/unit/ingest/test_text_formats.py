"""Markdown, HTML, CSV and encodings: one normalised text each, and where its paragraphs or rows stand."""

from __future__ import annotations

import codecs
import csv

import pytest

from footnote.ingest import markdown, tables, web_pages
from footnote.ingest.content import Content
from footnote.ingest.decoding import decode
from footnote.load_errors import LoadError


def units(content: Content) -> list[str]:
    return [content.text[unit.start : unit.end] for unit in content.units]


MARKDOWN = """---
author: nobody
---
# The **big** [title](http://example.org/) #

## Below it

First paragraph,
wrapped.
### Glued heading
Second paragraph.

```python
# not a heading

x = 1
```

Setext
------

- a list
- of two

# The end
"""


def test_markdown_keeps_its_source_and_headings_stay_with_what_follows() -> None:
    content = markdown.read(MARKDOWN)
    assert content.text == MARKDOWN
    assert content.title == "The big title"
    assert units(content) == [
        "# The **big** [title](http://example.org/) #\n\n## Below it\n\nFirst paragraph,\nwrapped.",
        "### Glued heading\nSecond paragraph.",
        "```python\n# not a heading\n\nx = 1\n```",
        "Setext\n------\n\n- a list\n- of two",
        "# The end",
    ]
    assert [unit.opens for unit in content.units] == [True, True, False, True, True]


def test_markdown_takes_its_title_from_the_front_matter() -> None:
    assert markdown.read('---\ntitle: "Named here"\n---\n\n# Not this\n\nText.').title == "Named here"
    assert markdown.read("No heading at all.").title is None


HTML = b"""<!doctype html><html><head><title> A
page </title><style>p {}</style><script>alert("<p>no</p>")</script></head>
<body><nav>Home</nav><h1>Heading</h1><p>One  <b>bold</b>
word<br>and a line.</p><div>Loose <p>inner</p> tail</div>
<ul><li>first</li><li>second</li></ul>
<table><tr><th>Town</th><th>Docks</th></tr><tr><td>Westry</td><td>12</td></tr></table>
<!-- a comment --><noscript>off</noscript><p>&lt;b&gt; &amp; caf&eacute;</p></body></html>"""


def test_html_becomes_the_paragraphs_that_a_reader_sees() -> None:
    content = web_pages.read(HTML)
    assert content.title == "A page"
    assert units(content) == [
        "Home",
        "Heading\n\nOne bold word\nand a line.",
        "Loose",
        "inner",
        "tail",
        "first",
        "second",
        "Town | Docks",
        "Westry | 12",
        "<b> & café",
    ]


def test_html_declares_its_own_encoding() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body><h1>Łódź</h1></body></html>'
    assert web_pages.read(page.encode("iso-8859-2")).title == "Łódź"


def test_html_nested_a_thousand_deep_is_read() -> None:
    assert units(web_pages.read(b"<div>" * 1000 + b"deep" + b"</div>" * 1000)) == ["deep"]


def test_csv_rows_name_their_columns() -> None:
    text = 'town,docks,remark\nWestry,12,"quiet, ""very""\nquiet"\n\nAldersea,,\nTernmouth,24,busy,extra\n'
    content = tables.read(text)
    assert units(content) == [
        'town: Westry; docks: 12; remark: quiet, "very" quiet',
        "town: Aldersea",
        "town: Ternmouth; docks: 24; remark: busy; column 4: extra",
    ]
    assert [unit.index for unit in content.units] == [0, 1, 2]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_any_common_delimiter(delimiter: str) -> None:
    text = f"a{delimiter}b\n1{delimiter}2\n"
    assert tables.read(text).text == "a: 1; b: 2"


def test_a_csv_with_an_enormous_cell_or_too_many_rows_is_refused(monkeypatch) -> None:
    with pytest.raises(LoadError, match="a cell is enormous"):
        tables.read("a\n" + "x" * 200_000)
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(LoadError, match="more than 3 rows"):
        tables.read("a\n" + "x\n" * 4)


def test_a_csv_may_have_a_first_line_of_any_length_but_no_enormous_cell_in_it() -> None:
    names = [f"column-{n}" for n in range(20_000)]
    line = ";".join(names)
    assert len(line) > csv.field_size_limit()
    assert tables.read(f"{line}\n1;2\n").text == "column-0: 1; column-1: 2"
    with pytest.raises(LoadError, match="a cell is enormous"):
        tables.read("x" * 200_000 + "\n1\n")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (codecs.BOM_UTF8 + "ä\r\nb\rc".encode(), "ä\nb\nc"),
        ("Ünïcode\n".encode("utf-16"), "Ünïcode\n"),
        (codecs.BOM_UTF16_BE + "Ünï".encode("utf-16-be"), "Ünï"),
        ("Ünï".encode("utf-32"), "Ünï"),
        ("It’s 5 €".encode("cp1252"), "It’s 5 €"),  # noqa: RUF001
        (b"page\x0cbreak", "page\x0cbreak"),
    ],
)
def test_text_is_read_in_the_encodings_that_people_save_in(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"a\x00b\x00", bytes(range(256)), b"\xff\xfea", b"\x01\x02\x03\xe4" * 9],
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(LoadError, match="isn't text"):
        decode(data)


@pytest.mark.parametrize("charset", [b"undefined", b"unicode_escape", b"no-such", b""])
def test_a_charset_that_is_none_does_no_harm(charset: bytes) -> None:
    """What such a page says is read as Windows-1252, and can be stored."""
    content = web_pages.read(b'<meta charset="' + charset + b'"><p>caf\xe9 \\ud800</p>')
    assert content.text == "café \\ud800"


def test_a_charset_with_a_nul_in_it_is_a_page_that_is_not_text() -> None:
    with pytest.raises(LoadError, match="isn't text"):
        web_pages.read(b'<meta charset="utf-8\x00"><p>caf\xe9</p>')
