"""PDF and Word documents: pages, paragraphs and tables; and those that can't or mustn't be opened."""

from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path

import docx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from footnote.ingest import pdf, word
from footnote.ingest.content import Content
from footnote.ingest.load import load
from footnote.load_errors import LoadError

SAMPLE = Path(__file__).resolve().parents[3] / "src" / "footnote" / "sample"


def units(content: Content) -> list[str]:
    return [content.text[unit.start : unit.end] for unit in content.units]


def a_pdf(
    *pages: list[str], title: str | None = None, opens_with: str | None = None, every: str | None = None
) -> bytes:
    """A PDF with these lines, 14 points apart; an empty line leaves a gap."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption(opens_with) if opens_with else None)
    if title:
        canvas.setTitle(title)
    for number, lines in enumerate(pages, start=1):
        if every:
            canvas.drawString(72, 800, f"{every} {number}")
        for row, line in enumerate(lines):
            canvas.setFont("Helvetica", 18 if line.startswith("# ") else 11)
            canvas.drawString(72, 740 - 14 * row, line.removeprefix("# "))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


WRAPPED = [
    "This is the first line of a paragraph that was wrapped at the edge of its own page, and",
    "this is its second line, which goes on for quite as long as the first one did; an exam-",
    "ple of a divided word.",
]


def test_pages_paragraphs_headings_and_divided_words_of_a_pdf() -> None:
    content = pdf.read(a_pdf(["# Heading", "", *WRAPPED, "", "Another one."], ["On page two."], title="A report"))
    assert content.title == "A report"
    assert units(content) == [
        "Heading\n\n" + " ".join(WRAPPED).replace("exam- ple", "example"),
        "Another one.",
        "On page two.",
    ]
    assert [unit.page for unit in content.units] == [1, 1, 2]


def test_a_heading_at_the_foot_of_a_page_stays_on_its_page() -> None:
    content = pdf.read(a_pdf(["Some text here.", "and more of it.", "", "# Next"], ["Over the page."]))
    assert units(content) == ["Some text here.\nand more of it.", "Next", "Over the page."]
    assert [unit.page for unit in content.units] == [1, 1, 2]


def test_the_rows_of_a_narrow_table_stay_apart() -> None:
    assert units(pdf.read(a_pdf(["Town Docks", "Westry 12", "Aldersea 24"]))) == ["Town Docks\nWestry 12\nAldersea 24"]


def test_what_stands_at_the_head_of_each_page_is_left_out() -> None:
    pages = [[f"{word} is the text of this page.", "And more."] for word in ("One", "Two", "Three", "Four")]
    assert "Confidential" not in pdf.read(a_pdf(*pages, every="Confidential, page")).text


@pytest.mark.parametrize("title", ["(anonymous)", "untitled", "Microsoft Word - draft.doc", "draft_final.docx"])
def test_a_title_that_only_names_a_file_is_no_title(title: str) -> None:
    assert pdf.read(a_pdf(["Text."], title=title)).title is None


def test_a_title_with_half_a_character_is_no_title_and_the_text_is_read() -> None:
    half = b"\\376\\377\\330\\075"  # UTF-16 with its byte order mark, ended in the middle of an emoji
    content = pdf.read(a_pdf(["Text."], title="MARK").replace(b"(MARK)", b"(" + half + b")"))
    assert (content.title, content.text) == (None, "Text.")


def test_passages_of_the_sample_report_know_their_page() -> None:
    (path,) = (SAMPLE / "reports").glob("*.pdf")
    parsed = load(path, SAMPLE, max_bytes=1_000_000)
    assert parsed.document.title == "Winter report 2025/26"
    assert sorted({passage.page for passage in parsed.passages}) == [1, 2, 3]
    (found,) = (p for p in parsed.passages if "80 battery failures" in p.text)
    assert found.page == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (a_pdf(["Secret."], opens_with="open sesame"), "encrypted"),
        (b"%PDF-1.7\nnothing of it", "damaged"),
        (a_pdf(["Text."])[:300], "damaged"),
        (a_pdf([]), "no text"),
    ],
    ids=["encrypted", "broken", "cut", "scanned"],
)
def test_a_pdf_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        pdf.read(data)


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    with pytest.raises(LoadError, match="more than 2 pages"):
        pdf.read(a_pdf(["One."], ["Two."], ["Three."]))


def test_many_threads_may_read_pdfs_at_once() -> None:
    data = a_pdf(["One."], ["Two."])
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(pdf.read(data).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["One.\n\nTwo."] * 8


def a_docx(title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading("Heading", level=1)
    document.add_paragraph("A paragraph  with\ntwo lines.")
    document.add_paragraph("   ")
    table = document.add_table(rows=2, cols=3)
    for cell, text in zip((c for row in table.rows for c in row.cells), "abcdef", strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(1, 1))
    document.add_paragraph("The end.")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_paragraphs_and_table_rows_of_a_word_document_in_order() -> None:
    content = word.read(a_docx(), max_bytes=1_000_000)
    assert units(content) == ["Heading\n\nA paragraph with\ntwo lines.", "a | b | c", "d e | f", "The end."]
    assert content.title == "Heading"
    assert word.read(a_docx("Named"), max_bytes=1_000_000).title == "Named"


def a_table(rows: list[str]) -> bytes:
    """A Word document with nothing but a table, of rows in Word's own XML."""
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    xml = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:tbl><w:tblPr/><w:tblGrid/>{table}</w:tbl></w:body></w:document>"
    )
    return rezipped(a_docx(), "word/document.xml", xml.encode())


