"""Citation markers in Markdown: ``[1]``, ``[2, 3]``, ``[1-3]`` become links to their sources."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from footnote.answers.markers import MARKER, numbers
from footnote.answers.tokens import on_token

_MARKER = re.compile(MARKER)


def cites(md: MarkdownIt) -> None:
    """A markdown-it plugin; an inline rule, so that code, escapes and a link's text are left alone."""
    # Behind "link": `[1](https://...)` is a link.
    md.inline.ruler.after("link", "cites", _cites)
    on_token(md, "cites", _html)


def _cites(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    # Silent means that the end of a link's text is looked for: there, brackets are brackets.
    if silent or state.linkLevel > 0 or state.src[state.pos] != "[":
        return False
    match = _MARKER.match(state.src, state.pos, state.posMax)
    named = numbers(match[0]) if match else []
    if not match or not named:
        return False
    sources = state.env.get("sources")
    given = [n for n in named if n >= 1 and (sources is None or n <= sources)]
    if not given and sources is None:
        return False
    if given:
        token = state.push("cites", "", 0)
        token.content = match[0]
        token.meta = {"numbers": given}
    state.pos = match.end()
    return True


def _html(token: Token) -> str:
    links = " ".join(
        f'<a class="cite" href="#" data-n="{n}" aria-label="Source {n}">{n}</a>' for n in token.meta["numbers"]
    )
    return f'<span class="cites">{links}</span>'
