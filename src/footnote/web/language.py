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
    return request.accept_languages.best_match(languages) or languages[0]
