"""The operations page says in words, plots and tables what was counted, in the reader's language."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import plotly.graph_objects as go
import pytest
from plotly.utils import PlotlyJSONEncoder

from fakes import document
from footnote.errors import NotFound, StorageFailed
from footnote.feedback import Opinion, Reason
from footnote.figures import Figures, OfModel, Said, Shelf, Span, Step, Unanswered, Waited, Window
from footnote.page.ops import ids
from footnote.page.ops.layout import layout, shown
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


def told(made, shelved=None, language="en", window="day"):
    return shown(DUE, window, lambda *_: (made, shelved or shelf()), Texts(language))


def words(set_to):
    """Everything that can be read."""
    found = []

    def read(part):
        if isinstance(part, list | tuple):
            for one in part:
                read(one)
        elif hasattr(part, "to_plotly_json"):
            read(getattr(part, "children", None))
        elif part is not None:
            found.append(str(part))

    for (_, property), value in set_to.items():
        if property == "children":
            read(value)
    return found


def hidden(set_to, *names):
    return [set_to[ids.shown(name), "hidden"] for name in names]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("window", Window)
def test_every_plot_is_one_that_plotly_draws_and_stands_beside_its_table(language, window):
    set_to = told(figures(window), language=language, window=window)
    assert set(set_to) == set(ids.CHANGING)
    for name in ids.PLOTTED:
        plot = set_to[ids.plot(name), "figure"]
        go.Figure(plot).to_json()  # raises for what plotly doesn't know
        assert set_to[ids.plot(name), "style"] == {"height": f"{plot['layout']['height']}px"}
    assert not any(hidden(set_to, *ids.PLOTTED, *ids.TABLED))
    json.dumps([*set_to.values()], cls=PlotlyJSONEncoder)


def test_all_that_is_set_stands_on_the_page_with_a_table_for_each_plot():
    page = json.loads(json.dumps(layout("/", Texts()), cls=PlotlyJSONEncoder))
    standing = json.dumps(page)
    assert [id for id, _ in ids.CHANGING if f'"id": "{id}"' not in standing] == []
    assert standing.count('"type": "Graph"') == standing.count('"type": "Details"') == len(ids.PLOTTED)


def test_figures_are_said_in_the_readers_language_and_on_their_clock():
    english = words(told(figures()))
    assert "Half of the whole answers began within 0.40 s, 95 of 100 within 1.2 s, 99 of 100 within 12.0 s." in english
    assert "92 answers were asked for, at most 4 of them in one hour." in english
    assert {"1,234", "Mar 13, 00:00"} <= {*english}
    assert any(line.startswith("As of 00:30, ") for line in english)
    german = words(told(figures(), language="de"))
    assert any("binnen 0,40 s" in line for line in german)
    assert {"1.234", "13.3., 00:00"} <= {*german}
    assert any(line.startswith("Stand 00:30, ") for line in german)


def test_shares_are_said_as_far_as_they_can_be_told():
    says = Saying(Texts(), 0)
    assert [says.share(*of) for of in ((0, 9), (1, 300), (1, 3), (9, 9))] == ["0%", "0.3%", "33%", "100%"]
    assert says.share(0, 0) == says.seconds(None) == Texts()("ops.none")


def test_where_nothing_was_asked_it_says_what_will_be_here():
    empty = figures(steps=tuple(Step(at) for at in figures().span.moments()), cited={})
    set_to = told(empty, shelf(most=(), gone=0))
    assert (set_to[ids.NOTHING, "hidden"], set_to[ids.TOLD, "hidden"]) == (False, True)
    assert set_to[ids.says("documents"), "children"].endswith(Texts()("ops.documents_none"))
    assert hidden(set_to, "documents", ids.NEVER) == [True, False]


def test_each_section_says_so_where_it_has_nothing():
    bare = figures(first_token_ms=None, errors=(), feedback=(), unanswered=0, questions=())
    set_to = told(bare, shelf(most=(), gone=0, never=0, never_cited=()))
    names = ("first", "errors", "feedback", "unanswered", "never")
    assert [set_to[ids.says(name), "children"] for name in names] == [Texts()(f"ops.{name}_none") for name in names]
    assert all(hidden(set_to, *names, "documents"))


def test_questions_that_are_not_to_be_shown_are_counted_all_the_same():
    set_to = told(figures(questions=()))
    says = Texts()
    sentences = f"{says('ops.unanswered_says', count=3)} {says('ops.unanswered_hidden')}"
    assert (set_to[ids.says("unanswered"), "children"], hidden(set_to, "unanswered")) == (sentences, [True])


def test_answers_that_are_still_to_be_counted_are_told_of():
    assert told(figures(uncounted=1))[ids.STATE, "children"].endswith(Texts()("ops.uncounted", count=1))


@pytest.mark.parametrize(
    ("due", "window"),
    [
        *((due, "day") for due in (None, [], {}, *({"offset_minutes": m} for m in ("60", 10**9, True, None)))),
        *((DUE, window) for window in ("year", None, ["day"])),
    ],
)
def test_what_no_browser_sends_counts_nothing(due, window):
    assert shown(due, window, lambda *_: pytest.fail("counted"), Texts()) == {}


def test_where_it_cannot_be_counted_what_stands_there_stays():
    def failing(error):
        def counted(*_):
            raise error

        return shown(DUE, "day", counted, Texts())

    state = (ids.STATE, "children")
    assert failing(StorageFailed()) == {state: Texts()("ops.away")}
    assert failing(NotFound()) == {state: Texts()("ops.unseen"), (ids.FIGURES, "hidden"): True}


def test_a_title_is_a_name_in_a_plot_and_nothing_else():
    """Plotly takes `<a href=...>` in a name for a link, and everybody may name documents."""
    titles = ['<a href="//x.test">Costs</a>', "Q&A &lt;1>"]
    shelved = shelf(most=tuple((replace(document("pier"), title=title), 1) for title in titles))
    plot = told(figures(), shelved)[ids.plot("documents"), "figure"]
    assert plot["layout"]["yaxis"]["ticktext"] == [
        '&lt;a href="//x.test"&gt;Costs&lt;/a&gt;',
        "Q&amp;A &amp;lt;1&gt;",
    ]
