"""What the page weighs: its scripts and styles, and all that a first visit loads.

Usage: ``python bench/page_weight.py``. The app is served with the sample library and opened once in a Chromium with an
empty cache; a figure is the bytes of the responses' bodies, in KB of 1,024, unpacked and as they were sent. Footnote's
own are the files of ``assets/``; the others are those of Dash, React and the components. Also written to
``bench/results/page_weight.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from page_watch import ROOT, chromium_browser, page_server, watched
from playwright.sync_api import Response

RESULTS = ROOT / "bench" / "results" / "page_weight.json"
KINDS = {"script": "script", "stylesheet": "style", "document": "document"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that the page loaded: its bytes unpacked, and as they were sent."""

    path: str
    kind: str
    plain: int
    sent: int


def loaded(response: Response) -> Loaded:
    """What a response weighs."""
    sent = response.request.sizes()["responseBodySize"]
    kind = KINDS.get(response.request.resource_type, "other")
    return Loaded(urlsplit(response.url).path, kind, len(response.body()), sent)


def first_visit() -> list[Loaded]:
    """Everything that the browser asks for until the page is at rest."""
    responses: list[Response] = []

    def note(response: Response) -> None:
        responses.append(response)

    with page_server() as server, chromium_browser() as browser, watched(browser) as page:
        page.page.on("response", note)
        page.chat.open(server.url)
        page.settle()
        return [loaded(r) for r in responses if r.status == 200]


def weight(files: Iterable[Loaded]) -> dict[str, float]:
    """Files and KB of them together."""
    files = list(files)
    return {
        "files": len(files),
        "kb": round(sum(f.plain for f in files) / 1024, 1),
        "sent_kb": round(sum(f.sent for f in files) / 1024, 1),
    }


def told(files: list[Loaded]) -> dict[str, dict[str, float]]:
    """The figures, Footnote's own apart from the others'."""
    figures = {}
    for kind in ("script", "style"):
        of_kind = [f for f in files if f.kind == kind]
        figures[f"own {kind}"] = weight(f for f in of_kind if f.path.startswith("/assets/"))
        figures[f"other {kind}"] = weight(f for f in of_kind if not f.path.startswith("/assets/"))
    return figures | {"first load": weight(files)}


def main() -> None:
    """Print the figures, the heaviest files too, and write them down."""
    files = first_visit()
    results = told(files)
    print(json.dumps(results, indent=1))
    for file in sorted(files, key=lambda f: -f.plain)[:8]:
        print(f"{file.plain / 1024:9.1f} KB {file.sent / 1024:8.1f} KB sent  {file.path}")
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
