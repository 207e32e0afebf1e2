"""What the library's requests need, and what their caller may do with a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from footnote import contexts
from footnote.conversations import Answer
from footnote.errors import Forbidden, NotFound
from footnote.passages import Document, Library
from footnote.sources.pages import Pages
from footnote.uploads import Take
from footnote.web.asked_about import AskedAbout
from footnote.web.identity import Identity


@dataclass(frozen=True, slots=True)
class Uploads:
    """How files are taken in from the page."""

    folder: Path
    """Where they are until they are taken in."""
    take: Take
    endings: frozenset[str]
    max_bytes: int
    max_documents: int
    open: bool = True
    """Whether anything is taken in from the page."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """The parts that the library's requests need."""

    library: Library
    uploads: Uploads
    forget: Callable[[Document], None]
    """Removes the file of an uploaded document that is no longer in the library."""
    pages: Pages
    media_url: str | None = None
    """Where recordings are heard that have no media file beside them."""
    folder: Path | None = None
    """The library's own folder, from which documents are taken in at each start."""
    identity: Identity = field(default_factory=Identity)
    editors: frozenset[str] = frozenset()
    """Who may change every document; anybody may where nobody says who is asking."""
    fixed: bool = False
    """The documents are managed elsewhere: nobody changes them here."""
    answer: Callable[[str], Answer | None] = lambda _id: None
    """The answer under an id: what it was asked about is a source too."""

    def user(self) -> str:
        """Who is asking; raises ``NotSignedIn`` where the proxy did not say."""
        return self.identity.user()

    def readable(self) -> Library:
        """The library with the rights of who is asking; raises ``NotSignedIn`` or ``NoToken``."""
        return self.identity.acting(self.library)

    def shelf(self, id: str) -> Library | AskedAbout:
        """Where a document or passage stands: in the library, or in an answer of the caller's that is about it."""
        answer_id = contexts.answer_id(id)
        if answer_id is None:
            return self.readable()
        answer = self.answer(answer_id)
        if answer is None or answer.context is None or answer.user != self.user():
            raise NotFound
        return AskedAbout(answer.id, answer.context)

    def may_change(self, user: str, document: Document) -> bool:
        """Whether the user may tag and remove a document."""
        if self.fixed:
            return False
        return not self.identity.trusted or user in self.editors or document.added_by == user

    def document(self, document_id: str) -> Document:
        """A document of the library; raises ``NotFound``."""
        found = self.readable().document(document_id)
        if found is None:
            raise NotFound("The library has no such document; it may have been removed. Reload the page.")
        return found

    def changeable(self, document_id: str) -> Document:
        """A document that the caller may change; raises ``NotFound`` or ``Forbidden``."""
        user = self.user()
        document = self.document(document_id)
        if not self.may_change(user, document):
            raise Forbidden
        return document

    def returns(self, document: Document) -> bool:
        """Whether a document that is removed comes back at the next start, for it is in the library's folder."""
        return self.folder is not None and Path(document.source).is_relative_to(self.folder)
