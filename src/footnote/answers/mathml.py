"""LaTeX to MathML: only the elements and attributes listed here come out, whatever went in."""

from __future__ import annotations

import re
from functools import cache, lru_cache

LONGEST = 2_000
"""Characters of a formula; a longer one is shown as its source."""
DEEPEST = 30
"""Nested braces or \\left...\\right; deeper ones would nest the page's elements without end."""

_LENGTH = re.compile(r"-?(?:\d{1,2}|\d?\d?\.\d{1,4}|\d{1,2}\.)(?:em|ex|pt|mu)")
_SPACE = frozenset({"width", "height", "depth"})
_STYLE = frozenset({"mathvariant", "displaystyle", "scriptlevel"})
ELEMENTS: dict[str, frozenset[str]] = {
    "math": frozenset({"display"}),
    "mrow": frozenset(),
    "mi": frozenset({"mathvariant"}),
    "mn": frozenset({"mathvariant"}),
    "mo": frozenset({"accent", "fence", "form", "maxsize", "minsize", "movablelimits", "separator", "stretchy"}),
    "ms": frozenset(),
    "mtext": frozenset({"mathvariant"}),
    "mspace": _SPACE | {"linebreak"},
    "mfrac": frozenset({"linethickness"}),
    "msqrt": frozenset(),
    "mroot": frozenset(),
    "msub": frozenset(),
    "msup": frozenset(),
    "msubsup": frozenset(),
    "munder": frozenset({"accentunder"}),
    "mover": frozenset({"accent"}),
    "munderover": frozenset({"accent", "accentunder"}),
    "mmultiscripts": frozenset(),
    "mprescripts": frozenset(),
    "none": frozenset(),
    "mtable": frozenset({"columnalign", "columnspacing", "displaystyle", "rowspacing"}),
    "mtr": frozenset(),
    "mtd": frozenset({"columnalign"}),
    "mstyle": _STYLE,
    "mpadded": _SPACE,
    "mphantom": frozenset(),
    "menclose": frozenset({"notation"}),
}
"""MathML that may stand in an answer, with the attributes that each element keeps."""
_SIZES = _SPACE | {"maxsize", "minsize"}
# latex2mathml knows these by another name, or numbers lines that the answer doesn't number.
_ENVIRONMENT = re.compile(r"(\\(?:begin|end)\s*)\{(?:align|aligned|gather\*?|gathered|split|multline\*?)\}")
_BARE_AMPERSAND = re.compile(r"&(?!#x?[0-9a-fA-F]+;)")
_NESTING = re.compile(r"\\left(?![a-z])|\\right(?![a-z])|\\[\\{}]|[{}]")


@lru_cache(maxsize=512)
def mathml(latex: str, *, display: bool) -> str | None:
    """The formula as MathML, or None where it can't be read: then its source is shown."""
    if len(latex) > LONGEST or not latex.strip() or not _is_well_nested(latex):
        return None
    from latex2mathml.converter import convert

    try:
        markup = convert(_ENVIRONMENT.sub(r"\1{align*}", latex), display="block" if display else "inline")
    except _unreadable():
        return None
    return _listed(markup)


@cache
def _unreadable() -> tuple[type[Exception], ...]:
    """What the converter raises: its own errors, and its walker's on LaTeX that it did not foresee."""
    from latex2mathml import exceptions

    own = (kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception))
    return (*own, ArithmeticError, AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError)


def _is_well_nested(latex: str) -> bool:
    depth = deepest = 0
    for match in _NESTING.finditer(latex):
        if match[0] in ("{", "\\left"):
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in ("}", "\\right"):
            depth -= 1
    return depth == 0 and deepest <= DEEPEST


def _listed(markup: str) -> str | None:
    """The converter's output, parsed and written anew: it copies a formula's words unescaped."""
    from lxml import etree

    # A bare "&" is an alignment mark that the converter left over; it means nothing to a reader.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(_BARE_AMPERSAND.sub("&amp;", markup).encode(), parser)
    except etree.XMLSyntaxError:
        return None
    for element in root.iter():
        if not isinstance(element.tag, str):
            return None
        name = etree.QName(element).localname
        if name not in ELEMENTS:
            return None
        element.tag = name
        for attribute, value in list(element.attrib.items()):
            if attribute not in ELEMENTS[name] or (attribute in _SIZES and not _LENGTH.fullmatch(str(value))):
                del element.attrib[attribute]
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode", method="html"))
