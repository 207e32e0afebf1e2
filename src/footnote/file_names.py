"""What a file may be called, whatever it was called where it came from."""

from __future__ import annotations

import re
import unicodedata

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*%;]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # on Windows, with any ending
_MOST_BYTES = 200


def cleaned(text: str) -> str:
    """A text as a name that every system takes: no separators, no control or direction characters; may be empty."""
    spaced = _NOT_IN_NAMES.sub(" ", " ".join(text.split()))
    seen = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    return " ".join(seen.split()).strip(" .")


def safe_name(named: str) -> str | None:
    """The name of a file that was sent, without the folders before it; None where nothing usable is left of it.

    A hidden file is shown; what comes from an older Mac, letters with their accents behind them, is composed.
    """
    stem, dot, ending = cleaned(unicodedata.normalize("NFC", re.split(r"[/\\]", named)[-1])).rpartition(".")
    room = _MOST_BYTES - len(f".{ending}".encode())
    stem = stem.encode()[: max(0, room)].decode(errors="ignore").strip(" .")
    if not (dot and stem and ending) or _RESERVED.fullmatch(stem):
        return None
    return f"{stem}.{ending}"