def a_cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_a_cell_merged_over_any_number_of_rows_is_in_the_first_of_them() -> None:
    first = a_cell("North", '<w:vMerge w:val="restart"/>') + a_cell("row 0")
    others = [a_cell("", "<w:vMerge/>") + a_cell(f"row {n}") for n in range(1, 1500)]
    content = word.read(a_table([first, *others]), max_bytes=50_000_000)
    assert units(content) == ["North | row 0", *(f"row {n}" for n in range(1, 1500))]


@pytest.mark.timeout(10)
def test_a_cell_that_claims_to_cover_millions_of_columns_costs_no_more_than_another() -> None:
    row = a_cell("wide", '<w:gridSpan w:val="300000000"/>') + a_cell("narrow")
    assert units(word.read(a_table([row]), max_bytes=50_000_000)) == ["wide | narrow"]


def rezipped(data: bytes, name: str, content: bytes | None) -> bytes:
    """A Word document with one part put in another's place, or left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        if content is not None:
            new.writestr(name, content)
    return file.getvalue()


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = rezipped(a_docx(), "word/document.xml", b"<a>" + b" " * 50_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(LoadError, match="unpacks to far more"):
        word.read(bomb, max_bytes=50_000_000)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not a zip", "isn't a readable Word document"),
        (a_docx()[:2000], "isn't a readable Word document"),
        (rezipped(a_docx(), "word/document.xml", b"<broken"), "isn't a readable Word document"),
        (rezipped(a_docx(), "word/document.xml", None), "isn't a readable Word document"),
        (rezipped(a_docx(), "[Content_Types].xml", b"<a/>"), "isn't a readable Word document"),
        (rezipped(a_docx(), "_rels/.rels", None), "isn't a readable Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "encrypted"),
    ],
    ids=["text", "cut", "broken xml", "no document", "no types", "no relations", "encrypted"],
)
def test_a_word_document_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        word.read(data, max_bytes=50_000_000)


def test_a_word_document_whose_parts_are_encrypted_says_so() -> None:
    data = bytearray(a_docx())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # the flag of the last part in the archive's list
    with pytest.raises(LoadError, match="encrypted"):
        word.read(bytes(data), max_bytes=50_000_000)


def test_an_entity_bomb_in_a_word_document_is_not_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9))
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE d [{entities}]><w:document xmlns:w='
        '"http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p></w:body></w:document>"
    )
    bomb = rezipped(a_docx(), "word/document.xml", xml.encode())
    with pytest.raises(LoadError, match="isn't a readable Word document"):
        word.read(bomb, max_bytes=50_000_000)
