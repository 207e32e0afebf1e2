"""The Markdown that answers are written in: CommonMark with tables, tasks, formulas and citations.

Without raw HTML, images and reference definitions: the first two would let a document's text
act on the page, and the last would swallow a line such as ``[1]: as she said``.
"""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from footnote.answers.cites import cites
from footnote.answers.formulas import formulas
from footnote.answers.highlight import highlight
from footnote.answers.safe_html import REL
from footnote.answers.tokens import on_token

DEEPEST = 32
"""Levels of nesting; a list takes two."""
# An answer's first heading stands below the page's own h1 and the question's h2.
_DEMOTED = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}
_LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#._-]{0,29}")
_ADDRESS = re.compile(r"https?://[^\s]|mailto:[^\s]", re.IGNORECASE)
_ALIGNMENT = "text-align:"


@cache
def parser() -> MarkdownIt:
    """The one parser of the process; it keeps nothing between texts, so threads may share it."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST, "tasklists": True})
    md.enable(["table", "strikethrough"]).disable(["reference", "html_block", "html_inline"])
    md.use(formulas).use(cites)
    md.core.ruler.push("shown", _shown)
    # The library's own rule would write a form's checkbox.
    del md.renderer.rules["list_item_open"]  # type: ignore[attr-defined]
    for kind, html in _WRITTEN.items():
        on_token(md, kind, html)
    md.validateLink = lambda url: bool(_ADDRESS.match(url))  # type: ignore[method-assign]
    return md


def is_too_deep(tokens: list[Token]) -> bool:
    """Whether the parser gave up on nesting and left text out."""
    return any(t.type in ("blockquote_open", "list_item_open") and t.level >= DEEPEST - 1 for t in tokens)


def _shown(state: StateCore) -> None:
    """Turn the parser's tokens into those of the page: levels, alignment, links, boxes."""
    # Backwards, because a box may be put in.
    for at in range(len(state.tokens) - 1, -1, -1):
        token = state.tokens[at]
        if token.type in ("heading_open", "heading_close"):
            token.tag = _DEMOTED[token.tag]
        elif token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"class": "align-" + str(token.attrs["style"]).removeprefix(_ALIGNMENT)}
        elif token.type == "inline":
            token.children = _linked(token.children or [])
        elif token.type == "list_item_open" and "checked" in token.meta:
            _add_box(state.tokens, at)


def _add_box(tokens: list[Token], item: int) -> None:
    """Put a task's box before its first words, or before whatever else the item begins with."""
    box = Token("task", "", 0, meta=tokens[item].meta)
    if tokens[item + 1].type == "paragraph_open":
        (tokens[item + 2].children or []).insert(0, box)
    else:
        tokens.insert(item + 1, box)


def _linked(children: list[Token]) -> list[Token]:
    """The inline tokens with every link leaving the page on its own, and every image a link by its name."""
    shown: list[Token] = []
    depth = 0
    for token in children:
        if token.type == "image":
            shown.extend(_image(token, inside_link=depth > 0))
            continue
        depth += token.nesting if token.tag == "a" else 0
        if token.type == "link_open":
            _leave(token, str(token.attrs.get("href", "")))
        shown.append(token)
    return shown


def _image(token: Token, *, inside_link: bool) -> list[Token]:
    label = Token("text", "", 0, content=_plain(token.children or []) or "Image")
    if inside_link:
        return [label]
    opening = Token("link_open", "a", 1)
    _leave(opening, str(token.attrs.get("src", "")))
    return [opening, label, Token("link_close", "a", -1)]


def _leave(token: Token, href: str) -> None:
    token.attrs = {"href": href, "rel": REL, "target": "_blank"}


def _plain(children: list[Token]) -> str:
    return "".join(
        _plain(token.children or []) if token.type == "image" else " " if token.type == "softbreak" else token.content
        for token in children
    )


def _code(token: Token) -> str:
    words = token.info.split()
    language = words[0].lower() if words and _LANGUAGE.fullmatch(words[0]) else ""
    named = f' class="language-{escapeHtml(language)}"' if language else ""
    body = highlight(token.content, language) or escapeHtml(token.content)
    return f'<div class="code"><pre><code{named}>{body}</code></pre></div>\n'


def _task(token: Token) -> str:
    if token.meta["checked"]:
        return '<span class="task task-done" role="img" aria-label="Done">\u2611</span> '
    return '<span class="task" role="img" aria-label="To do">\u2610</span> '


def _table(token: Token) -> str:
    if token.nesting < 0:
        return "</table></div>\n"
    return '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>\n'


_WRITTEN = {"fence": _code, "code_block": _code, "task": _task, "table_open": _table, "table_close": _table}
