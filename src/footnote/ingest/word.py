"""A ``.docx`` file: its paragraphs and the rows of its tables, in the document's order."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from footnote.ingest.content import Block, Content, composed
from footnote.load_errors import LoadError, Reason
from footnote.passages import Kind

MOST_TIMES_LARGER = 100  # unpacked than packed: Word's own XML comes to some 20 times
MOST_PARTS = 10_000
_OLE = b"\xd0\xcf\x11\xe0"  # what Word puts around an encrypted document, and what a .doc begins with


def read(data: bytes, *, max_bytes: int) -> Content:
    """The paragraphs and table rows of a Word document, whose parts unpack to ``max_bytes`` at most."""
    import docx
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    _check(data, max_bytes)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(_blocks(document))
        title = " ".join((document.core_properties.title or "").split())
    except (OpcError, PythonDocxError, LxmlError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise LoadError(Reason.BROKEN_WORD) from error
    except (KeyError, ValueError, AttributeError, IndexError, TypeError, NotImplementedError) as error:
        # python-docx trusts a document's parts to be there and of their kind: what it raises where they aren't
        raise LoadError(Reason.BROKEN_WORD) from error
    text, units = composed(blocks, between="\n\n")
    first = next((block.text for block in blocks if block.heading), None)
    return Content(Kind.TEXT, text, units, title=title or first)


def _check(data: bytes, max_bytes: int) -> None:
    """Refuse what is encrypted, and what would grow without bounds, before any of it is unpacked."""
    if data.startswith(_OLE):
        raise LoadError(Reason.OLD_WORD)
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise LoadError(Reason.BROKEN_WORD) from error
    if any(part.flag_bits & 1 for part in parts):
        raise LoadError(Reason.ENCRYPTED)
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(4 * max_bytes, MOST_TIMES_LARGER * max(len(data), 100_000)):
        raise LoadError(Reason.BOMB)


def _blocks(document: Any) -> Iterator[Block]:
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from _rows(item)
            continue
        text = "\n".join(filter(None, (" ".join(line.split()) for line in item.text.split("\n"))))
        if text:
            style = (item.style.name if item.style is not None else None) or ""
            yield Block(text, heading=style == "Title" or style.startswith("Heading"))


def _rows(table: Any) -> Iterator[Block]:
    """The rows as they stand in the file.

    ``row.cells`` would repeat a merged cell for each column that it claims to cover, and climb
    over all its rows by recursion: neither has a bound. Here a merged cell is in its first row.
    """
    from docx.oxml.simpletypes import ST_Merge
    from docx.table import _Cell

    for row in table.rows:
        cells = [_Cell(tc, table) for tc in row._tr.tc_lst if tc.vMerge != ST_Merge.CONTINUE]  # noqa: SLF001
        shown = [text for cell in cells if (text := " ".join(cell.text.split()))]
        if shown:
            yield Block(" | ".join(shown))
