"""A page of a PDF as a picture, with where its words stand: drawn in a process of its own.

PDFium reads what anybody may have written. Whatever a file does to it, crash, hang or take all memory, is
that process's end and nothing else's; and the streams of this one go on meanwhile.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from footnote.bounds import bound, run

WIDTH = 1400
"""Of every picture, in pixels: sharp in the panel, also on a screen of double density."""
MOST_HEIGHT = 6000
LONGEST_S = 15
MOST_MEMORY = 2 * 1024**3
MOST_WORDS = 20_000

_CHILD = ("-m", "footnote.sources.drawing")
_WORD = re.compile(r"\S+")


class NotDrawn(Exception):
    """A page that can't be drawn: it is damaged, takes too long, or isn't there."""


def draw(file: Path, page: int, picture: Path) -> dict[str, Any]:
    """Draw a page, counted from 1, into a WebP file; its words and the document's pages. Raises ``NotDrawn``."""
    job = json.dumps({"file": str(file), "page": page, "picture": str(picture)})
    try:
        child = run(_CHILD, job, longest_s=LONGEST_S, quiet=True)
    except subprocess.TimeoutExpired as error:
        raise NotDrawn from error
    if child.returncode:
        raise NotDrawn
    drawn: dict[str, Any] = json.loads(child.stdout)
    return drawn


def main() -> None:
    """The child: one job on standard input; the picture in its file, the words on standard output."""
    job = json.load(sys.stdin)
    bound(MOST_MEMORY, LONGEST_S)
    json.dump(_drawn(Path(job["file"]), job["page"], Path(job["picture"])), sys.stdout)


def _drawn(file: Path, number: int, picture: Path) -> dict[str, Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / width, MOST_HEIGHT / height)
    page.render(scale=scale).to_pil().convert("RGB").save(picture, "WEBP", quality=85, method=2)
    words = _words(page.get_textpage(), page)
    return {"pages": len(document), "width": round(width, 2), "height": round(height, 2), "words": words}


def _words(text_page: Any, page: Any) -> list[dict[str, Any]]:
    """Each word with its box, in parts of the page from its upper left corner: x, y, width, height."""
    text = text_page.get_text_range()
    if text_page.count_chars() != len(text):
        return []  # the places of PDFium's list aren't those of the text
    found = _WORD.finditer(text)
    return [
        {"text": word[0].replace("\ufffe", ""), "box": _box(text_page, page, word)}
        for word, _ in zip(found, range(MOST_WORDS), strict=False)
    ]


def _box(text_page: Any, page: Any, word: re.Match[str]) -> list[float]:
    left0, bottom0, right0, top0 = page.get_bbox()
    boxes = [text_page.get_charbox(n, loose=True) for n in range(word.start(), word.end())]
    left, bottom = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, top = max(b[2] for b in boxes), max(b[3] for b in boxes)
    width, height = right0 - left0, top0 - bottom0
    box = ((left - left0) / width, (top0 - top) / height, (right - left) / width, (top - bottom) / height)
    return [round(min(1.0, max(0.0, part)), 4) for part in box]


if __name__ == "__main__":
    main()
