"""What the library's requests need, and what their caller may do with a document."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from footnote.passages import Document, Library
from footnote.web.identity import user_of


@dataclass(frozen=True, slots=True)
class Holdings:
    """The parts that the library's requests need."""

    library: Library
    identity_trusted: bool = False
    editors: frozenset[str] = frozenset()
    """Who may change every document; anybody may where nobody says who is asking."""

    def user(self) -> str:
        """Who is asking; raises ``NotSignedIn`` where the proxy did not say."""
        return user_of(request.headers, trusted=self.identity_trusted)

    def may_change(self, user: str, document: Document) -> bool:
        """Whether the user may tag and remove a document."""
        return not self.identity_trusted or user in self.editors or document.added_by == user
