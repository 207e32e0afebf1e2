"""What a look at the figures sets on the page: sentences, plots and tables, and what is hidden for want of any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from footnote.feedback import Opinion
from footnote.figures import Figures, Said, Shelf
from footnote.page.ops import ids, plots, tables
from footnote.page.ops.plots import Plot
from footnote.page.ops.saying import Saying, failed
from footnote.page.ops.sections import PERCENTILES

Told = dict[tuple[str, str], Any]
"""Values by the id and the property that they are for."""


def told(figures: Figures, shelved: Shelf, says: Saying) -> Told:
    """All that changes, but how new it is."""
    asked = figures.answers > 0
    return {
        (ids.FIGURES, "hidden"): False,
        (ids.NOW, "children"): _now(figures, says),
        (ids.NOTHING, "hidden"): asked,
        (ids.TOLD, "hidden"): not asked,
        **_load(figures, says),
        **_first_words(figures, says),
        **_errors(figures, says),
        **_feedback(figures, says),
        **_unanswered(figures, says),
        **_documents(shelved, says),
        **_models(figures, says),
    }


def _now(figures: Figures, says: Saying) -> list[html.Div]:
    first = figures.first_token_ms
    pairs = {
        "now_answers": says.count(figures.answers),
        "now_first": says.seconds(first.p50 if first else None),
        "now_failed": says.share(failed(figures), figures.answers),
        "now_supported": says.share(figures.supported, figures.statements),
        "now_running": says.count(figures.running),
        "now_streams": says.count(figures.streams),
    }
    return [html.Div([html.Dt(says.texts(f"ops.{name}")), html.Dd(value)]) for name, value in pairs.items()]


def _load(figures: Figures, says: Saying) -> Told:
    most = max(step.done + step.cancelled + step.error for step in figures.steps)
    within = says.texts(f"ops.step_{figures.span.window}")
    sentence = says.texts("ops.load_says", count=figures.answers, most=most, step=within)
    return _set("load", sentence, tables.load(figures, says), plots.load(figures, says))


def _first_words(figures: Figures, says: Saying) -> Told:
    waited = figures.first_token_ms
    if waited is None:
        return _none("first", says)
    took = {name: says.seconds(getattr(waited, name)) for name in PERCENTILES}
    sentence = says.texts("ops.first_says", **took)
    return _set("first", sentence, tables.first_words(figures, says), plots.first_words(figures, says))


def _errors(figures: Figures, says: Saying) -> Told:
    if not figures.errors:
        return _none("errors", says)
    share = says.share(failed(figures), figures.answers)
    sentence = says.texts("ops.errors_says", share=share, code=figures.errors[0][0])
    return _counted("errors", sentence, ("code", "answers"), figures.errors, says)


def _feedback(figures: Figures, says: Saying) -> Told:
    if not figures.feedback:
        return _none("feedback", says)
    times = {opinion: sum(said.times for said in figures.feedback if said.verdict == opinion) for opinion in Opinion}
    named = {"good": times[Opinion.UP], "bad": times[Opinion.DOWN], "wrong": times[Opinion.WRONG_SOURCE]}
    counts = [(_opinion(said, says), said.times) for said in figures.feedback]
    return _counted("feedback", says.texts("ops.feedback_says", **named), ("said", "times"), counts, says)


def _opinion(said: Said, says: Saying) -> str:
    verdict = says.texts(f"ops.said_{said.verdict}")
    if said.reason is None:
        return verdict
    return says.texts("ops.said_because", verdict=verdict, reason=says.texts(f"feedback.reason_{said.reason}"))


def _documents(shelved: Shelf, says: Saying) -> Told:
    sentences = [says.texts("ops.documents_says", count=shelved.documents, never=shelved.never)]
    if shelved.gone:
        sentences.append(says.texts("ops.documents_gone", count=shelved.gone))
    most = [(document.title, times) for document, times in shelved.most]
    if not most:
        sentences.append(says.texts("ops.documents_none"))
    cited = _counted("documents", " ".join(sentences), ("document", "answers"), most, says)
    if not shelved.never:
        return cited | _none(ids.NEVER, says)
    return cited | _set(ids.NEVER, says.texts("ops.never_says"), tables.never(shelved, says))


def _unanswered(figures: Figures, says: Saying) -> Told:
    if not figures.unanswered:
        return _none("unanswered", says)
    sentence = says.texts("ops.unanswered_says", count=figures.unanswered)
    if not figures.questions:
        return _set("unanswered", f"{sentence} {says.texts('ops.unanswered_hidden')}", None)
    whose = says.texts("ops.unanswered_whose")
    return _set("unanswered", f"{sentence} {whose}", tables.questions(figures, says))


def _models(figures: Figures, says: Saying) -> Told:
    sentence = says.texts("ops.models_says", count=len(figures.models))
    return _set("models", sentence, tables.models(figures, says))


def _counted(name: str, sentence: str, head: Sequence[str], counts: Sequence[tuple[str, int]], says: Saying) -> Told:
    table = tables.named(says.texts(f"ops.{name}_plot"), head, counts, says) if counts else None
    return _set(name, sentence, table, plots.bars(counts))


def _none(name: str, says: Saying) -> Told:
    return _set(name, says.texts(f"ops.{name}_none"), None)


def _set(name: str, sentence: str, table: html.Table | None, plot: Plot | None = None) -> Told:
    """A section's parts; without a table there is nothing but the sentence."""
    told = {
        (ids.says(name), "children"): sentence,
        (ids.shown(name), "hidden"): table is None,
        (ids.table(name), "children"): table,
    }
    if name not in ids.PLOTTED:
        return told
    drawn = plot or plots.bars(())
    height = {"height": f"{drawn['layout']['height']}px"}
    return told | {(ids.plot(name), "figure"): drawn, (ids.plot(name), "style"): height}
