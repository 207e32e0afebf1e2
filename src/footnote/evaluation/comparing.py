"""Two runs of one set, question by question: what got better, what got worse, and whether it may be chance. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footnote.evaluation import metrics
from footnote.evaluation.judging import DEEPEST
from footnote.evaluation.results import Result, Run
from footnote.evaluation.summary import QUALITY, TIMES, Prices, cost, direction, prices_of

PAIRED = (*QUALITY, "failed", *TIMES.values(), "input_tokens", "output_tokens", "cost")
"""What is compared, in the order of the table."""
_TELLS_CHANGE = (*QUALITY, "failed")
_RANKING = f"ndcg@{DEEPEST}"
_RANK = ("found@", "recall@", "ndcg@", "mrr")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure's means in both runs over the ``of`` questions that have it in both, and the interval between them."""

    figure: str
    before: float
    after: float
    of: int
    interval: metrics.Interval

    @property
    def verdict(self) -> str:
        """Better or worse where chance is unlikely, else empty: the interval leaves 0 out."""
        return {1: "better", -1: "worse"}.get(self.interval.sign * direction(self.figure), "")


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose figures changed: for better (1), for worse (-1) or both (0), and why, in words."""

    id: str
    question: str
    sign: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it; ``only_before`` and ``only_after`` are ids of questions that the other run doesn't have."""

    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    same: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    def changed(self, sign: int) -> list[Change]:
        """The questions that changed this way."""
        return [change for change in self.changes if change.sign == sign]


def compare(before: Run, after: Run) -> Comparison:
    """The two runs over the questions of the same id and text in both."""
    first = {(result.id, result.question): result for result in before.results}
    second = {(result.id, result.question): result for result in after.results}
    pairs = [(result, second[key]) for key, result in first.items() if key in second]
    own = prices_of(before.made), prices_of(after.made)
    prices = own[0] or own[1], own[1] or own[0]
    changes = [change for pair in pairs if (change := _change(*pair))]
    return Comparison(
        tuple(difference for figure in PAIRED if (difference := _difference(figure, pairs, prices))),
        tuple(changes),
        len(pairs) - len(changes),
        tuple(id for id, question in first if (id, question) not in second),
        tuple(id for id, question in second if (id, question) not in first),
    )


def _difference(
    figure: str, pairs: Sequence[tuple[Result, Result]], prices: tuple[Prices | None, Prices | None]
) -> Difference | None:
    each = [(_value(figure, a, prices[0]), _value(figure, b, prices[1])) for a, b in pairs]
    both = [(a, b) for a, b in each if a is not None and b is not None]
    if not both:
        return None
    means = metrics.mean([a for a, _ in both]), metrics.mean([b for _, b in both])
    return Difference(figure, *means, of=len(both), interval=metrics.bootstrap([b - a for a, b in both]))


def _value(figure: str, result: Result, prices: Prices | None) -> float | None:
    match figure:
        case "failed":
            return float(result.failed)
        case "cost":
            return cost(result, prices) if prices else None
        case _ if figure in QUALITY:
            return result.figures.get(figure)
        case _:
            value: float | None = getattr(result, figure)
            return value


def _change(before: Result, after: Result) -> Change | None:
    signs: set[int] = set()
    why: list[str] = []
    for figure in _TELLS_CHANGE:
        a, b = _value(figure, before, None), _value(figure, after, None)
        if a is None or b is None or a == b:
            continue
        signs.add(direction(figure) if b > a else -direction(figure))
        if not figure.startswith(_RANK):
            why.append(f"{figure} {a:.2f} → {b:.2f}")
    if not signs:
        return None
    sign = signs.pop() if len(signs) == 1 else 0
    return Change(after.id, after.question, sign, (*_reasons(before, after), *why))


def _reasons(before: Result, after: Result) -> Iterator[str]:
    """What stands behind the figures, in words."""
    if before.error != after.error:
        yield f"{before.error or 'answered'} → {after.error or 'answered'}"
    first, then = _rank(before.figures), _rank(after.figures)
    if first != then:
        yield f"first expected source {first} → {then}"
    elif (a := before.figures.get(_RANKING)) != (b := after.figures.get(_RANKING)) and None not in (a, b):
        yield f"{_RANKING} {a:.2f} → {b:.2f}"
    if missing := sorted({*after.missing_facts} - {*before.missing_facts}):
        yield f"no longer told: {'; '.join(missing)}"
    if told := sorted({*before.missing_facts} - {*after.missing_facts}):
        yield f"told now: {'; '.join(told)}"


def _rank(figures: Mapping[str, float]) -> str:
    """The place of the first source that was expected, in words."""
    if not (rank := figures.get("mrr")):
        return "not found"
    return f"at {round(1 / rank)}"
