"""Bytes to text: which encoding a file is in, and line ends that are all one line feed."""

from __future__ import annotations

import codecs
import re

from footnote.load_errors import LoadError, Reason

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)  # its first bytes are those of UTF-16, so it is asked for first
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # what no text holds; form feed and escape do occur
_HALF_A_PAIR = re.compile(r"[\ud800-\udfff]")  # no character, so it can't be stored; some odd encodings let it through
_MOST_CONTROLS = 0.001  # of the characters: a stray one does no harm, a picture or an archive is full of them


def decode(data: bytes, *, declared: str | None = None) -> str:
    """The text, without its byte order mark, each line ended by a line feed; raises ``LoadError`` for what isn't text.

    ``declared`` is the encoding that the file itself names, tried where it isn't UTF-8.
    """
    if data.startswith(_UTF_32):
        encodings = ["utf-32"]
    elif data.startswith(_UTF_16):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", *([declared] if declared else []), "cp1252"]
    for encoding in encodings:
        text = _as(data, encoding)
        if text is not None:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise LoadError(Reason.NOT_TEXT)


def _as(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (ValueError, LookupError):  # not in this encoding, or no encoding: its name is whatever the file says
        return None
    if "\x00" in text or _HALF_A_PAIR.search(text) or len(_CONTROL.findall(text)) > _MOST_CONTROLS * len(text):
        return None
    return text
