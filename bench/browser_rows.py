"""What reading an answer costs the browser, and how soon each word is on the screen.

The same model server answers Footnote's page and two bare ones from the same server process, in the same Chromium, in
turns, for a machine's speed drifts; a figure is the median of its rounds, lags are those of all rounds together. Busy
is the main thread's own processor time, from the question until the page is at rest again.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from lags import percentile
from page_watch import chromium_browser
from playwright.sync_api import Browser
from readers import FLUSHED, FOOTNOTE, LINES, reading
from row import Row, at_most, ratio_at_most
from stack import Stack, stack

TASK_MS, LAST_WORD_MS, HEAP_MB, GROWTH = 50.0, 150.0, 1.0, 1.1
LAG_P95_MS, LAG_P99_MS, FIRST_MS = 70.0, 100.0, 60.0
AT_ONCE = 0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is read: tokens of an answer, rounds, answers of a conversation, questions for the first word."""

    steady: int = 2000
    at_once: int = 8000
    short: int = 500
    rounds: int = 3
    answers: int = 20
    questions: int = 40


QUICK = Sizes(steady=60, at_once=120, short=40, rounds=1, answers=4, questions=2)
FULL = Sizes()


def rows(*, quick: bool) -> Iterator[Row]:
    """All rows of the browser."""
    sizes = QUICK if quick else FULL
    with stack() as served, chromium_browser() as browser:
        _warm(browser, served)
        yield from _steady(browser, served, sizes)
        yield from _at_once(browser, served, sizes)
        yield _heap(browser, served, sizes)
        yield _twentieth(browser, served, sizes)
        for rate in (50, 100):
            yield from _lags(browser, served, sizes, rate)
        yield _first_word(browser, served, sizes)


def _warm(browser: Browser, served: Stack) -> None:
    """Each worker has loaded its model, and each page its scripts, before anything counts."""
    served.answers(40, AT_ONCE)
    for name in (FOOTNOTE, LINES, FLUSHED, FOOTNOTE):
        with reading(name, browser, served) as reader:
            reader.read()


def _busy(browser: Browser, served: Stack, rounds: int) -> dict[str, float]:
    """The busy time of each reader for one answer in a fresh page: the medians of interleaved rounds."""
    found: dict[str, list[float]] = {FOOTNOTE: [], LINES: [], FLUSHED: []}
    for _ in range(rounds):
        for name, times in found.items():
            with reading(name, browser, served) as reader:
                times.append(reader.busy_ms())
    return {name: statistics.median(times) for name, times in found.items()}


def _longest_task(browser: Browser, served: Stack, rounds: int) -> float:
    tasks = []
    for _ in range(rounds):
        with reading(FOOTNOTE, browser, served) as reader:
            reader.read(traced=True)
            tasks.append(reader.page.longest_task_ms())
    return statistics.median(tasks)


def _steady(browser: Browser, served: Stack, sizes: Sizes) -> Iterator[Row]:
    what = f"{sizes.steady:,} tokens at 100/s"
    served.answers(sizes.steady, 100)
    busy = _busy(browser, served, sizes.rounds)
    yield ratio_at_most(f"{what}: busy, beside a node a line", busy[FOOTNOTE], busy[LINES], "ms", 1)
    yield ratio_at_most(f"{what}: busy, beside a flush each 100 ms", busy[FOOTNOTE], busy[FLUSHED], "ms", 2)
    yield at_most(f"{what}: longest task", _longest_task(browser, served, sizes.rounds), "ms", TASK_MS)


def _at_once(browser: Browser, served: Stack, sizes: Sizes) -> Iterator[Row]:
    what = f"{sizes.at_once:,} tokens at once"
    served.answers(sizes.at_once, AT_ONCE)
    busy = _busy(browser, served, sizes.rounds)
    yield ratio_at_most(f"{what}: busy, beside a node a line", busy[FOOTNOTE], busy[LINES], "ms", 2)
    yield ratio_at_most(f"{what}: busy, beside a flush each 100 ms", busy[FOOTNOTE], busy[FLUSHED], "ms", 2)
    yield at_most(f"{what}: longest task", _longest_task(browser, served, sizes.rounds), "ms", TASK_MS)
    late: dict[str, list[float]] = {FOOTNOTE: [], FLUSHED: []}
    for _ in range(sizes.rounds):
        for name, times in late.items():
            served.answers(sizes.at_once, AT_ONCE)
            with reading(name, browser, served, words=True) as reader:
                times.append(reader.last_word_ms())
    last, floor = (statistics.median(times) for times in late.values())
    yield at_most(f"{what}: last byte to last word painted", last, "ms", LAST_WORD_MS, floor)


def _heap(browser: Browser, served: Stack, sizes: Sizes) -> Row:
    """What each further answer of a conversation leaves in the heap."""
    answers = max(2, sizes.answers // 2)
    served.answers(sizes.at_once, AT_ONCE)
    with reading(FOOTNOTE, browser, served) as reader:
        before = reader.page.kept_mb()
        for _ in range(answers):
            reader.read()
        kept = (reader.page.kept_mb() - before) / answers
    return at_most(f"heap kept by each of {answers} such answers", kept, "MB", HEAP_MB)


def _twentieth(browser: Browser, served: Stack, sizes: Sizes) -> Row:
    """A conversation's last answers beside its first ones, of each the median; those between come at once."""
    first, last = [], []
    edge = min(3, sizes.answers // 2)
    for _ in range(sizes.rounds):
        with reading(FOOTNOTE, browser, served) as reader:
            served.answers(sizes.short, 100)
            first += [reader.busy_ms() for _ in range(edge)]
            served.answers(sizes.short, AT_ONCE)
            for _ in range(sizes.answers - 2 * edge):
                reader.read()
            served.answers(sizes.short, 100)
            last += [reader.busy_ms() for _ in range(edge)]
    what = f"busy for answer {sizes.answers} of a conversation, beside the first"
    return ratio_at_most(what, statistics.median(last), statistics.median(first), "ms", GROWTH)


def _lags(browser: Browser, served: Stack, sizes: Sizes, rate: int) -> Iterator[Row]:
    lags: dict[str, list[float]] = {FOOTNOTE: [], LINES: []}
    for _ in range(sizes.rounds):
        for name, of_all in lags.items():
            served.answers(sizes.short, rate)
            with reading(name, browser, served, words=True) as reader:
                of_all.extend(reader.lags_ms()[0])
    for q, target in ((0.95, LAG_P95_MS), (0.99, LAG_P99_MS)):
        value, floor = (percentile(of_all, q) for of_all in lags.values())
        yield at_most(f"model's chunk to painted word at {rate}/s, p{100 * q:.0f}", value, "ms", target, floor)


def _first_word(browser: Browser, served: Stack, sizes: Sizes) -> Row:
    """From the question to its first painted word; without the model's own time to its first chunk."""
    firsts: dict[str, list[float]] = {FOOTNOTE: [], LINES: []}
    for _ in range(sizes.questions):
        for name, found in firsts.items():
            served.answers(20, 50)
            with reading(name, browser, served, words=True) as reader:
                found.append(reader.lags_ms()[1])
    value, floor = (percentile(found, 0.95) for found in firsts.values())
    return at_most("ask to first painted word beyond the model's time, p95", value, "ms", FIRST_MS, floor)
