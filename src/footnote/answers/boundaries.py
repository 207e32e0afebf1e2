"""Where a block of Markdown may have ended: a look at one line that is cheap, and never final.

The parser decides; this only says when asking it is worth while. A wrong "no" delays a block
until the next "yes", a wrong "yes" costs a parse; neither changes what the blocks are.
"""

from __future__ import annotations

import re

from markdown_it.token import Token

# What can begin a block in the middle of a paragraph, or make a heading or a table of it.
_INTERRUPTION = re.compile(
    r" {0,3}(?:(?:#{1,6}|[-+*]|0*1[.)])(?:[ \t]|$)|>|`{3}|~{3}|\$\$|\\\[|[-=_*][-=_* \t]*$|[-:|][-:| \t]*$)"
    r"|.*(?:\$\$|\\\])[ \t]*$"
)
_QUOTED = re.compile(r" {0,3}>")
_INDENTED = re.compile(r" {0,3}\t| {4}")
_INSIDE_ITEM = re.compile(r" {0,3}\t| {2}")
_BULLET = re.compile(r" {0,3}([-+*])(?:[ \t]|$)")
_NUMBER = re.compile(r" {0,3}\d{1,9}([.)])(?:[ \t]|$)")
# Whatever follows in such a line, it is a paragraph's or a table's, or goes on with what is there.
_PROSE = re.compile(r" {0,3}[^\W\d_]")


def may_end(last: Token | None, line: str) -> bool:
    """Whether a whole line, without its line break, may finish the block whose first token is ``last``."""
    blank = not line.strip(" \t")
    if last is None:
        return not blank
    if last.type == "fence":
        return line.lstrip(" ").startswith(last.markup)
    if last.type == "code_block":
        return not blank and not _INDENTED.match(line)
    if last.type in ("bullet_list_open", "ordered_list_open"):
        return not blank and not _goes_on(last, line)
    return blank or _breaks_into(last, line)


def is_closed(last: Token, lines: list[str]) -> bool:
    """Whether the last block of these whole lines is finished, whatever may follow."""
    if last.type in ("heading_open", "hr", "formula_block"):
        return True
    if last.type == "fence":
        first, end = last.map or [0, 0]
        mark = lines[end - 1].strip(" \t")
        return end - first > 1 and mark.startswith(last.markup) and not mark.strip(last.markup[0])
    if last.type in ("paragraph_open", "table_open", "blockquote_open"):
        return not lines[-1].strip(" \t")
    return False


def is_prose(beginning: str) -> bool:
    """Whether the beginning of a line already shows that no block mark stands there."""
    return _PROSE.match(beginning) is not None


def _breaks_into(last: Token, line: str) -> bool:
    if last.type == "blockquote_open":
        return not _QUOTED.match(line)
    if last.type == "table_open" and line.startswith("|"):
        return False
    return _INTERRUPTION.match(line) is not None


def _goes_on(last: Token, line: str) -> bool:
    if _INSIDE_ITEM.match(line):
        return True
    item = (_BULLET if last.type == "bullet_list_open" else _NUMBER).match(line)
    return item is not None and item[1] == last.markup
