"""The operations page says in words, plots and tables what was counted, in the reader's language."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import plotly.graph_objects as go
import pytest
from dash import dcc, html, no_update
from plotly.utils import PlotlyJSONEncoder

from fakes import document
from footnote.errors import NotFound, StorageFailed
from footnote.feedback import Opinion, Reason
from footnote.figures import Figures, OfModel, Said, Shelf, Span, Step, Unanswered, Waited, Window
from footnote.page.ops.layout import shown
from footnote.page.ops.saying import Saying
from footnote.page.texts import LANGUAGES, Texts

NOW = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)
DUE = {"offset_minutes": 60}


def figures(window=Window.DAY, **fields):
    span = Span.up_to(NOW, window, 3600)
    steps = tuple(Step(at, 1, 2, 1, Waited(400, 900, 2000)) for at in span.moments())
    usual = Figures(
        span,
        1,
        2,
        (Step(steps[0].at), *steps[1:]),
        Waited(400, 1250, 12_000),
        (("TIMEOUT", 20), ("RATE_LIMIT", 3)),
        (OfModel("fast", 1234, 23, 100, 20, Waited(400, 900, 2000)), OfModel("new", 1, 1, 0, 0)),
        1,
        300,
        299,
        tuple(Said(opinion, reason, 2) for opinion in Opinion for reason in (None, *Reason)),
        {"pier": 2},
        3,
        (Unanswered("Who swam?", 2, NOW),),
    )
    return replace(usual, **fields)


def shelf(**fields):
    return replace(Shelf(3, ((document("pier"), 2),), 1, 1, (replace(document("ferry"), indexed_at=NOW),)), **fields)


def told(made, shelved=None, language="en", window="day", due=DUE):
    return shown(due, window, lambda *_: (made, shelved or shelf()), Texts(language))


def words(parts):
    """Everything that can be read, in its order."""
    found = []

    def read(part):
        if isinstance(part, list | tuple):
            for one in part:
                read(one)
        elif hasattr(part, "to_plotly_json"):
            read(getattr(part, "children", None))
        elif part is not None:
            found.append(str(part))

    read(parts)
    return found


def parts_of(kind, parts):
    def every(part):
        if isinstance(part, list | tuple):
            for one in part:
                yield from every(one)
        elif hasattr(part, "to_plotly_json"):
            yield part
            yield from every(getattr(part, "children", None))

    return [part for part in every(parts) if isinstance(part, kind)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("window", Window)
def test_every_plot_is_one_that_plotly_draws_and_stands_beside_its_table(language, window):
    sections, _ = told(figures(window), language=language, window=window)
    graphs = parts_of(dcc.Graph, sections)
    assert len(graphs) == 5
    for graph in graphs:
        go.Figure(graph.figure).to_json()  # raises for what plotly doesn't know
    for section in parts_of(html.Section, sections):
        assert parts_of(html.H2, section)
        assert parts_of(html.P, section)
        if parts_of(dcc.Graph, section):
            (details,) = parts_of(html.Details, section)
            assert parts_of(html.Table, details)
    json.dumps(sections, cls=PlotlyJSONEncoder)


def test_figures_are_said_in_the_readers_language_and_on_their_clock():
    made = figures()
    english, state = told(made)
    said = words(english)
    assert "Half of the whole answers began within 0.40 s, 95 of 100 within 1.2 s, 99 of 100 within 12.0 s." in said
    assert "92 answers were asked for, at most 4 of them in one hour." in said
    assert "1,234" in said
    assert "Mar 13, 00:00" in said
    assert state.startswith("As of 00:30, ")
    german, state = told(made, language="de")
    said = words(german)
    assert any("binnen 0,40 s" in line for line in said)
    assert "1.234" in said
    assert "13.3., 00:00" in said
    assert state.startswith("Stand 00:30, ")


def test_shares_are_said_as_far_as_they_can_be_told():
    says = Saying(Texts(), 0)
    assert [says.share(*of) for of in ((0, 9), (1, 300), (1, 3), (9, 9))] == ["0%", "0.3%", "33%", "100%"]
    assert says.share(0, 0) == says.seconds(None) == Texts()("ops.none")


def test_where_nothing_was_asked_it_says_what_will_be_here():
    empty = figures(steps=tuple(Step(at) for at in figures().span.moments()), cited={})
    sections, _ = told(empty, shelf(most=(), gone=0))
    said = words(sections)
    assert Texts()("ops.nothing") in said
    assert Texts()("ops.documents_none") in said
    assert parts_of(dcc.Graph, sections) == []


def test_each_section_says_so_where_it_has_nothing():
    bare = figures(first_token_ms=None, errors=(), feedback=(), unanswered=0, questions=())
    sections, _ = told(bare, shelf(most=(), gone=0, never=0, never_cited=()))
    said = words(sections)
    for name in ("first", "errors", "feedback", "unanswered", "documents", "never"):
        assert Texts()(f"ops.{name}_none") in said


def test_questions_that_are_not_to_be_shown_are_counted_all_the_same():
    sections, _ = told(figures(questions=()))
    said = words(sections)
    assert Texts()("ops.unanswered_says", count=3) in said
    assert Texts()("ops.unanswered_hidden") in said


def test_answers_that_are_still_to_be_counted_are_told_of():
    _, state = told(figures(uncounted=1))
    assert state.endswith(Texts()("ops.uncounted", count=1))


@pytest.mark.parametrize(
    ("due", "window"),
    [
        *((due, "day") for due in (None, [], {}, *({"offset_minutes": m} for m in ("60", 10**9, True, None)))),
        *((DUE, window) for window in ("year", None, ["day"])),
    ],
)
def test_what_no_browser_sends_counts_nothing(due, window):
    assert shown(due, window, lambda *_: pytest.fail("counted"), Texts()) == (no_update, no_update)


def test_where_it_cannot_be_counted_what_stands_there_stays():
    def failing(error):
        def counted(*_):
            raise error

        return shown(DUE, "day", counted, Texts())

    assert failing(StorageFailed()) == (no_update, Texts()("ops.away"))
    assert failing(NotFound()) == ([], Texts()("ops.unseen"))
