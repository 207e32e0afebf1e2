"""A manuscript as HTML and as a Word document: the same footnotes, and nothing that acts."""

from __future__ import annotations

import cProfile
import re
import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from lxml import html as lxml_html

from footnote.answers.export.html import html
from footnote.answers.export.word import word
from manuscripts import ENGLISH, answered, citation, manuscript

WHOLE = r"""# Findings

We **raise** it [2, 1], see [the site](https://example.org/a).

1. one
   - nested [2]
2. two

Again:

1. anew

- [x] done
- [ ] open

| a | b |
|---|--:|
| 1 | 2 |

```python
def f(x):
    return x[1]
```

$$\frac{a}{\sqrt{b}}$$

> quoted
"""
HOSTILE = (
    "<script>alert(1)</script> [1]",
    "[x](javascript:alert(1)) ![i](https://evil.example/i.png)",
    "\x00\x01\x0b\x1f\ufffe\ud800 [1] \u202e",
    "$\\frac{<img src=x onerror=alert(1)>}{2}$ [1]",
    "| a |\n|---|\n| <b onclick=x> [1] |",
    "]]> <!-- <?xml [1] -->",
    "> " * 60 + "deep [1]",
)


def tree(*answers, **fields):
    return lxml_html.fromstring(html(manuscript(*answers, **fields), ENGLISH))


def document(*answers, **fields):
    made = word(manuscript(*answers, **fields), ENGLISH)
    for part in zipfile.ZipFile(BytesIO(made)).infolist():
        if part.filename.endswith(".xml"):
            etree.fromstring(zipfile.ZipFile(BytesIO(made)).read(part))
    return Document(BytesIO(made))


def test_html_refers_to_footnotes_numbered_by_first_use_with_their_excerpts():
    page = tree(answered(WHOLE))
    assert [(a.text, a.get("href")) for a in page.iterfind(".//sup/a")] == [
        ("1", "#note-1"), ("2", "#note-2"), ("1", "#note-1"),
    ]  # fmt: skip
    notes = page.findall(".//section/ol/li")
    assert [note.get("id") for note in notes] == ["note-1", "note-2"]
    assert notes[0].text_content() == "Talk *2*, Ann, 1:01\N{EN DASH}1:04Words 2.\nAnd more."


def test_html_is_whole_in_itself_and_asks_for_nothing():
    written = html(manuscript(answered(WHOLE)), ENGLISH)
    page = lxml_html.fromstring(written)
    assert not list(page.iter("script", "link", "img", "iframe", "object", "form"))
    assert "url(" not in written
    assert "default-src 'none'" in written
    assert page.get("lang") == "en"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_acts_in_html_or_breaks_a_document(text):
    asked = answered(text, citation(1, excerpt=text, recording_title=text, speaker=text), query=text)
    page = tree(asked, title=text)
    assert not list(page.iter("script", "img", "b"))
    for element in page.iter():
        assert not [name for name in element.attrib if name.startswith("on")]
        assert not re.match(r"\s*javascript:", element.get("href", ""))
    assert document(asked, title=text).paragraphs


def test_word_has_real_headings_lists_tables_and_formulas():
    made = document(answered(WHOLE))
    styles = {paragraph.text: paragraph.style.name for paragraph in made.paragraphs}
    assert styles["Moving"] == "Title"
    assert styles["When?"] == "Heading 1"
    assert styles["Findings"] == "Heading 2"
    assert styles["one"] == styles["two"] == styles["anew"] == "List Number"
    assert styles["nested1"] == "List Bullet 2"
    assert styles["quoted"] == "Quote"
    assert styles["\N{BALLOT BOX WITH CHECK} done"] == "List Bullet"
    assert "def f(x):\n    return x[1]" in styles
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [["a", "b"], ["1", "2"]]
    assert [f.tag.split("}")[1] for f in made.element.body.iter("{*}oMath") for f in f] == ["f"]


def test_each_list_in_word_counts_from_its_own_beginning():
    made = document(answered("1. a\n\nthen\n\n7. b\n8. c\n"))
    numbers = [p._p.pPr.numPr.numId.val for p in made.paragraphs if p.style.name == "List Number"]
    assert len(set(numbers)) == 2
    starts = {
        num.numId: num.find(".//" + qn("w:startOverride")).get(qn("w:val"))
        for num in made.part.numbering_part.element.num_lst
        if num.numId in numbers
    }
    assert [starts[n] for n in numbers] == ["1", "7", "7"]


def test_a_table_takes_as_long_as_it_has_rows():
    """Streams wait for whoever writes it."""

    def calls(count):
        profile = cProfile.Profile()
        profile.runcall(word, manuscript(answered("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * count)), ENGLISH)
        return sum(function.callcount for function in profile.getstats())

    assert calls(600) < 6.5 * calls(100)


def test_a_source_that_stands_elsewhere_is_told_with_its_address():
    url = 'https://example.org/a?b=1&c="x"'
    cited = citation(1, url=url, excerpt="")
    page = tree(answered("So [1].", cited))
    (note,) = page.findall(".//section/ol/li")
    assert (note.find(".//a").get("href"), note.find("blockquote")) == (url, None)
    document = Document(BytesIO(word(manuscript(answered("So [1].", cited)), ENGLISH)))
    assert url in {relation.target_ref for relation in document.part.rels.values() if relation.is_external}
    assert document.paragraphs[-1].text == f"1. Talk *1*, {url}"


def test_a_raised_number_in_word_leads_to_its_note():
    made = document(answered("A [2] and [1]."))
    anchors = [link.get(qn("w:anchor")) for link in made.element.body.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in made.element.body.iter(qn("w:bookmarkStart"))]
    assert anchors == marks == ["note_1", "note_2"]
    assert made.paragraphs[-2].text == "2. Talk *1*"
    assert made.paragraphs[-1].text == "Words 1.\nAnd more."


def test_what_is_copied_has_neither_title_nor_question():
    page = tree(answered("Yes [1]."), bare=True)
    assert not list(page.iter("h1"))
    assert "When?" not in page.find("body").text_content()
