"""Whether an answer of 60 kB streams smoothly, beside one of 6 kB at the same speed as the floor.

Usage: ``python bench/long_answer.py [--rounds 3] [--kb 60]``. The text has headings, nested lists, tables, coloured
code and formulas, and comes in pieces of 150 letters every 50 ms: 3 kB a second, more than any model writes. A figure
is the median of its rounds, taken in turns. Also written to ``bench/results/long_answer.json``.

Main thread, script and the longest task are processor time, from the question to the end; that a kB of the longer
answer takes no more of it is what smooth means. The longest frame is by the clock, and longer where the machine is
busy.
"""

from __future__ import annotations

import argparse
import json
import statistics

from page_watch import ROOT, PageServer, chromium_browser, page_server, watched
from playwright.sync_api import Browser

from held_conversation import TEXT

RESULTS = ROOT / "bench" / "results" / "long_answer.json"
FLOOR_KB = 6
PIECE, EVERY_S = 150, 0.05
PATIENCE_MS = 300_000
FORMULA = "\nSo $$E = \\frac{1}{2} m v^2$$ holds for each of them.\n\n"


def text(kb: int) -> str:
    """An answer of so many kB, with every kind of block."""
    parts, length, n = [], 0, 0
    while length < 1000 * kb:
        parts.append(TEXT.format(n=n) + FORMULA)
        length += len(parts[-1])
        n += 1
    return "".join(parts)


def streamed(browser: Browser, server: PageServer, kb: int) -> dict[str, float]:
    """The figures of one such answer, from the question to its end."""
    answer = text(kb)
    with watched(browser) as page:
        page.chat.open(server.url)
        page.settle()
        page.begin()
        page.chat.ask()
        writing = server.model.asked()
        writing.say(*(answer[at : at + PIECE] for at in range(0, len(answer), PIECE)), every_s=EVERY_S)
        writing.finish()
        page.page.wait_for_selector("#thread .answer.complete", timeout=PATIENCE_MS)
        figures = page.figures()
    return figures | {"main_thread_ms_per_kb": round(figures["main_thread_ms"] / (len(answer) / 1000), 1)}


def main() -> None:
    """Print the figures, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kb", type=int, default=60)
    options = parser.parse_args()
    sizes = FLOOR_KB, options.kb
    with page_server() as server, chromium_browser() as browser:
        rounds = [{kb: streamed(browser, server, kb) for kb in sizes} for _ in range(options.rounds)]
    results = {
        f"{kb} kB": {name: statistics.median(r[kb][name] for r in rounds) for name in rounds[0][kb]} for kb in sizes
    }
    print(json.dumps(results, indent=1))
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
