r"""Formulas in Markdown: ``$x$``, ``\(x\)`` in a line; ``$$...$$``, ``\[...\]`` as a block.

Where a block ends never depends on text behind its end, so that a stream can be cut into
blocks: one that has begun goes on to its closing mark, a blank line or the end of its
container, and without a closing mark it is an ordinary paragraph.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from footnote.answers.mathml import mathml
from footnote.answers.tokens import on_token

CLOSING = {"$$": "$$", "\\[": "\\]"}
# Each alternative reads to the nearest closing mark only, within a bound: linear on any text.
_INLINE = re.compile(
    r"\$\$(?!\$)(?P<display>(?:[^$\\]|\\.){1,1000})\$\$"
    r"|\$(?![\s$])(?P<dollar>(?:[^$\\]|\\.){1,1000})(?<!\s)\$(?!\d)"
    r"|\\\((?P<round>.{1,1000}?)\\\)"
    r"|\\\[(?P<square>.{1,1000}?)\\\]",
    re.DOTALL,
)
_MATHEMATICAL = re.compile(r"[\\^_=+<>{}*]")
_AMOUNT = re.compile(r"\d.*\s", re.DOTALL)
_MARKER = re.compile(r"[\d\s,;\u2013-]*")


def formulas(md: MarkdownIt) -> None:
    """A markdown-it plugin: the rules that find formulas and those that write them as MathML."""
    md.inline.ruler.before("escape", "formula", _inline)
    md.block.ruler.before("fence", "formula_block", _block, {"alt": ["paragraph", "blockquote", "list"]})
    on_token(md, "formula", _inline_html)
    on_token(md, "formula_block", _block_html)


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    match = formula_at(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = match[match.lastgroup or 0]
        token.markup = "$$" if match.lastgroup in ("display", "square") else "$"
    state.pos = match.end()
    return True


def formula_at(text: str, at: int, end: int) -> re.Match[str] | None:
    """The formula in a line that begins at ``at`` and ends by ``end``, if one does."""
    if text[at] not in "$\\":
        return None
    match = _INLINE.match(text, at, end)
    return match if match and _is_formula(match, text[at - 1] if at else "") else None


def _is_formula(match: re.Match[str], before: str) -> bool:
    """Whether a match is meant as a formula: not two amounts in dollars, not brackets that were escaped."""
    content = match[match.lastgroup or 0]
    if match.lastgroup == "dollar":
        amount = _AMOUNT.match(content) and not _MATHEMATICAL.search(content)
        return not (amount or before.isalnum() or before == "$")
    if match.lastgroup == "square":
        return bool(_MATHEMATICAL.search(content))
    return bool(content.strip())


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    closing = CLOSING.get(first[:2])
    if closing is None:
        return False
    content, closed, behind = first[2:].partition(closing)
    if closed and (behind or not content.strip() or _MARKER.fullmatch(content)):
        return False
    if silent:
        return True
    last = start + 1
    while not closed and last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        closed = closing if _line(state, last).endswith(closing) else ""
        last += 1
    state.line = last
    source = state.getLines(start, last, state.blkIndent, keepLastLF=False).strip()
    if closed:
        token = state.push("formula_block", "", 0)
        token.content = source[2:-2]
        token.map = [start, last]
    else:
        _push_paragraph(state, source, [start, last])
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip(" \t")


def _push_paragraph(state: StateBlock, content: str, lines: list[int]) -> None:
    state.push("paragraph_open", "p", 1).map = lines
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = content, lines, []
    state.push("paragraph_close", "p", -1)


def _inline_html(token: Token) -> str:
    return f'<span class="formula">{_written(token.content, display=token.markup == "$$")}</span>'


def _block_html(token: Token) -> str:
    return f'<div class="formula">{_written(token.content, display=True)}</div>\n'


def _written(latex: str, *, display: bool) -> str:
    return mathml(latex.strip(), display=display) or f"<code>{escapeHtml(latex.strip())}</code>"
