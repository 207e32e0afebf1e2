"""How a parser's token is written as HTML, where it is written in a way of our own."""

from __future__ import annotations

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict


def on_token(md: MarkdownIt, kind: str, html: Callable[[Token], str]) -> None:
    """Have every token of a kind written by a function of that token alone."""

    def rule(_self: RendererHTML, tokens: list[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
        return html(tokens[at])

    md.add_render_rule(kind, rule)
