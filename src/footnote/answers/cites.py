"""Citation markers in Markdown: ``[1]``, ``[2, 3]``, ``[1-3]`` become links to their sources."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from footnote.answers.tokens import on_token

MOST = 20
"""Numbers in one marker; what names more is text."""
_MARKER = re.compile(r"\[\s{0,3}(\d{1,3}(?:\s{0,3}[,;\u2013-]\s{0,3}\d{1,3}){0,15})\s{0,3}\]")
_PART = re.compile(r"(\d+)(?:\s*[\u2013-]\s*(\d+))?")


def cites(md: MarkdownIt) -> None:
    """A markdown-it plugin; an inline rule, so that code, escapes and a link's text are left alone."""
    # Behind "link": `[1](https://...)` is a link.
    md.inline.ruler.after("link", "cites", _cites)
    on_token(md, "cites", _html)


def numbers(marker: str) -> list[int]:
    """The sources that the inside of a marker names, each once, in order; [] where it is no marker."""
    named: dict[int, None] = {}
    for match in _PART.finditer(marker):
        first, last = int(match[1]), int(match[2] or match[1])
        if first < 1 or last < first or last - first >= MOST:
            return []
        named.update(dict.fromkeys(range(first, last + 1)))
    return list(named) if len(named) <= MOST else []


def _cites(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    # Silent means that the end of a link's text is looked for: there, brackets are brackets.
    if silent or state.linkLevel > 0 or state.src[state.pos] != "[":
        return False
    match = _MARKER.match(state.src, state.pos, state.posMax)
    named = numbers(match[1]) if match else []
    if not match or not named:
        return False
    token = state.push("cites", "", 0)
    token.content = match[0]
    token.meta = {"numbers": named}
    state.pos = match.end()
    return True


def _html(token: Token) -> str:
    links = " ".join(
        f'<a class="cite" href="#" data-n="{n}" aria-label="Source {n}">{n}</a>' for n in token.meta["numbers"]
    )
    return f'<span class="cites">{links}</span>'
