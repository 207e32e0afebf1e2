"""The last word on an answer's HTML: what is not listed here does not reach a page."""

from __future__ import annotations

from functools import cache

import nh3

from footnote.answers.mathml import ELEMENTS

SCHEMES = frozenset({"http", "https", "mailto"})
REL = "noopener noreferrer nofollow"
_PLAIN = frozenset(
    "p br hr h3 h4 h5 h6 ul ol li blockquote pre code em strong s a span div table thead tbody tr th td".split()
)
TAGS = _PLAIN | frozenset(ELEMENTS)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "data-n", "aria-label"}),
    "code": frozenset({"class"}),
    "ol": frozenset({"start"}),
    "span": frozenset({"aria-label"}),
    **{name: attributes for name, attributes in ELEMENTS.items() if attributes},
}
VALUES: dict[str, dict[str, frozenset[str]]] = {
    "a": {"rel": frozenset({REL}), "target": frozenset({"_blank"})},
    "span": {"role": frozenset({"img"})},
    "div": {"role": frozenset({"group"}), "tabindex": frozenset({"0"}), "aria-label": frozenset({"Table"})},
}
_ALIGNED = frozenset({"align-left", "align-center", "align-right"})
CLASSES: dict[str, frozenset[str]] = {
    "a": frozenset({"cite"}),
    "div": frozenset({"code", "formula", "table-scroll"}),
    "li": frozenset({"task-list-item"}),
    "ol": frozenset({"contains-task-list"}),
    "pre": frozenset({"plain"}),
    "td": _ALIGNED,
    "th": _ALIGNED,
    "ul": frozenset({"contains-task-list"}),
}


def clean(html: str) -> str:
    """The HTML with everything taken out that is not on the lists."""
    return _cleaner().clean(html)


@cache
def _cleaner() -> nh3.Cleaner:
    from pygments.token import STANDARD_TYPES

    painted = frozenset(filter(None, STANDARD_TYPES.values()))
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        tag_attribute_values={
            tag: {name: set(values) for name, values in names.items()} for tag, names in VALUES.items()
        },
        allowed_classes={
            **{tag: set(names) for tag, names in CLASSES.items()},
            "span": {"cites", "formula", "task", "task-done", *painted},
        },
        link_rel=None,
        url_schemes=set(SCHEMES),
        # A citation's "#" is the only address within the page that an answer may hold.
        url_relative=lambda url: url if url == "#" else None,
    )
