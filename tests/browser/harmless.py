"""What a page has to be with hostile text all over it: it ran nothing, asked nobody, and became nothing but text."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Page

from footnote.answers.mathml import ELEMENTS

_MARKDOWN = (
    "a blockquote br button code div em h3 h4 h5 h6 hr li ol p pre s section span strong table tbody td th thead tr ul"
)
_ATTRIBUTES = "class data-n dir href rel role start tabindex target title type disabled".split()
_MATHML = {attribute for attributes in ELEMENTS.values() for attribute in attributes}
_ACTIVE = (
    "script, iframe, object, embed, applet, base, frame, frameset, portal, meta, link, template, picture, svg, video"
)
ALLOWED = {
    "tags": [*_MARKDOWN.split(), *ELEMENTS],
    "attributes": [*_ATTRIBUTES, *sorted(_MATHML)],
    "active": f"{_ACTIVE}, #thread form, #panel form",
}

_CANARY = """
  window.owned = [];
  const caught = (what) => () => window.owned.push(what);
  window.hit = caught("a call");
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = caught(name);
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
    window.owned.push(`the policy had to stop ${effectiveDirective} ${blockedURI}`));
"""
_LOOK = """(allowed) => {
  const found = [...window.owned];
  const tell = (element, why) => found.push(`${why}: ${element.outerHTML.slice(0, 200)}`);
  const [tags, attributes] = [new Set(allowed.tags), new Set(allowed.attributes)];
  for (const element of document.querySelectorAll("#thread .body *")) {
    if (!tags.has(element.localName)) tell(element, "not an element of an answer");
    for (const { name, value } of element.attributes) {
      const known = attributes.has(name) || /^(aria|data)-[a-z-]+$/.test(name);
      const leads = name !== "href" || /^(#$|[?]source=|https?:|mailto:)/.test(value);
      if (!known || !leads) tell(element, `not an attribute of an answer, ${name}`);
    }
  }
  for (const element of document.querySelectorAll(allowed.active)) {
    if (!element.closest("head, footer")) tell(element, "something active");
  }
  for (const element of document.querySelectorAll("*")) {
    if (element.getAttributeNames().some((name) => name.startsWith("on"))) tell(element, "a handler");
    for (const name of ["src", "srcset", "href", "action", "formaction", "poster", "background", "ping", "data"]) {
      const value = element.getAttribute(name) ?? "";
      if (!/^(|[#?/].*|https?:.*|mailto:.*)$/s.test(value)) tell(element, `an address that is none, ${name}`);
      const linked = element.matches(".body a[rel~=noopener]");
      if (/^(\\w+:)?[/]{2}attacker/.test(value) && !linked) tell(element, "leads elsewhere");
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  found.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `two have the id ${id}`));
  if (typeof document.getElementById !== "function" || typeof footnote.t !== "function") found.push("clobbered");
  if (document.getElementById("query")?.localName !== "textarea") found.push("the question's box is another's");
  return found;
}"""


def armed(context: BrowserContext) -> Page:
    """A page on which whatever runs is noticed."""
    context.add_init_script(_CANARY)
    page = context.new_page()
    page.on("dialog", lambda dialog: page.evaluate("message => window.owned.push(message)", dialog.message))
    return page


def harm(page: Page) -> list[Any]:
    """What ran, what was stopped only by the policy, and what stands there that is more than text."""
    return list(page.evaluate(_LOOK, ALLOWED))
