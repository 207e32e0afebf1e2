"""The sections of the page: each a heading, a sentence of what its plot tells, the plot, and its figures as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from footnote.feedback import Opinion
from footnote.figures import Figures, Said, Shelf
from footnote.page.ops import plots, tables
from footnote.page.ops.saying import Saying, failed

_ENDS = ("done", "cancelled", "error")
_PERCENTILES = ("p50", "p95", "p99")

Parts = list[Any]


def sections(figures: Figures, shelved: Shelf, says: Saying) -> Parts:
    """All of them; where nothing was asked, what will be here, and what can be said all the same."""
    if not figures.answers:
        empty = html.P(says.texts("ops.nothing"), className="ops-empty")
        return [_now(figures, says), empty, _documents(shelved, says)]
    told: Sequence[Callable[[Figures, Saying], html.Section]] = (_load, _first_words, _errors, _feedback)
    return [
        _now(figures, says),
        *(tell(figures, says) for tell in told),
        _unanswered(figures, says),
        _documents(shelved, says),
        _models(figures, says),
    ]


def _now(figures: Figures, says: Saying) -> html.Dl:
    first = figures.first_token_ms
    pairs = {
        "now_answers": says.count(figures.answers),
        "now_first": says.seconds(first.p50 if first else None),
        "now_failed": says.share(failed(figures), figures.answers),
        "now_supported": says.share(figures.supported, figures.statements),
        "now_running": says.count(figures.running),
        "now_streams": says.count(figures.streams),
    }
    told = [html.Div([html.Dt(says.texts(f"ops.{name}")), html.Dd(value)]) for name, value in pairs.items()]
    return html.Dl(told, className="ops-now")


def _load(figures: Figures, says: Saying) -> html.Section:
    most = max(step.done + step.cancelled + step.error for step in figures.steps)
    within = says.texts(f"ops.step_{figures.span.window}")
    sentence = says.texts("ops.load_says", count=figures.answers, most=most, step=within)
    plot = plots.graph("ops-load-plot", plots.load(figures, says), says.texts("ops.load_plot"))
    legend = plots.legend({f"is-{end}": says.texts(f"ops.{end}") for end in _ENDS})
    return _section("load", says, sentence, legend, plot, _folded(tables.load(figures, says), says))


def _first_words(figures: Figures, says: Saying) -> html.Section:
    waited = figures.first_token_ms
    if waited is None:
        return _section("first", says, says.texts("ops.first_none"))
    took = {name: says.seconds(getattr(waited, name)) for name in _PERCENTILES}
    plot = plots.graph("ops-first-plot", plots.first_words(figures, says), says.texts("ops.first_plot"))
    legend = plots.legend({f"is-{name}": says.texts(f"ops.{name}") for name in _PERCENTILES})
    table = _folded(tables.first_words(figures, says), says)
    return _section("first", says, says.texts("ops.first_says", **took), legend, plot, table)


def _errors(figures: Figures, says: Saying) -> html.Section:
    if not figures.errors:
        return _section("errors", says, says.texts("ops.errors_none"))
    share = says.share(failed(figures), figures.answers)
    sentence = says.texts("ops.errors_says", share=share, code=figures.errors[0][0])
    head = [says.texts("ops.code"), says.texts("ops.answers")]
    return _section("errors", says, sentence, *_counted("errors", head, figures.errors, says))


def _feedback(figures: Figures, says: Saying) -> html.Section:
    if not figures.feedback:
        return _section("feedback", says, says.texts("ops.feedback_none"))
    times = {opinion: sum(said.times for said in figures.feedback if said.verdict == opinion) for opinion in Opinion}
    told = {"good": times[Opinion.UP], "bad": times[Opinion.DOWN], "wrong": times[Opinion.WRONG_SOURCE]}
    named = [(_opinion(said, says), said.times) for said in figures.feedback]
    head = [says.texts("ops.said"), says.texts("ops.times")]
    return _section("feedback", says, says.texts("ops.feedback_says", **told), *_counted("feedback", head, named, says))


def _opinion(said: Said, says: Saying) -> str:
    verdict = says.texts(f"ops.said_{said.verdict}")
    if said.reason is None:
        return verdict
    return says.texts("ops.said_because", verdict=verdict, reason=says.texts(f"feedback.reason_{said.reason}"))


def _documents(shelved: Shelf, says: Saying) -> html.Section:
    sentence = says.texts("ops.documents_says", count=shelved.documents, never=shelved.never)
    most = [(document.title, times) for document, times in shelved.most]
    head = [says.texts("ops.document"), says.texts("ops.answers")]
    cited = _counted("documents", head, most, says) if most else [html.P(says.texts("ops.documents_none"))]
    gone = [html.P(says.texts("ops.documents_gone", count=shelved.gone))] if shelved.gone else []
    never: Parts = [html.H3(says.texts("ops.never"))]
    if shelved.never:
        never += [html.P(says.texts("ops.never_says")), tables.never(shelved, says)]
    elif shelved.documents:
        never += [html.P(says.texts("ops.never_none"))]
    return _section("documents", says, sentence, *gone, *cited, *never)


def _unanswered(figures: Figures, says: Saying) -> html.Section:
    if not figures.unanswered:
        return _section("unanswered", says, says.texts("ops.unanswered_none"))
    sentence = says.texts("ops.unanswered_says", count=figures.unanswered)
    if not figures.questions:
        return _section("unanswered", says, sentence, html.P(says.texts("ops.unanswered_hidden")))
    whose = html.P(says.texts("ops.unanswered_whose"))
    return _section("unanswered", says, sentence, tables.questions(figures, says), whose)


def _models(figures: Figures, says: Saying) -> html.Section:
    sentence = says.texts("ops.models_says", count=len(figures.models))
    return _section("models", says, sentence, tables.models(figures, says))


def _counted(name: str, head: Sequence[str], counts: Sequence[tuple[str, int]], says: Saying) -> Parts:
    label = says.texts(f"ops.{name}_plot")
    plot = plots.graph(f"ops-{name}-plot", plots.bars(counts), label)
    return [plot, _folded(tables.named(label, head, counts, says), says)]


def _folded(table: html.Div, says: Saying) -> html.Details:
    return html.Details([html.Summary(says.texts("ops.table")), table], className="ops-table")


def _section(name: str, says: Saying, sentence: str, *parts: Any) -> html.Section:
    heading = f"ops-{name}"
    labelled: dict[str, Any] = {"aria-labelledby": heading}
    head = [html.H2(says.texts(f"ops.{name}"), id=heading), html.P(sentence, className="ops-says")]
    return html.Section([*head, *parts], className="ops-section", **labelled)
