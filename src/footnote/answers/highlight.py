"""Code in colours: Pygments' CSS classes, for languages worth the time, within a bound."""

from __future__ import annotations

import re
from html import unescape

LONGEST = 20_000
"""Characters; longer code stays plain: some 20 ms are what a block may cost."""
LANGUAGES = frozenset(
    "bash bat c clojure cmake console cpp c++ cs csharp css cypher dart diff docker dockerfile elixir erlang go "
    "graphql groovy haskell hcl html http ini java javascript js json jsx julia kotlin latex less lua make makefile "
    "markdown matlab md nginx objective-c ocaml perl php postgres postgresql powershell properties proto ps1 py py3 "
    "pycon python python3 r rb rs ruby rust scala scss sh shell shell-session sql swift terraform tex toml ts tsx "
    "typescript vim xml yaml yml zig zsh".split()
)
"""Names of lexers that are known to be well behaved; Pygments has hundreds that nobody tried on hostile text."""
_TAG = re.compile(r"<[^>]*>")


def highlight(code: str, language: str) -> str | None:
    """The code as HTML with a span a token, or None where it stays plain."""
    name = language.lower()
    if name not in LANGUAGES or len(code) > LONGEST:
        return None
    from pygments import highlight as painted
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    html = painted(code, lexer, HtmlFormatter(nowrap=True))
    # Some lexers drop what they don't expect; colour is not worth a character of the answer.
    return html if unescape(_TAG.sub("", html)) == code else None
