"""What a conversation of 200 answers costs the browser, beside one of 10 as the floor.

Usage: ``python bench/long_conversation.py [--rounds 5] [--answers 200]``.
Both are opened by their address in a fresh Chromium context, in turns, because a machine's speed drifts; a figure is
the median of its rounds. Then the long one is brought whole, scrolled from its beginning to its end, and measured
again. The answers are alike: a heading, a list, a table, coloured code and three sources. Also written to
``bench/results/long_conversation.json``.

First paint is the browser's first contentful one, conversation the first frame with an answer in it, both since the
address was opened. Main thread, script and the longest task are processor time, until the page was at rest; the
longest frame is by the clock, and longer where the machine has other things to do.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence

from page_watch import ROOT, Watched, chromium_browser, page_server, watched
from playwright.sync_api import Browser

from held_conversation import held

RESULTS = ROOT / "bench" / "results" / "long_conversation.json"
FLOOR = 10
STEPS, STEP_MS = 120, 30


def opened(page: Watched, address: str) -> dict[str, float]:
    """A conversation opened by its address, until the page is at rest."""
    page.begin(traced=True)
    page.chat.open(address)
    page.page.wait_for_function("watched.seen_ms !== null")
    page.settle()
    return page.first_seen() | page.figures()


def brought(page: Watched) -> dict[str, float]:
    """All of it is on the page, and everything far away is folded again."""
    page.begin(traced=True)
    page.page.evaluate("footnote.earlier.all()")
    page.settle()
    return page.figures()


def scrolled(page: Watched) -> dict[str, float]:
    """From its beginning to its end, in the steps of a fast reader's wheel."""
    page.chat.scroll.evaluate("scroll => scroll.scrollTop = 0")
    page.settle()
    page.begin(traced=True)
    step = page.chat.scroll.evaluate(f"scroll => scroll.scrollHeight / {STEPS}")
    page.page.mouse.move(640, 300)
    for _ in range(STEPS):
        page.page.mouse.wheel(0, step)
        page.page.wait_for_timeout(STEP_MS)
    page.settle()
    return page.figures()


def round_of(browser: Browser, addresses: dict[int, str]) -> dict[str, dict[str, float]]:
    """One round: each conversation opened; the longest brought whole and scrolled too."""
    figures = {}
    for answers, address in addresses.items():
        with watched(browser, frames=True) as page:
            figures[f"{answers} answers opened"] = opened(page, address)
            if answers != FLOOR:
                figures[f"{answers} answers brought"] = brought(page)
                figures[f"{answers} answers scrolled"] = scrolled(page)
    return figures


def medians(rounds: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """The rounds' medians."""
    return {
        what: {name: statistics.median(r[what][name] for r in rounds) for name in figures}
        for what, figures in rounds[0].items()
    }


def main() -> None:
    """Print the figures, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--answers", type=int, default=200)
    options = parser.parse_args()
    with page_server() as server, chromium_browser() as browser:
        addresses = {n: f"{server.url}/c/{held(server.parts.log, n)[0]}" for n in (FLOOR, options.answers)}
        round_of(browser, addresses)  # the server renders each answer once
        results = medians([round_of(browser, addresses) for _ in range(options.rounds)])
    print(json.dumps(results, indent=1))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
