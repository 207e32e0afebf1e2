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
        has_space = _take_space(state)
        token = state.push("cites", "", 0)
        token.content = match[0]
        token.meta = {"numbers": given, "has_space": has_space}
    state.pos = match.end()
    return True


def _take_space(state: StateInline) -> bool:
    """Take the white space before a marker: it stands beside the first chip, so that no line breaks between them.

    Between two markers one may.
    """
    text = state.pending.rstrip(" ")
    before = state.tokens[-1].type if state.tokens and not text else None
    if before == "softbreak" and not (len(state.tokens) > 1 and state.tokens[-2].type == "cites"):
        state.tokens.pop()
    elif before in {"cites", "softbreak"} or text == state.pending:
        return False
    state.pending = text
    return True


def _html(token: Token) -> str:
    first, *others = (
        f'<a class="cite" href="#" data-n="{n}" aria-label="Source {n}">{n}</a>' for n in token.meta["numbers"]
    )
    if token.meta["has_space"]:
        first = f"<span> {first}</span>"
    return f'<span class="cites">{" ".join([first, *others])}</span>'
