"""Why a file can't be taken into the library: a closed set of reasons, each with its words for the person."""

from __future__ import annotations

from enum import Enum

from footnote.errors import Code, FootnoteError


class Reason(Enum):
    """A reason, and its English words, with names in braces to be filled in; the page has the other languages."""

    MISSING = "There is no such file or folder."
    NOT_A_FILE = "It isn't a file."
    OUTSIDE = "It isn't below the library's folder."
    FORBIDDEN = "It can't be read. Check who may read it."
    ENDING = "Files that end in {ending} aren't supported. Supported: {endings}."
    LARGE = "It is larger than {size}. Split it, or allow more with FOOTNOTE_MAX_FILE_MB."
    EMPTY = "It is empty."
    NAME = "Its name isn't valid UTF-8. Rename it and take it in again."
    NOT_TEXT = "It isn't text in UTF-8, UTF-16 or Windows-1252. Save it as UTF-8 and take it in again."
    NO_TEXT = "It holds no text."
    ONLY_PICTURES = "It holds no text, only pictures of it, perhaps a scan. Run text recognition on it first."
    ENCRYPTED = "It is encrypted. Save it without a password and take it in again."
    OLD_WORD = "It is encrypted, or an old .doc. Save it as .docx without a password and take it in again."
    BROKEN_WORD = "It isn't a readable Word document, or it is damaged. Open it in Word and save it anew as .docx."
    BOMB = "It unpacks to far more than a document holds, so it wasn't opened."
    BROKEN_PDF = "It isn't a readable PDF, or it is damaged."
    BROKEN_PAGE = "A page of it can't be read: the PDF is damaged. Open it and save it anew."
    PAGES = "It has more than {most} pages. Split it into several files."
    ROWS = "It has more than {most} rows. Split it into several files."
    BROKEN_TABLE = "It isn't a readable CSV file: a quote isn't closed, or a cell is enormous."
    BROKEN_VTT = "It isn't a readable WebVTT file: it has to begin with WEBVTT."
    VTT_TIME = "It isn't a readable WebVTT file: the time of a cue isn't like 00:01:02.500 --> 00:01:05.000."
    BROKEN_SRT = "It isn't a readable SubRip file: a cue's number, time or text is missing."
    SRT_TIME = "It isn't a readable SubRip file: the time of a cue isn't like 00:01:02,500 --> 00:01:05,000."
    DAMAGED = "It could not be read; it may be damaged. Open it and save it anew."
    SLOW = "It took more than two minutes to read. Split it into smaller files."
    TAKEN = (
        "The library has another document of that name already, from the file {file}. "
        "Rename this file, or remove that document first."
    )
    HAS_IT = "The library has the document {id} already, from {file}. Rename this file, or remove that document."
    TWICE = "It would be the document {id}, and so is another file named {file}. Rename one of them."
    OTHER_FOLDER = (
        "The library has the document {id} already, from a file in another folder, {folder}. "
        "Remove that document first, or take in a folder that holds both."
    )


class LoadError(FootnoteError):
    """A file that can't be taken into the library, and why."""

    code = Code.INVALID_REQUEST

    def __init__(self, reason: Reason, **values: str | int) -> None:
        self.reason = reason
        self.values = values
        said = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        super().__init__(reason.value.format(**said))

    @property
    def tells(self) -> dict[str, object]:
        """The reason's name and its values, for a page that says it in another language."""
        return {"reason": self.reason.name, "values": self.values}
