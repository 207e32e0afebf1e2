"""What axe-core finds on a page as it stands."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that another colour scheme can break."""
_RUN = """async ({ tags, rules, within }) => {
  const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: tags };
  const { violations } = await axe.run(within ?? document, { runOnly, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) => (
    { rule: id, at: target.join(" "), html, why: failureSummary.split("\\n").slice(1).join(" ").trim() })));
}"""


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def findings(page: Page, rules: list[str] | None = None, *, within: str | None = None) -> list[str]:
    """Each element that breaks one of these rules, else any rule of WCAG 2.2 AA or of good practice.

    ``within`` limits that to one part of the page, a selector.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())  # as the browser's own tools would: the page's policy lets no script in
    found = page.evaluate(_RUN, {"tags": TAGS, "rules": rules, "within": within})
    return [f"{f['rule']} at {f['at']}: {f['why']}" for f in found if not _is_the_models(f)]


def _is_the_models(finding: dict[str, Any]) -> bool:
    """Which ranks a text's headings have is up to the model that wrote it; all stand below their question."""
    return finding["rule"] == "heading-order" and finding["html"].startswith(("<h3", "<h4", "<h5", "<h6"))
