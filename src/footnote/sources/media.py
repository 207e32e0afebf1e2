"""The sound or film of a recording: the file beside its transcript, or an address made of its name."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from footnote.passages import Document, Kind

TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
}
"""The endings of media files that are looked for, in this order, and what they are."""


def beside(document: Document) -> Path | None:
    """The media file that has the name of a recording's transcript, but for its ending, in the same folder.

    None where there is none, or only a link that leads out of that folder or to another kind of file.
    """
    transcript = Path(document.source)
    if document.kind is not Kind.RECORDING or not transcript.is_absolute():
        return None
    folder = transcript.parent.resolve()
    for ending in TYPES:
        file = transcript.with_suffix(ending)
        try:
            found = file.resolve(strict=True)
        except (OSError, ValueError):
            continue
        if found.is_file() and found.parent == folder and found.suffix.lower() in TYPES:
            return found
    return None


def elsewhere(document: Document, template: str | None) -> str | None:
    """The address of a recording's media by a template with ``{id}`` or ``{name}``, the id's last part."""
    if template is None or document.kind is not Kind.RECORDING:
        return None
    name = document.id.rsplit("/", 1)[-1]
    return template.replace("{id}", quote(document.id)).replace("{name}", quote(name))


def is_film(name: str) -> bool:
    """Whether a file of this name has a picture too."""
    ending = Path(name.partition("?")[0]).suffix.lower()
    return TYPES.get(ending, "").startswith("video/")
