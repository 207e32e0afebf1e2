"""In which language a request is answered: the one that was chosen on the page, else one that the browser asks for."""

from __future__ import annotations

from collections.abc import Sequence

from flask import has_request_context, request

COOKIE = "footnote-language"


def language_of(languages: Sequence[str]) -> str:
    """One of the languages; the first where nothing is asked for, or no request is being answered."""
    if not has_request_context():
        return languages[0]
    if (chosen := request.cookies.get(COOKIE)) in languages:
        return str(chosen)
    # By werkzeug's own choice who reads "de-DE, en;q=0.5" would be answered in English.
    asked = (name.partition("-")[0].casefold() for name, quality in request.accept_languages if quality)
    return next((language for language in asked if language in languages), languages[0])
