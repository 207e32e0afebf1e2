"""Pages of PDFs as pictures: drawn once, in a process of its own that may come to any end."""

from __future__ import annotations

import io
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

import footnote
from footnote.sources import drawing
from footnote.sources.drawing import NotDrawn
from footnote.sources.pages import AGAIN_S, PageOf, Pages

REPORT = Path(footnote.__file__).parent / "sample" / "reports" / "winter-report-2025-26.pdf"
SECOND = PageOf(REPORT, "d" * 64, 2)


def test_a_page_is_drawn_with_the_places_of_its_words(tmp_path):
    pages = Pages(tmp_path)
    picture = Image.open(io.BytesIO(pages.picture(SECOND)))
    assert (picture.format, picture.width) == ("WEBP", pytest.approx(drawing.WIDTH, abs=1))
    words = pages.words(SECOND)
    assert words["pages"] == 3
    assert picture.width / picture.height == pytest.approx(words["width"] / words["height"], rel=0.01)
    texts = [word["text"] for word in words["words"]]
    at = texts.index("batteries")
    (x, y, width, height), heading = words["words"][at]["box"], texts[at - 1 : at + 2]
    assert heading == ["Why", "batteries", "failed"]
    ink = picture.crop([round(v) for v in _pixels(picture, x, y, width, height)]).convert("L").getextrema()
    blank = picture.crop([round(v) for v in _pixels(picture, 0.8, y, 0.1, height)]).convert("L").getextrema()
    assert ink[0] < 150
    assert blank[0] > 230


def _pixels(picture, x, y, width, height):
    return (x * picture.width, y * picture.height, (x + width) * picture.width, (y + height) * picture.height)


def test_a_page_that_was_drawn_is_read_and_the_oldest_forgotten(tmp_path, monkeypatch):
    pages = Pages(tmp_path)
    first = pages.picture(SECOND)
    monkeypatch.setattr("footnote.sources.pages.draw", None)
    assert pages.picture(SECOND) == first
    monkeypatch.undo()
    small = Pages(tmp_path, most_bytes=len(first) + 30_000)
    small.picture(replace(SECOND, number=1))
    assert sorted(path.name[65:] for path in tmp_path.iterdir()) == ["1.json", "1.webp"]


@pytest.mark.parametrize(
    "file",
    [b"", b"%PDF-1.7 and nothing of it", b"\x00" * 1000],
    ids=["empty", "damaged", "something else"],
)
def test_a_file_that_is_none_has_no_pictures(tmp_path, file):
    path = tmp_path / "hostile.pdf"
    path.write_bytes(file)
    with pytest.raises(NotDrawn):
        Pages(tmp_path / "pages").picture(PageOf(path, "x", 1))
    assert list((tmp_path / "pages").iterdir()) == []


def test_a_page_that_is_not_there_has_no_picture(tmp_path):
    with pytest.raises(NotDrawn):
        Pages(tmp_path).picture(replace(SECOND, number=4))


def test_a_page_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(drawing, "_CHILD", ("-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(drawing, "LONGEST_S", 0.2)
    pages = Pages(tmp_path)
    with pytest.raises(NotDrawn):
        pages.picture(SECOND)
    monkeypatch.undo()
    with pytest.raises(NotDrawn):  # and not tried again at once, nor for its words
        pages.words(SECOND)
    assert pages.picture(replace(SECOND, number=1))
    monkeypatch.setattr("footnote.sources.pages.time.monotonic", lambda: time.time() + AGAIN_S)
    assert pages.picture(SECOND)


def test_another_process_makes_room_at_the_same_time(tmp_path, monkeypatch):
    """What is listed may be gone when it is looked at."""
    Pages(tmp_path).picture(SECOND)
    listed = os.scandir

    def then_gone(folder):
        entries = list(listed(folder))
        for entry in entries:
            if "-2." in entry.name:
                os.unlink(entry.path)  # noqa: PTH108 - pathlib would list the folder too
        return iter(entries)

    monkeypatch.setattr("footnote.sources.pages.os.scandir", then_gone)
    assert Pages(tmp_path).picture(replace(SECOND, number=1))


def test_a_page_as_large_as_a_field_is_drawn_small(tmp_path):
    pypdfium2 = pytest.importorskip("pypdfium2")
    document = pypdfium2.PdfDocument.new()
    document.new_page(14, 14_000)
    path = tmp_path / "banner.pdf"
    document.save(path)
    picture = Image.open(io.BytesIO(Pages(tmp_path / "pages").picture(PageOf(path, "x", 1))))
    assert picture.height <= drawing.MOST_HEIGHT + 1
