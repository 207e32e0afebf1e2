"""MathML as Word's own formulas (Office Math): the elements that answers use; of others, their words."""

from __future__ import annotations

from typing import Any

from docx.oxml.parser import parse_xml
from lxml import etree
from lxml.html import HtmlElement

_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_M = f"{{{_SPACE}}}"
_PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mfrac": ("f", ("num", "den")),
    "msub": ("sSub", ("e", "sub")),
    "msup": ("sSup", ("e", "sup")),
    "msubsup": ("sSubSup", ("e", "sub", "sup")),
    "munder": ("limLow", ("e", "lim")),
    "mover": ("limUpp", ("e", "lim")),
    "munderover": ("sSubSup", ("e", "sub", "sup")),
    "mroot": ("rad", ("e", "deg")),
}
"""What each becomes, and what its children become in it."""


def omml(math: HtmlElement) -> Any:
    """A formula, as an element for a paragraph."""
    made = etree.Element(f"{_M}oMath", nsmap={"m": _SPACE})
    _fill(made, math)
    # Read back, so that python-docx's own classes stand in its document.
    return parse_xml(etree.tostring(made))


def _fill(place: Any, parent: HtmlElement) -> None:
    for child in parent:
        _add(place, child)


def _add(place: Any, element: HtmlElement) -> None:
    name = str(element.tag)
    if name in _PARTS and len(element) == len(_PARTS[name][1]):
        _add_parts(place, element, *_PARTS[name])
    elif name == "msqrt":
        root = etree.SubElement(place, f"{_M}rad")
        etree.SubElement(etree.SubElement(root, f"{_M}radPr"), f"{_M}degHide").set(f"{_M}val", "1")
        etree.SubElement(root, f"{_M}deg")
        _fill(etree.SubElement(root, f"{_M}e"), element)
    elif name == "mtable":
        table = etree.SubElement(place, f"{_M}m")
        for row in element:
            made = etree.SubElement(table, f"{_M}mr")
            for cell in row:
                _fill(etree.SubElement(made, f"{_M}e"), cell)
    elif len(element):
        _fill(place, element)
    elif element.text:
        run = etree.SubElement(place, f"{_M}r")
        etree.SubElement(run, f"{_M}t").text = element.text


def _add_parts(place: Any, element: HtmlElement, kind: str, roles: tuple[str, ...]) -> None:
    made = etree.SubElement(place, f"{_M}{kind}")
    parts = dict(zip(roles, element, strict=True))
    # A root's degree stands before what it is the root of.
    for role in ("deg", "e") if kind == "rad" else roles:
        _add(etree.SubElement(made, f"{_M}{role}"), parts[role])
